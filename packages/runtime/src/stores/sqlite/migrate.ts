import type { StoreVersion } from '../../store.ts';
import type { SqliteConnection } from './connection.ts';
import { UnsuitableDatabase } from './database.ts';

/**
 * Runs those migrations that a file has not seen, each in a transaction of its own; several processes may do so at once. Never change
 * one that was released: add another.
 */
export async function migrate(
  connection: SqliteConnection,
  part: 'store' | 'transport',
  migrations: readonly string[],
): Promise<void> {
  for (const [index, statements] of migrations.entries()) {
    await connection.transaction(() => {
      connection.execute(
        'CREATE TABLE IF NOT EXISTS millwright_migration (part TEXT, number INTEGER, PRIMARY KEY (part, number)) WITHOUT ROWID',
      );
      const last = connection.get<{ last: number | null }>(
        'SELECT max(number) AS last FROM millwright_migration WHERE part = ?',
        part,
      )?.last;
      if ((last ?? 0) > migrations.length)
        throw new UnsuitableDatabase(
          `a newer version has made the tables of the ${part}: this one would not keep them`,
        );
      if ((last ?? 0) > index) return;
      connection.execute(statements);
      connection.run('INSERT INTO millwright_migration (part, number) VALUES (?, ?)', part, index + 1);
    });
  }
}

/** How far the tables of the store are. */
export function versionOf(connection: SqliteConnection, migrations: readonly string[]): Promise<StoreVersion> {
  return connection.look(() => {
    const table = connection.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'millwright_migration'`);
    const last =
      table === undefined
        ? undefined
        : connection.get<{ last: number | null }>(
            `SELECT max(number) AS last FROM millwright_migration WHERE part = 'store'`,
          );
    return { found: last?.last ?? 0, known: migrations.length };
  });
}
