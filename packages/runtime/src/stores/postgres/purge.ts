import type { Dialect, PostgresClient } from './driver.ts';

/** What others have locked is left to them or to the next time. */
const removing = (table: string, key: string, done: string, at: string): string => `
WITH removed AS (
  DELETE FROM @${table} WHERE ${key} = ANY(ARRAY(
    SELECT ${key} FROM @${table} WHERE ${done} AND ${at} < $1 ORDER BY ${at} LIMIT $2 FOR UPDATE SKIP LOCKED
  )) RETURNING 1
)
SELECT count(*) FROM removed`;

const removals = [
  { name: 'purge-outbox', text: removing('outbox', 'position', 'sent_at IS NOT NULL', 'sent_at') },
  { name: 'purge-inbox', text: removing('inbox', 'key', "state = 'applied'", 'expires_at') },
  { name: 'purge-letters', text: removing('letters', 'number', "state <> 'buried'", 'decided_at') },
];

export async function purge(client: PostgresClient, dialect: Dialect, before: number, limit: number): Promise<number> {
  let count = 0;
  for (const removal of removals) {
    const [row] = await dialect.run(client, removal, [before, limit]);
    count += Number(row?.['count']);
  }
  return count;
}
