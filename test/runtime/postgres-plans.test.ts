import { createPostgresStore, type PostgresQuery } from '@millwright/runtime/stores/postgres';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresMissing } from '../services/postgres.ts';
import { claimOf, enqueue, leaseOf, newSchema, type PostgresFixture, postgresFixture } from './postgres-fixtures.ts';

const rowCount = 100_000;
const schema = newSchema();
let fixture: PostgresFixture;

/** What a system has behind it after a while: sent, applied and decided, and a lane that waits for its next try. */
const past = `
INSERT INTO ${schema}.outbox (id, aggregatetype, type, payload, attributes, lane, priority, enqueued_at, sent_at, correlationid)
SELECT n, 'a', 't', 'x', '{}', n % 100, 3, n, n, n FROM generate_series(1, ${rowCount}) AS n;
INSERT INTO ${schema}.outbox (id, aggregatetype, type, payload, attributes, lane, priority, enqueued_at, due_at)
SELECT n, 'a', 't', 'x', '{}', 1000, 0, n, 1e12 FROM generate_series(1, 20000) AS n;
INSERT INTO ${schema}.inbox (key, state, subscriber, attributes, at, expires_at, correlationid)
SELECT sha256(n::text::bytea), 'applied', 's', '{}', n, n, n FROM generate_series(1, ${rowCount}) AS n;
INSERT INTO ${schema}.letters (number, key, subscriber, source, id, address, attributes, payload, kind, reason, likeness, attempts,
  first_failed_at, buried_at, decided_at, state)
SELECT n, sha256(n::text::bytea), 's', 's', n, 'a', '{}', 'x', 'poison', 'r', n, 1, n, n, n, 'discarded'
FROM generate_series(1, ${rowCount}) AS n`;

if (postgresMissing === undefined) {
  beforeAll(async () => {
    fixture = await postgresFixture();
    await fixture.open(fixture.pool, { schema });
    await fixture.pool.query(past);
    await fixture.pool.query(`VACUUM ANALYZE ${schema}.outbox, ${schema}.inbox, ${schema}.letters`);
  }, 60_000);
  afterAll(() => fixture.close());
}

/** Everything that runs again and again in production. */
async function useStore(pool: Pool, round: number): Promise<void> {
  const store = createPostgresStore(pool, { schema });
  const id = `round ${round}`;
  await store.transaction(async (transaction) => {
    await transaction.admit(claimOf(id, { lane: 'l', sequence: round }));
    await transaction.admit(claimOf(id));
    await enqueue(transaction, id);
  });
  const lease = await leaseOf(store);
  const [row] = await store.outbox.claim(lease, { now: 2000, limit: 1 });
  expect(row?.message.attributes['id']).toBe(id);
  await store.outbox.failed(lease, row?.position ?? 0, { reason: 'away', dueAt: 2000 });
  await store.outbox.sent(lease, [row?.position ?? 0], 20_000_000);
  await store.outbox.figures();
  await store.outbox.waiting({ typeCountMax: 100, countMax: 1000 });
  await store.deadLetters.figures(1000);
  await store.deadLetters.list({ state: 'buried', limit: 10 });
  await store.history({ correlationId: String(round) });
  expect(await store.purge(10_000, 5)).toBe(15);
}

/** What a pool of one client is asked. */
function recordOf(pool: Pool): readonly PostgresQuery[] {
  const asked: PostgresQuery[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (query: PostgresQuery, ...rest: unknown[]) => unknown;
    const recording = (given: PostgresQuery, ...rest: unknown[]) => {
      asked.push(given);
      return query(given, ...rest);
    };
    Object.assign(client, { query: recording });
  });
  return asked;
}

describe.skipIf(postgresMissing !== undefined)(`statements in PostgreSQL ${postgresMissing ?? ''}`, () => {
  it(`read no table as a whole, with ${rowCount} rows that are done`, async () => {
    // One client, since from the sixth time on PostgreSQL may take a plan that does not know the values.
    const pool = fixture.connect({ max: 1 });
    const readRows = async () => {
      await pool.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await pool.query(
        `SELECT relname, seq_tup_read::int AS rows FROM pg_stat_user_tables
         WHERE schemaname = $1 AND relname IN ('outbox', 'inbox', 'letters') ORDER BY relname`,
        [schema],
      );
      return rows;
    };
    const before = await readRows();
    expect(before.length).toBe(3);
    for (let round = 1; round <= 12; round += 1) await useStore(pool, round);
    expect(await readRows()).toEqual(before);
    await pool.query(`SELECT count(*) FROM ${schema}.outbox WHERE failure IS NULL`);
    expect(await readRows()).not.toEqual(before);
  });

  it('find what they need by the index that is made for it', async () => {
    const pool = fixture.connect({ max: 1 });
    const asked = recordOf(pool);
    await useStore(pool, 13);
    const indexesOf = async (name: string) => {
      const query = asked.find((each) => each.name === `${schema}.${name}`);
      const { rows } = await fixture.pool.query(`EXPLAIN ${query?.text}`, query?.values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(/Seq Scan on (outbox|inbox|letters)/);
      return [...new Set(plan.match(/(?<= )(outbox|inbox|letters)_[a-z_]+/g))].sort();
    };
    expect({
      claim: await indexesOf('claim-most-urgent'),
      claimOfFreeLanes: await indexesOf('claim-of-free-lanes'),
      sent: await indexesOf('sent'),
      figures: await indexesOf('figures'),
      waiting: await indexesOf('waiting'),
      letterFigures: await indexesOf('letter-figures'),
      purge: [...(await indexesOf('purge-outbox')), ...(await indexesOf('purge-inbox'))],
      purgeLetters: await indexesOf('purge-letters'),
    }).toEqual({
      claim: ['outbox_pkey', 'outbox_unsent', 'outbox_unsent_of_lane'],
      claimOfFreeLanes: ['outbox_pkey', 'outbox_unsent_of_lane'],
      sent: ['outbox_pkey'],
      figures: ['outbox_unsent'],
      waiting: ['outbox_unsent_of_type'],
      letterFigures: ['letters_state'],
      purge: ['outbox_pkey', 'outbox_sent', 'inbox_applied', 'inbox_pkey'],
      purgeLetters: ['letters_decided', 'letters_pkey'],
    });
  });
});
