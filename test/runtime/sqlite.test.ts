import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { AmbiguousCommit } from '@millwright/runtime/messaging';
import {
  createSqliteStore,
  NestedTransaction,
  TransactionEnded,
  UnsuitableDatabase,
} from '@millwright/runtime/stores/sqlite';
import { describe, expect, it } from 'vitest';
import { connectionOf } from '../../packages/runtime/src/stores/sqlite/connection.ts';
import { migrate } from '../../packages/runtime/src/stores/sqlite/migrate.ts';
import { storeMigrations } from '../../packages/runtime/src/stores/sqlite/schema.ts';
import { describeStore } from './conformance.ts';
import { business, ended, freshFile, idsOf, leased, line, message, open, put, start } from './sqlite-files.ts';

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

  it('whoever writes without a pause leaves gaps for others', async () => {
    const { file, store } = await business();
    const other = createSqliteStore(open(file));
    let written = 0;
    const writing = Array.from({ length: 3000 }, (_, index) => put(store, `${index}`).then(() => (written += 1)));
    await put(other, 'other');
    expect(written).toBeLessThan(3000);
    await Promise.all(writing);
  });

  it('a disk that fails during the commit leaves open whether it happened', async () => {
    const { database } = await business();
    const failing = { isFailing: true };
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      exec(sql);
      if (sql === 'COMMIT' && failing.isFailing) throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
    };
    const store = createSqliteStore(database);
    await expect(put(store, '1')).rejects.toThrow(AmbiguousCommit);
    failing.isFailing = false;
    expect(await put(store, '2')).toBe(2);
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
    await expect(createSqliteStore(uri).migrate()).rejects.toThrow(UnsuitableDatabase);
    uri.close();
  });

  it('of an older version gets what is new, once, and keeps what it has', async () => {
    const { file, database, store } = await business();
    await put(store, '1');
    const versions = ['CREATE TABLE added (a)', 'ALTER TABLE added ADD COLUMN b; INSERT INTO added VALUES (1, 2)'];
    await migrate(connectionOf(database), 'transport', versions.slice(0, 1));
    const newer = [database, open(file), open(file)].map(connectionOf);
    await Promise.all(newer.map((connection) => migrate(connection, 'transport', versions)));
    expect(database.prepare('SELECT * FROM added').all()).toEqual([{ a: 1, b: 2 }]);
    expect((await store.outbox.figures()).count).toBe(1);
  });

  it('keeps nothing of a migration that fails', async () => {
    const { database } = await business();
    const failing = migrate(connectionOf(database), 'transport', [
      'CREATE TABLE added (a); INSERT INTO missing VALUES (1)',
    ]);
    await expect(failing).rejects.toThrow('missing');
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'added'").all()).toEqual([]);
  });

  it('of version 1 keeps its rows and counts duplicates from then on', async () => {
    const database = open();
    await migrate(connectionOf(database), 'store', storeMigrations.slice(0, 1));
    database.exec(`INSERT INTO millwright_inbox (subscriber, source, id, state, received_at, expires_at, attributes)
      VALUES ('erp', '/test', '1', 'applied', 1, 9, '{"ordernumber":"WO-1"}')`);
    const store = createSqliteStore(database);
    expect(await store.version()).toEqual({ found: 1, known: storeMigrations.length });
    await store.migrate();
    expect(await store.version()).toEqual({ found: storeMigrations.length, known: storeMigrations.length });
    const claim = { subscriber: 'erp', source: '/test', id: '1', attributes: {}, now: 2, expiresAt: 9 };
    expect(await store.transaction((transaction) => transaction.admit(claim))).toBe('duplicate');
    expect((await store.history({ orderNumber: 'WO-1' })).map(({ step, at, count }) => [step, at, count])).toEqual([
      ['applied', 1, undefined],
      ['duplicate', 2, 1],
    ]);
  });

  it('without tables, and without a change, has version 0', async () => {
    const database = open();
    expect((await createSqliteStore(database).version()).found).toBe(0);
    expect(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']).toBe(0);
  });

  it('of a newer version is refused', async () => {
    const { database } = await business();
    database.exec("INSERT INTO millwright_migration VALUES ('store', 999)");
    await expect(createSqliteStore(database).migrate()).rejects.toThrow(UnsuitableDatabase);
  });
});
