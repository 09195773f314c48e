import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import type { Role } from '../points.ts';
import type { Engine, Row } from './database.ts';

const fileOf = (folder: string, role: Role): string => join(folder, `${role}.db`);

/** No key keeps an effect from being written twice: that is what is to be seen. */
const tables = {
  producer: 'CREATE TABLE business (number INTEGER PRIMARY KEY, key TEXT NOT NULL)',
  consumer: 'CREATE TABLE effect (position INTEGER PRIMARY KEY, number INTEGER NOT NULL, key TEXT NOT NULL)',
} as const;

export const sqlite: Engine<DatabaseSync> = {
  open: ({ database: file }) => {
    const database = new DatabaseSync(file);
    return {
      store: createSqliteStore(database),
      lastOf: async (slot) => {
        const last = 'SELECT coalesce(max(number), 0) AS number FROM business WHERE number % 2 = ?';
        return (database.prepare(last).get(slot) as unknown as Row).number;
      },
      insert: (connection, table, { number, key }) =>
        connection.prepare(`INSERT INTO ${table} (number, key) VALUES (?, ?)`).run(number, key),
    };
  },
  create: async (folder) => {
    // A process that comes back after a kill holds the file while it recovers the log.
    const inFile = <Result>(role: Role, work: (database: DatabaseSync) => Result): Result => {
      const database = new DatabaseSync(fileOf(folder, role), { timeout: 10_000 });
      try {
        return work(database);
      } finally {
        database.close();
      }
    };
    const read = (role: Role, sql: string): readonly Row[] =>
      inFile(role, (database) => database.prepare(sql).all() as unknown as readonly Row[]);
    for (const role of ['producer', 'consumer'] as const) inFile(role, (database) => database.exec(tables[role]));
    return {
      addresses: { producer: fileOf(folder, 'producer'), consumer: fileOf(folder, 'consumer') },
      rows: async (table) =>
        table === 'business'
          ? read('producer', 'SELECT number, key FROM business ORDER BY number')
          : read('consumer', 'SELECT number, key FROM effect ORDER BY position'),
      deadLetterCount: async () =>
        read('consumer', 'SELECT count(*) AS number FROM millwright_dead_letter')[0]?.number ?? 0,
      leaseToken: async () => read('producer', 'SELECT token AS number FROM millwright_lease')[0]?.number ?? 0,
      close: async () => undefined,
    };
  },
};
