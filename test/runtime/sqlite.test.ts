import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Message } from '@millwright/runtime';
import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import {
  createSqliteStore,
  NestedTransaction,
  TransactionEnded,
  UnsuitableDatabase,
} from '@millwright/runtime/stores/sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { describeStore } from './conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'millwright-sqlite-'));
const opened: DatabaseSync[] = [];
let files = 0;

function freshFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

function open(file = freshFile()): DatabaseSync {
  const database = new DatabaseSync(file);
  opened.push(database);
  return database;
}

afterAll(() => {
  for (const database of opened) if (database.isOpen) database.close();
  rmSync(folder, { recursive: true, force: true });
});

describeStore<DatabaseSync>('sqlite', {
  open: async () => {
    const database = open();
    database.exec('CREATE TABLE business (name TEXT PRIMARY KEY, value TEXT)');
    const store = createSqliteStore(database);
    await store.migrate();
    return store;
  },
  write: (connection, name, value) => void connection.prepare('INSERT INTO business VALUES (?, ?)').run(name, value),
  read: (connection, name) =>
    connection.prepare('SELECT value FROM business WHERE name = ?').get(name)?.['value'] as string | undefined,
  features: createSqliteStore(open()).features,
});

const message = (id: string, key = 'k', more: object = {}): Message => ({
  attributes: { specversion: '1.0', id, source: '/test', type: 'test.v1', ...more },
  data: new Uint8Array(10),
  partitionKey: key,
});

const put = (store: Store, id: string, { key = 'k', priority = 3, now = 1000, size = 10 } = {}) =>
  store.transaction((transaction) =>
    transaction.enqueue({
      ...{ address: 'a/b', priority, now },
      message: { ...message(id, key), data: new Uint8Array(size) },
    }),
  );

const idsOf = (rows: readonly { readonly message: Message }[]) => rows.map((row) => row.message.attributes['id']);

async function leased(store: Store, holder = 'r', now = 1000) {
  const lease = await store.outbox.lease(holder, now, 1000);
  if (lease === undefined) throw new Error('no lease');
  return lease;
}

async function business(file = freshFile()) {
  const database = open(file);
  database.exec('CREATE TABLE business (name TEXT PRIMARY KEY, value TEXT)');
  const store = createSqliteStore(database);
  await store.migrate();
  return { file, database, store, count: () => database.prepare('SELECT count(*) AS n FROM business').get()?.['n'] };
}

const writer = fileURLToPath(new URL('sqlite-writer.ts', import.meta.url));

function start(file: string, task: string, name: string): ChildProcessWithoutNullStreams {
  const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@millwright/source'];
  return spawn(process.execPath, [...flags, writer, file, task, name]);
}

const line = async (child: ChildProcessWithoutNullStreams): Promise<string> =>
  String((await once(child.stdout, 'data'))[0]);

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, text]).toEqual([0, '']);
}

describe('sqlite: several processes', () => {
  it('share one file: every business row has its message, and the lane its numbers', async () => {
    const { file, store, count } = await business();
    await Promise.all(['p', 'q'].map((name) => ended(start(file, 'write', name))));
    expect(count()).toBe(200);
    const rows = await store.outbox.claim(await leased(store), { now: 2000, limit: 1000 });
    expect(rows.map((row) => Number(row.message.attributes['sequence']))).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect((await store.outbox.figures()).count).toBe(200);
  });

  it('make the tables of a new file at once', async () => {
    const file = freshFile();
    open(file).exec('CREATE TABLE business (name TEXT PRIMARY KEY, value TEXT)');
    await Promise.all(['p', 'q', 'r'].map((name) => ended(start(file, 'write', name))));
    expect((await createSqliteStore(open(file)).outbox.figures()).count).toBe(300);
  });

  it('a relay that slept past its lease marks nothing when it wakes', async () => {
    const { file, store } = await business();
    await put(store, '1');
    const stale = start(file, 'relay', 'stale');
    expect(await line(stale)).toBe('claimed\n');
    const lease = await leased(store, 'next', 2500);
    stale.stdin.write('go\n');
    expect(await line(stale)).toBe('LeaseLost\n');
    await ended(stale);
    expect(idsOf(await store.outbox.claim(lease, { now: 2500, limit: 10 }))).toEqual(['1']);
  });

  it('what a killed process had not committed is not there, and the others go on', async () => {
    const { file, store, count } = await business();
    const child = start(file, 'hang', 'killed');
    expect(await line(child)).toBe('open\n');
    const waiting = put(store, '1');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await waiting).toBe(1);
    expect(count()).toBe(0);
  });
});

describe('sqlite: transactions', () => {
  it('a full disk fails the transaction as a whole, and the next that fits succeeds', async () => {
    const { database, store, count } = await business();
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 5}`);
    const full = store.transaction(async (transaction) => {
      transaction.connection.prepare('INSERT INTO business VALUES (?, ?)').run('a', 'x');
      await transaction.enqueue({ address: 'a', message: message('1'), priority: 3, now: 1 });
      await transaction.enqueue({
        ...{ address: 'a', priority: 3, now: 1 },
        message: { ...message('2'), data: new Uint8Array(100_000) },
      });
    });
    await expect(full).rejects.toMatchObject({ errcode: 13 });
    expect(await store.outbox.figures()).toEqual({ count: 0, bytes: 0 });
    expect(count()).toBe(0);
    expect(await put(store, 'small')).toBe(1);
  });

  it('work that swallows the error of a full disk is refused what it does next', async () => {
    const { database, store } = await business();
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 5}`);
    const swallowing = store.transaction(async (transaction) => {
      const large = { ...message('2'), data: new Uint8Array(100_000) };
      await transaction.enqueue({ address: 'a', message: large, priority: 3, now: 1 }).catch(() => undefined);
      await transaction.enqueue({ address: 'a', message: message('1'), priority: 3, now: 1 });
    });
    await expect(swallowing).rejects.toThrow(TransactionEnded);
    const silent = store.transaction(async (transaction) => {
      const large = { ...message('2'), data: new Uint8Array(100_000) };
      await transaction.enqueue({ address: 'a', message: large, priority: 3, now: 1 }).catch(() => undefined);
    });
    await expect(silent).rejects.toThrow(TransactionEnded);
    expect(await store.outbox.figures()).toEqual({ count: 0, bytes: 0 });
  });

  it('one inside another is refused instead of waiting for itself', async () => {
    const { store } = await business();
    await expect(store.transaction(() => store.transaction(() => 1))).rejects.toThrow(NestedTransaction);
    expect(await store.transaction(() => 2)).toBe(2);
  });

  it('reads wait for a transaction that is open, and inside it see what it did', async () => {
    const { store } = await business();
    const state = { process: 'p', key: 'k', version: 1, status: 'running' as const, state: 1 };
    const begun = Promise.withResolvers<void>();
    const failing = store.transaction(async (transaction) => {
      await transaction.saveProcess(state);
      expect(await store.processes.find('p', 'k')).toEqual(state);
      begun.resolve();
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('no');
    });
    await begun.promise;
    const outside = store.processes.find('p', 'k');
    await expect(failing).rejects.toThrow('no');
    expect(await outside).toBeUndefined();
  });

  it('what was not awaited inside it cannot slip into another', async () => {
    const { store } = await business();
    const kept = await store.transaction((transaction) => ({ transaction }));
    const late = kept.transaction.enqueue({ address: 'a', message: message('1'), priority: 3, now: 1 });
    await expect(late).rejects.toThrow(TransactionEnded);
  });

  it('another connection of the same process waits without stopping it', async () => {
    const { file, store } = await business();
    const other = createSqliteStore(open(file));
    const numbers = await Promise.all(
      [store, other, store, other].map((each, index) =>
        each.transaction(async (transaction) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return transaction.enqueue({ address: 'a', message: message(`${index}`), priority: 3, now: 1 });
        }),
      ),
    );
    expect(numbers.sort()).toEqual([1, 2, 3, 4]);
  });

  it('audit entries that are recorded at once are one chain', async () => {
    const { store } = await business();
    const entry = { at: 1, action: 'denied', actor: 'a', subject: 's', details: {} };
    await store.transaction((transaction) => Promise.all([1, 2, 3].map(() => transaction.record(entry))));
    expect((await store.audit.read({ limit: 10 })).map(({ number }) => number)).toEqual([1, 2, 3]);
  });
});

describe('sqlite: the file', () => {
  it('syncs each commit', async () => {
    const { database } = await business();
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(database.prepare('PRAGMA fullfsync').get()).toEqual({ fullfsync: 1 });
  });

  it('in memory survives nothing and says so', () => {
    expect(createSqliteStore(open(':memory:')).features).toEqual({
      ...{ name: 'sqlite', survives: 'nothing', shared: false, concurrent: false },
    });
  });

  it('that cannot have a write-ahead log is refused', async () => {
    const file = freshFile();
    open(file).exec('CREATE TABLE t (a)');
    const uri = new DatabaseSync(`file:${file}?immutable=1`);
    opened.push(uri);
    await expect(createSqliteStore(uri).migrate()).rejects.toThrow(UnsuitableDatabase);
  });

  it('of a newer version is refused', async () => {
    const { database } = await business();
    database.exec("INSERT INTO millwright_migration VALUES ('store', 999)");
    await expect(createSqliteStore(database).migrate()).rejects.toThrow(UnsuitableDatabase);
  });
});

describe('sqlite: the outbox', () => {
  it('a message that is more urgent than one before it in its lane does not overtake that', async () => {
    const { store } = await business();
    await put(store, 'a1', { key: 'a', priority: 9 });
    await put(store, 'a2', { key: 'a', priority: 0 });
    await put(store, 'b1', { key: 'b', priority: 5 });
    const lease = await leased(store);
    expect(idsOf(await store.outbox.claim(lease, { now: 2000, limit: 10 }))).toEqual(['b1', 'a1', 'a2']);
  });

  it('a failure behind a message that is not marked yet holds its lane after that', async () => {
    const { store } = await business();
    for (const id of ['1', '2', '3']) await put(store, id);
    const lease = await leased(store);
    const [first, second] = await store.outbox.claim(lease, { now: 1000, limit: 3 });
    await store.outbox.failed(lease, second?.position ?? 0, { reason: 'away', dueAt: 5000 });
    expect(idsOf(await store.outbox.claim(lease, { now: 1000, limit: 3 }))).toEqual(['1']);
    await store.outbox.sent(lease, [first?.position ?? 0], 1000);
    expect(idsOf(await store.outbox.claim(lease, { now: 4999, limit: 3 }))).toEqual([]);
    expect(idsOf(await store.outbox.claim(lease, { now: 5000, limit: 3 }))).toEqual(['2', '3']);
  });

  it('looks into indexes only', async () => {
    const { database } = await business();
    const statements = new Set<string>();
    const watched = new Proxy(database, {
      get: (target, name) => {
        if (name === 'prepare')
          return (sql: string) => {
            statements.add(sql);
            return target.prepare(sql);
          };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await useAll(createSqliteStore(watched));
    const plans = [...statements]
      .filter((sql) => !/^\s*PRAGMA/.test(sql))
      .flatMap((sql) =>
        database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => [sql, String(detail)]),
      );
    expect(plans.filter(([, detail]) => /SEARCH/.test(detail ?? '')).length).toBeGreaterThan(20);
    // Lanes that are ready are read in the order of their index, up to a limit; a search for the largest number is none.
    const ordered = /USING INDEX millwright_lane_ready|SCAN CONSTANT ROW/;
    const named = (pattern: RegExp) =>
      plans.filter(([, detail]) => pattern.test(detail ?? '') && !ordered.test(detail ?? ''));
    expect(named(/SCAN/)).toEqual([]);
    // A history is sorted by time: it has the rows of one order or lot.
    expect(named(/TEMP B-TREE/).filter(([sql]) => !/UNION ALL/.test(sql ?? ''))).toEqual([]);
  });
});

/** Every statement that a store has. */
async function useAll(store: Store): Promise<void> {
  const claim = {
    subscriber: 's',
    source: '/test',
    id: '1',
    attributes: {},
    now: 1,
    expiresAt: 2,
    lane: 'l',
    sequence: 1,
  };
  const failure = { kind: 'poison', reason: 'bad' } as const;
  await put(store, '1');
  await put(store, '2');
  const lease = await leased(store);
  const [first, second] = await store.outbox.claim(lease, { now: 1000, limit: 10 });
  await store.outbox.sent(lease, [first?.position ?? 0], 1000);
  await store.outbox.failed(lease, second?.position ?? 0, { reason: 'away', dueAt: 5000 });
  await store.outbox.release(lease);
  await store.outbox.figures();
  await store.transaction(async (transaction) => {
    await transaction.admit(claim);
    const letter = { ...claim, id: '2', address: 'a', message: message('2'), failure, attempts: 1, firstFailedAt: 1 };
    await transaction.bury(letter);
    await transaction.bury({ ...letter, id: '3' });
    await transaction.record({ at: 1, action: 'a', actor: 'b', subject: 'c', details: {} });
    await transaction.saveProcess({ process: 'p', key: 'k', version: 1, status: 'running', state: {} });
    await transaction.saveProcess({ process: 'p', key: 'k', version: 2, status: 'waiting', state: {}, dueAt: 1 });
  });
  for (const query of [{}, { state: 'buried' as const }, { group: 'g' }])
    await store.deadLetters.list({ ...query, limit: 5 });
  await store.deadLetters.replay(1, 1);
  await store.deadLetters.discard(2, 1);
  await store.processes.find('p', 'k');
  await store.processes.due(1, 1);
  await store.audit.read({ limit: 1 });
  for (const name of ['orderNumber', 'lotNumber', 'correlationId']) await store.history({ [name]: 'x' });
  await store.purge(1, 1);
}

/** One step of a random life of an outbox; lanes have a priority each, positions are those of rows that were claimed. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), lane: fc.nat(3) }),
  fc.record({
    kind: fc.constant('send' as const),
    limit: fc.integer({ min: 1, max: 5 }),
    fails: fc.nat(6),
    wait: fc.nat(4),
  }),
  fc.record({ kind: fc.constant('purge' as const), limit: fc.nat(2) }),
);

describe('sqlite: agrees with the store in memory', () => {
  it('on what is due, in whatever order things are put in, sent, failed and purged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const stores: readonly Store[] = [createMemoryStore(), createSqliteStore(open(':memory:'))];
        const lives = await Promise.all(stores.map((store) => live(store, steps)));
        expect(lives[1]).toEqual(lives[0]);
      }),
      { numRuns: 200 },
    );
  });
});

/** What a store answers in such a life. */
async function live(store: Store, steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
  await store.migrate();
  const told: unknown[] = [];
  for (const [now, each] of steps.entries()) {
    if (each.kind === 'put')
      told.push(await put(store, `${now}`, { key: `${each.lane}`, priority: each.lane % 2, now }));
    if (each.kind === 'purge') told.push(await store.purge(now, each.limit));
    if (each.kind !== 'send') continue;
    const lease = await leased(store, 'r', now);
    const rows = await store.outbox.claim(lease, { now, limit: each.limit });
    told.push(
      rows.map(({ position, lane, message, priority, attempts }) => ({ position, lane, message, priority, attempts })),
    );
    const failing = rows[each.fails];
    if (failing !== undefined)
      await store.outbox.failed(lease, failing.position, { reason: 'away', dueAt: now + each.wait });
    const sent = rows.filter(({ lane }, index) => index < each.fails || lane !== failing?.lane);
    await store.outbox.sent(
      lease,
      sent.map(({ position }) => position),
      now,
    );
    told.push(await store.outbox.figures());
  }
  return told;
}
