import type { SqliteConnection } from '../../stores/sqlite/connection.ts';

/** Returns its number. A group without `expiresAt` stays when nobody of it is there. */
export function registerGroup(
  connection: SqliteConnection,
  { name, pattern, expiresAt }: { readonly name: string; readonly pattern: string; readonly expiresAt?: number },
): number {
  const { number } = connection.get<{ number: number }>(
    `INSERT INTO millwright_queue_group (name, expires_at) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at RETURNING number`,
    ...[name, expiresAt ?? null],
  ) as { number: number };
  addPattern(connection, number, pattern);
  return number;
}

/** Keeps a group that expires. Makes it again when it has expired and somebody has removed it. */
export function keepGroup(
  connection: SqliteConnection,
  group: { readonly number: number; readonly name: string; readonly pattern: string; readonly expiresAt: number },
): void {
  const { number, name, pattern, expiresAt } = group;
  connection.run(
    `INSERT INTO millwright_queue_group (number, name, expires_at) VALUES (?, ?, ?)
    ON CONFLICT (number) DO UPDATE SET expires_at = excluded.expires_at`,
    ...[number, name, expiresAt],
  );
  addPattern(connection, number, pattern);
}

function addPattern(connection: SqliteConnection, number: number, pattern: string): void {
  connection.run(
    'INSERT INTO millwright_queue_pattern (group_number, pattern) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ...[number, pattern],
  );
}

/** Removes a group and what waits for it; what it rejected stays. */
export function removeGroup(connection: SqliteConnection, number: number): void {
  connection.run(
    `DELETE FROM millwright_queue WHERE reason IS NULL
    AND lane IN (SELECT number FROM millwright_queue_lane WHERE group_number = ?)`,
    number,
  );
  connection.run('DELETE FROM millwright_queue_lane WHERE group_number = ?', number);
  connection.run('DELETE FROM millwright_queue_pattern WHERE group_number = ?', number);
  connection.run('DELETE FROM millwright_queue_group WHERE number = ?', number);
}

export function groupNumber(connection: SqliteConnection, name: string): number | undefined {
  return connection.get<{ number: number }>('SELECT number FROM millwright_queue_group WHERE name = ?', name)?.number;
}

/** Removes groups whose process has died. */
export function removeExpired(connection: SqliteConnection, now: number): void {
  const expired = connection.all<{ number: number }>(
    'SELECT number FROM millwright_queue_group WHERE expires_at <= ?',
    now,
  );
  for (const { number } of expired) removeGroup(connection, number);
}

interface GroupPattern {
  readonly number: number;
  readonly pattern: string;
}

/** Who gets what is published now. */
export function patternsOf(connection: SqliteConnection, now: number): readonly GroupPattern[] {
  return connection.all<GroupPattern>(
    `SELECT number, pattern FROM millwright_queue_group JOIN millwright_queue_pattern ON group_number = number
    WHERE expires_at IS NULL OR expires_at > ?`,
    now,
  );
}
