import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Message } from '@millwright/runtime';
import type { Store } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { afterAll, expect } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'millwright-sqlite-'));
const opened: DatabaseSync[] = [];
let files = 0;

/** A file that does not exist yet. */
export function freshFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

/** A connection that is closed after the tests. */
export function open(file = freshFile()): DatabaseSync {
  const database = new DatabaseSync(file);
  opened.push(database);
  return database;
}

afterAll(() => {
  for (const database of opened) if (database.isOpen) database.close();
  rmSync(folder, { recursive: true, force: true });
});

export const message = (id: string, key = 'k'): Message => ({
  attributes: { specversion: '1.0', id, source: '/test', type: 'test.v1' },
  data: new Uint8Array(10),
  partitionKey: key,
});

export const put = (store: Store, id: string, { key = 'k', priority = 3, now = 1000 } = {}) =>
  store.transaction((transaction) => transaction.enqueue({ address: 'a/b', message: message(id, key), priority, now }));

export const idsOf = (rows: readonly { readonly message: Message }[]) =>
  rows.map((row) => row.message.attributes['id']);

export async function leased(store: Store, holder = 'r', now = 1000) {
  const lease = await store.outbox.lease(holder, now, 1000);
  if (lease === undefined) throw new Error('no lease');
  return lease;
}

/** A store with a table of the application. */
export async function business(file = freshFile()) {
  const database = open(file);
  database.exec('CREATE TABLE business (name TEXT PRIMARY KEY, value TEXT)');
  const store = createSqliteStore(database);
  await store.migrate();
  return { file, database, store, count: () => database.prepare('SELECT count(*) AS n FROM business').get()?.['n'] };
}

const program = fileURLToPath(new URL('sqlite-process.ts', import.meta.url));

/** Another process with the same file. */
export function start(file: string, task: string, name: string): ChildProcessWithoutNullStreams {
  const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@millwright/source'];
  return spawn(process.execPath, [...flags, program, file, task, name]);
}

export const line = async (child: ChildProcessWithoutNullStreams): Promise<string> =>
  String((await once(child.stdout, 'data'))[0]);

export async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  expect([code, text]).toEqual([0, '']);
}

/** A database that remembers its statements, to ask how SQLite would run them: pairs of a statement and a step of its plan. */
export function watch(database: DatabaseSync) {
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
  const plans = (): readonly (readonly [sql: string, detail: string])[] =>
    [...statements]
      .filter((sql) => !/^\s*PRAGMA/.test(sql))
      .flatMap((sql) =>
        database
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => [sql, String(detail)] as const),
      );
  return { database: watched, plans };
}
