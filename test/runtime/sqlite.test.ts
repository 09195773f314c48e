import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { afterAll } from 'vitest';
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
