import { LeaseLost, type Transaction } from '@millwright/runtime/messaging';
import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import { Pool, type PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresMissing } from '../services/postgres.ts';
import { describeStore } from './conformance.ts';
import {
  claimOf,
  enqueue,
  idsDue,
  leaseOf,
  message,
  newSchema,
  type PostgresFixture,
  postgresFixture,
  write,
} from './postgres-fixtures.ts';

let fixture: PostgresFixture;
if (postgresMissing === undefined) {
  beforeAll(async () => {
    fixture = await postgresFixture();
  }, 60_000);
  afterAll(() => fixture.close());
}

describe.skipIf(postgresMissing !== undefined)(`PostgreSQL ${postgresMissing ?? ''}`, () => {
  describeStore<PoolClient>('postgres', {
    open: async () => {
      await fixture.pool.query('TRUNCATE application');
      return fixture.open();
    },
    write,
    read: async (client, name) => {
      const { rows } = await client.query('SELECT value FROM application WHERE name = $1', [name]);
      return rows[0]?.value;
    },
    features: createPostgresStore(new Pool()).features,
  });

  it('creates its tables once, however many processes start', async () => {
    const schema = newSchema();
    const stores = Array.from({ length: 5 }, () => createPostgresStore(fixture.pool, { schema }));
    expect(await stores[0]?.version()).toEqual({ found: 0, known: 3 });
    await Promise.all(stores.map((store) => store.migrate()));
    expect(await stores[0]?.version()).toEqual({ found: 3, known: 3 });
    const { rows } = await fixture.pool.query(`SELECT number FROM ${schema}.migrations ORDER BY number`);
    expect(rows).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
    expect(() => createPostgresStore(fixture.pool, { schema: 'a"; DROP TABLE b' })).toThrow(RangeError);
  });

  it('brings tables of version 2 with their rows up to date', async () => {
    const schema = newSchema();
    const store = await fixture.open(fixture.pool, { schema });
    const claim = claimOf('1', { attributes: { ordernumber: 'WO-1' } });
    await store.transaction((inside) => inside.admit(claim));
    await fixture.pool.query(`ALTER TABLE ${schema}.inbox DROP COLUMN duplicates, DROP COLUMN duplicate_at`);
    await fixture.pool.query(`DELETE FROM ${schema}.migrations WHERE number = 3`);
    expect((await store.version()).found).toBe(2);
    await store.migrate();
    expect(await store.transaction((inside) => inside.admit({ ...claim, now: 2000 }))).toBe('duplicate');
    expect((await store.history({ orderNumber: 'WO-1' })).map(({ step, at, count }) => [step, at, count])).toEqual([
      ['applied', 1000, undefined],
      ['duplicate', 2000, 1],
    ]);
  });

  it('takes part in a transaction that the application begins and ends', async () => {
    const store = await fixture.open();
    const client = await fixture.pool.connect();
    const work = async (end: string) => {
      await client.query('BEGIN');
      const transaction = store.join(client);
      expect(transaction.connection).toBe(client);
      await write(client, 'joined', end);
      expect(await transaction.admit(claimOf('in'))).toBe('first');
      await enqueue(transaction, 'out');
      await client.query(end);
    };
    await work('ROLLBACK');
    expect(await idsDue(store)).toEqual([]);
    await work('COMMIT');
    client.release();
    expect(await idsDue(store)).toEqual(['out']);
    expect(await store.transaction((transaction) => transaction.admit(claimOf('in')))).toBe('duplicate');
  });

  it('refuses a joined transaction whose snapshot is older than what it waits for', async () => {
    const store = await fixture.open();
    const client = await fixture.pool.connect();
    const late = async (work: (transaction: Transaction<PoolClient>) => Promise<unknown>) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM application LIMIT 1');
      await store.transaction(work);
      await expect(work(store.join(client))).rejects.toMatchObject({ code: '40001' });
      await client.query('ROLLBACK');
    };
    await late((transaction) => enqueue(transaction, 'out'));
    await late((transaction) => transaction.admit(claimOf('in')));
    await late((transaction) => transaction.record({ at: 1, action: 'a', actor: 'b', subject: 'c', details: {} }));
    client.release();
  });

  it('keeps whatever text a message has', async () => {
    const store = await fixture.open();
    const strange = ['', '\0', 'a\0b', '\ud800', '\udfff', '\u0001x', '\\', 'x'.repeat(100_000), '工単'];
    for (const text of strange) {
      const about = { correlationid: text, ordernumber: text, lotnumber: text };
      const claim = claimOf(text, { subscriber: text, source: text, lane: text, sequence: 1, attributes: about });
      const letter = { address: text, message: message(text, text, about), attempts: 1, firstFailedAt: 1 };
      const failure = { kind: 'poison' as const, reason: text.slice(0, 1_000), pointer: text };
      expect(await store.transaction((inside) => inside.admit(claim))).toBe('first');
      expect(await store.transaction((inside) => inside.admit(claim))).toBe('duplicate');
      await store.transaction(async (inside) => {
        const { message: sent } = letter;
        expect(await inside.enqueue({ address: text, message: sent, priority: 3, now: 1 })).toBe(1);
        await inside.bury({ ...claim, ...letter, failure, id: `${text}!`, sequence: 2 });
        await inside.record({ at: 1, action: text, actor: text, subject: text, details: { text } });
      });
      expect((await store.history({ correlationId: text })).map(({ step }) => step)).toEqual([
        'enqueued',
        'applied',
        'duplicate',
        'buried',
      ]);
    }
    const rows = await store.outbox.claim(await leaseOf(store), { now: 2000, limit: 100 });
    expect(rows.map((row) => [row.address, row.message.partitionKey, row.message.attributes['id']])).toEqual(
      strange.map((text) => [text, text, text]),
    );
    const letters = await store.deadLetters.list({ limit: 100 });
    expect(letters.map((one) => [one.subscriber, one.source, one.id, one.address, one.failure.pointer])).toEqual(
      strange.map((text) => [text, text, `${text}!`, text, text]),
    );
    expect(
      await Promise.all(letters.map(({ number }) => store.deadLetters.replay(number, { now: 3000, actor: 'anna' }))),
    ).toEqual(strange.map(() => true));
    expect((await store.audit.read({ limit: 100 })).map(({ actor }) => actor)).toEqual([
      ...strange,
      ...strange.map(() => 'anna'),
    ]);
  });

  it('is not changed by parsers that the application has set', async () => {
    const types = { getTypeParser: () => () => 'parsed by the application' };
    const store = await fixture.open(fixture.connect({ max: 2, types }));
    await store.transaction((transaction) => enqueue(transaction, '1'));
    expect(await idsDue(store)).toEqual(['1']);
    expect(await store.outbox.figures()).toEqual({ count: 1, bytes: 10, oldestAt: 1000 });
  });

  it('works without prepared statements', async () => {
    const store = await fixture.open(fixture.pool, { preparesStatements: false });
    await store.transaction((transaction) => enqueue(transaction, '1'));
    expect(await idsDue(store)).toEqual(['1']);
  });
});

describe.skipIf(postgresMissing !== undefined)(`the outbox in PostgreSQL ${postgresMissing ?? ''}`, () => {
  it('loses nothing when positions are not in the order of commits', async () => {
    const store = await fixture.open();
    const [first, second] = [await fixture.pool.connect(), await fixture.pool.connect()];
    await first.query('BEGIN');
    await enqueue(store.join(first), 'first', 'a');
    await second.query('BEGIN');
    await enqueue(store.join(second), 'second', 'b');
    await second.query('COMMIT');
    const lease = await leaseOf(store);
    const [late] = await store.outbox.claim(lease, { now: 2000, limit: 10 });
    await store.outbox.sent(lease, [late?.position ?? 0], 2000);
    await first.query('COMMIT');
    const [early] = await store.outbox.claim(lease, { now: 2000, limit: 10 });
    expect([late, early].map((row) => row?.message.attributes['id'])).toEqual(['second', 'first']);
    expect(early?.position).toBeLessThan(late?.position ?? 0);
    for (const client of [first, second]) client.release();
  });

  it('gives the positions of a lane in the order of commits, and sends what is before an open one', async () => {
    const store = await fixture.open();
    await store.transaction((transaction) => enqueue(transaction, 'before'));
    const first = await fixture.pool.connect();
    await first.query('BEGIN');
    await enqueue(store.join(first), 'first');
    let isSecondIn = false;
    const second = store.transaction(async (transaction) => {
      const sequence = await enqueue(transaction, 'second');
      isSecondIn = true;
      return sequence;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isSecondIn).toBe(false);
    const lease = await leaseOf(store);
    const [before] = await store.outbox.claim(lease, { now: 2000, limit: 10 });
    await store.outbox.sent(lease, [before?.position ?? 0], 2000);
    expect(isSecondIn).toBe(false);
    await first.query('COMMIT');
    first.release();
    expect(await second).toBe(3);
    expect(await idsDue(store)).toEqual(['first', 'second']);
  });

  it('lets nobody mark while the lease is being taken over', async () => {
    const schema = newSchema();
    const store = await fixture.open(fixture.pool, { schema });
    await store.transaction((transaction) => enqueue(transaction, '1'));
    const lease = await leaseOf(store);
    const [row] = await store.outbox.claim(lease, { now: 2000, limit: 1 });
    const next = await fixture.pool.connect();
    await next.query(`BEGIN; UPDATE ${schema}.lease SET token = token + 1`);
    const marking = store.outbox.sent(lease, [row?.position ?? 0], 2000).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await next.query('COMMIT');
    next.release();
    expect(await marking).toBeInstanceOf(LeaseLost);
    expect((await store.outbox.figures()).count).toBe(1);
  });

  it('keeps the order of a lane whose messages differ in urgency', async () => {
    const store = await fixture.open();
    const put = (id: string, key: string, priority: number) =>
      store.transaction((transaction) => enqueue(transaction, id, key, priority));
    await put('slow-1', 's', 5);
    await put('mixed-telemetry', 'm', 9);
    await put('mixed-hold', 'm', 0);
    expect(await idsDue(store)).toEqual(['mixed-telemetry', 'slow-1', 'mixed-hold']);
    expect(await idsDue(store, 2000, 1)).toEqual(['mixed-telemetry']);
  });

  it('finds what can go behind any number of messages that wait', async () => {
    const store = await fixture.open();
    await store.transaction(async (transaction) => {
      for (let count = 0; count < 1_500; count += 1) await enqueue(transaction, `w${count}`, `w${count % 3}`, 0);
      await enqueue(transaction, 'free-1', 'f', 9);
      await enqueue(transaction, 'free-2', 'f', 9);
    });
    const lease = await leaseOf(store);
    const heads = (await store.outbox.claim(lease, { now: 2000, limit: 3 })).map(({ position }) => position);
    for (const position of heads) await store.outbox.failed(lease, position, { reason: 'away', dueAt: 9000 });
    expect(await idsDue(store, 2000, 5)).toEqual(['free-1', 'free-2']);
    expect(await idsDue(store, 2000, 1)).toEqual(['free-1']);
    expect(await idsDue(store, 9000, 5)).toEqual(['w0', 'w1', 'w2', 'w3', 'w4']);
  });
});
