import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { AmbiguousCommit } from '@millwright/runtime/messaging';
import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import { eventually } from '@millwright/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCuttingProxy } from '../services/cutting-proxy.ts';
import { postgresMissing } from '../services/postgres.ts';
import { enqueue, idsDue, newSchema, type PostgresFixture, postgresFixture, write } from './postgres-fixtures.ts';

let fixture: PostgresFixture;
if (postgresMissing === undefined) {
  beforeAll(async () => {
    fixture = await postgresFixture();
  }, 60_000);
  afterAll(() => fixture.close());
}

const storedValue = async (name: string): Promise<unknown> =>
  (await fixture.pool.query('SELECT value FROM application WHERE name = $1', [name])).rows[0]?.value;

/** A way to the server that breaks at the first COMMIT: before it is handed on, or when its answer comes. */
async function breakingProxy(at: 'request' | 'answer'): Promise<string> {
  const target = new URL(fixture.url);
  const server = createServer((client) => {
    const upstream = dial(Number(target.port), target.hostname);
    let isCommitting = false;
    const cut = (socket: Socket) => socket.destroy();
    client.on('data', (data) => {
      isCommitting ||= data.includes('COMMIT\0');
      if (isCommitting && at === 'request') cut(client);
      else upstream.write(data);
    });
    upstream.on('data', (data) => (isCommitting ? cut(client) : client.write(data)));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const url = new URL(target);
  url.port = String(address.port);
  url.hostname = '127.0.0.1';
  return url.href;
}

describe.skipIf(postgresMissing !== undefined)(`a commit in PostgreSQL ${postgresMissing ?? ''}`, () => {
  for (const at of ['request', 'answer'] as const)
    it(`is told as ambiguous when the connection breaks at its ${at}`, async () => {
      const schema = newSchema();
      const direct = await fixture.open(fixture.pool, { schema });
      const pool = fixture.connect({ connectionString: await breakingProxy(at), max: 1 });
      const store = createPostgresStore(pool, { schema });
      await expect(store.transaction((transaction) => enqueue(transaction, '1'))).rejects.toThrow(AmbiguousCommit);
      const want = at === 'answer' ? ['1'] : [];
      await eventually('what happened is known', async () => (await idsDue(direct)).length === want.length);
      expect(await idsDue(direct)).toEqual(want);
      await pool.end();
    });

  it('is not ambiguous when the connection broke before it', async () => {
    const store = await fixture.open();
    const work = store.transaction(async (transaction) => {
      await enqueue(transaction, '1');
      const { rows } = await transaction.connection.query('SELECT pg_backend_pid() AS pid');
      // The client hears of it while no statement is running.
      const heard = once(transaction.connection, 'error');
      await fixture.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await heard;
    });
    await expect(work).rejects.toMatchObject({ code: '57P01' });
    expect(await idsDue(store)).toEqual([]);
    expect(await store.transaction((transaction) => enqueue(transaction, '1'))).toBe(1);
  });

  it('is refused when a statement failed, even if the failure was caught', async () => {
    const store = await fixture.open();
    const work = store.transaction(async (transaction) => {
      await enqueue(transaction, '1');
      await transaction.connection.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: '25P02' });
    expect(await idsDue(store)).toEqual([]);
  });

  it('is refused by a constraint with its SQLSTATE', async () => {
    const store = await fixture.open();
    const table = newSchema();
    await fixture.pool.query(
      `CREATE TABLE ${table} (id int PRIMARY KEY, other int REFERENCES ${table} DEFERRABLE INITIALLY DEFERRED)`,
    );
    const work = store.transaction(async (transaction) => {
      await enqueue(transaction, '1');
      await transaction.connection.query(`INSERT INTO ${table} VALUES (1, 2)`);
    });
    await expect(work).rejects.toMatchObject({ code: '23503' });
    expect(await idsDue(store)).toEqual([]);
  });

  it('is refused to one of two transactions that wait for each other, with its SQLSTATE', async () => {
    const store = await fixture.open();
    let begun = 0;
    const inBoth = async (first: string, second: string) =>
      store.transaction(async (transaction) => {
        await enqueue(transaction, first, first);
        begun += 1;
        await eventually('both hold a lane', () => begun === 2);
        await enqueue(transaction, second, second);
      });
    const outcomes = await Promise.allSettled([inBoth('a', 'b'), inBoth('b', 'a')]);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(reasons).toEqual(['40P01']);
    expect((await idsDue(store)).length).toBe(2);
  });
});

describe.skipIf(postgresMissing !== undefined)(
  `a connection to PostgreSQL that falls silent ${postgresMissing ?? ''}`,
  () => {
    it('is not used again once the driver has given up a statement on it', async () => {
      const schema = newSchema();
      await fixture.open(fixture.pool, { schema });
      const proxy = await startCuttingProxy(fixture.url);
      onTestFinished(() => proxy.close());
      const pool = fixture.connect({ connectionString: proxy.url, max: 2, query_timeout: 200 });
      const store = createPostgresStore(pool, { schema });
      const outside = (): Promise<unknown> => store.outbox.figures();
      const inside = (): Promise<unknown> => store.transaction((transaction) => enqueue(transaction, '1'));
      for (const use of [outside, inside]) {
        await use();
        await proxy.lose('everything', 0);
        await use().catch(() => undefined);
        await use();
      }
      await pool.end();
    });
  },
);

interface Outcomes {
  readonly committed: string[];
  readonly ambiguous: string[];
  readonly failed: string[];
}

describe.skipIf(postgresMissing !== undefined)(`a crash of PostgreSQL ${postgresMissing ?? ''}`, () => {
  it('takes nothing that was committed, and leaves no write without its message', async ({ skip }) => {
    const { kill, restart } = fixture.service;
    if (kill === undefined || restart === undefined) return skip('the server is somebody else’s');
    const store = await fixture.open(fixture.pool, { waitMaxMs: 20_000 });
    const outcomes: Outcomes = { committed: [], ambiguous: [], failed: [] };
    let isOver = false;
    const writer = async (name: string): Promise<void> => {
      for (let count = 0; !isOver; count += 1) {
        const id = `${name}-${count}`;
        try {
          await store.transaction(async (transaction) => {
            await write(transaction.connection, id, 'crash');
            await enqueue(transaction, id, name);
          });
          outcomes.committed.push(id);
        } catch (error) {
          outcomes[error instanceof AmbiguousCommit ? 'ambiguous' : 'failed'].push(id);
        }
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, (_, index) => writer(`writer-${index}`)));
    for (let round = 1; round <= 3; round += 1) {
      const before = outcomes.committed.length;
      await eventually('the writers are at work', () => outcomes.committed.length >= before + 100, 30_000);
      await kill();
      await restart();
    }
    const before = outcomes.committed.length;
    await eventually('the writers are at work again', () => outcomes.committed.length > before, 30_000);
    isOver = true;
    await writers;
    const { rows } = await fixture.pool.query(`SELECT name FROM application WHERE value = 'crash' ORDER BY name`);
    const written = rows.map(({ name }) => name);
    const due = (await idsDue(store, 2000, 100_000)).map(String);
    expect([...due].sort()).toEqual([...written].sort());
    const known = new Set(due);
    expect(outcomes.committed.filter((id) => !known.has(id))).toEqual([]);
    expect(outcomes.failed.filter((id) => known.has(id))).toEqual([]);
    expect(outcomes.failed.length + outcomes.ambiguous.length).toBeGreaterThan(0);
  });

  it('is waited for when a transaction begins while it starts', async ({ skip }) => {
    const { kill, restart } = fixture.service;
    if (kill === undefined || restart === undefined) return skip('the server is somebody else’s');
    const store = await fixture.open(fixture.pool, { waitMaxMs: 20_000 });
    const impatient = await fixture.open(fixture.pool, { waitMaxMs: 0 });
    await kill();
    await expect(impatient.transaction((inside) => write(inside.connection, 'no'))).rejects.toThrow();
    const work = store.transaction((transaction) => write(transaction.connection, 'waited', 'yes'));
    await restart();
    await work;
    expect(await storedValue('waited')).toBe('yes');
  });
});
