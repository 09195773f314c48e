import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DoctorRule, isAtLeast, isUnread, judgeLag, readOrTell, type Unread } from '../../doctor/diagnosis.ts';
import type { SqliteDatabase } from './database.ts';
import { storeMigrations } from './schema.ts';

/** What a file of SQLite says of itself, and where it lies. */
export interface SqliteFacts {
  readonly libraryVersion: string;
  /** Absent when it is in memory. */
  readonly file?: string;
  readonly journalMode: string;
  /** 0 OFF, 1 NORMAL, 2 FULL, 3 EXTRA: of the connection that was asked, since the file does not keep it. */
  readonly synchronous: number;
  /** The connection is the one that the application writes by. */
  readonly isApplications: boolean;
  readonly disk: SqliteDisk | Unread;
  /** `ok`, or the first thing that is wrong. */
  readonly integrity: { readonly answer: string } | Unread;
  readonly tables: SqliteTables | Unread;
  readonly now: number;
}

interface SqliteDisk {
  /** Number by which Linux knows the file system; of other systems nothing is read from it. */
  readonly fileSystem: number;
  readonly bytesFree: number;
}

interface SqliteTables {
  readonly migration?: number;
  readonly oldestAt?: number;
}

/** The check reads the whole file and cannot be interrupted. */
const checkedBytesMax = 2 ** 30;

export interface SqliteDoctorOptions {
  /** The database is the application's own connection, whose settings count. Default false. */
  readonly isApplications?: boolean;
}

/** Reads and changes nothing; a database that was opened read-only will do. */
export async function readSqliteFacts(
  database: Pick<SqliteDatabase, 'prepare'>,
  { isApplications = false }: SqliteDoctorOptions = {},
): Promise<SqliteFacts> {
  const value = (sql: string): unknown => Object.values((database.prepare(sql).get() ?? {}) as object)[0];
  const files = database.prepare('PRAGMA database_list').all() as { name: string; file: string | null }[];
  const file = files.find(({ name }) => name === 'main')?.file ?? '';
  return {
    libraryVersion: String(value('SELECT sqlite_version()')),
    ...(file === '' ? {} : { file }),
    journalMode: String(value('PRAGMA journal_mode')),
    synchronous: Number(value('PRAGMA synchronous')),
    isApplications,
    disk: await readOrTell(async () => {
      const { type, bavail, bsize } = await statfs(dirname(file));
      return { fileSystem: type, bytesFree: bavail * bsize };
    }),
    integrity: await readOrTell(async () => {
      const bytes = Number(value('PRAGMA page_count')) * Number(value('PRAGMA page_size'));
      if (bytes > checkedBytesMax) throw new Error(`the file has more than ${checkedBytesMax} bytes`);
      return { answer: String(value('PRAGMA quick_check(1)')) };
    }),
    tables: await readOrTell(async () => {
      if (value("SELECT count(*) FROM sqlite_schema WHERE name = 'millwright_outbox'") === 0) return {};
      const migration = Number(value("SELECT max(number) FROM millwright_migration WHERE part = 'store'"));
      const oldestAt = value('SELECT min(enqueued_at) FROM millwright_outbox WHERE sent_at IS NULL');
      return { migration, ...(typeof oldestAt === 'number' ? { oldestAt } : {}) };
    }),
    now: Date.now(),
  };
}

const synchronousNames = ['OFF', 'NORMAL', 'FULL', 'EXTRA'];

/** File systems of Linux (statfs(2)) that a write-ahead log cannot be on, or that are memory. */
const networkFileSystems: readonly number[] = [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997];
const memoryFileSystems: readonly number[] = [0x01021994, 0x858458f6];

const bytesFreeMin = 100 * 2 ** 20;

/** What the store needs of a file of SQLite, in the order in which it is told. */
export const sqliteRules: readonly DoctorRule<SqliteFacts>[] = [
  {
    id: 'doctor/sqlite-version',
    why: 'Before 3.51.3 a file that several connections write to can be corrupted when its log is reset (sqlite.org/wal.html).',
    judge: ({ libraryVersion }) => {
      const found = `SQLite ${libraryVersion}`;
      if (isAtLeast(libraryVersion, '3.51.3') === true) return { severity: 'ok', found };
      return { severity: 'warning', found, fix: 'Run a later Node.js, or let one connection write.' };
    },
  },
  {
    id: 'doctor/sqlite-file',
    why: 'What is in memory ends with the process, and a write-ahead log works on a disk of this machine only.',
    judge: ({ file, disk }) => {
      if (file === undefined)
        return { severity: 'error', found: 'the database is in memory', fix: 'Open a file.', atMost: 'not durable' };
      if (isUnread(disk))
        return { severity: 'unknown', found: `the disk cannot be asked: ${disk.unread}`, atMost: 'unknown' };
      const number = `file system 0x${disk.fileSystem.toString(16)}`;
      const fix = 'Move the file to a disk of this machine.';
      if (memoryFileSystems.includes(disk.fileSystem))
        return { severity: 'error', found: `the file is in memory (${number})`, fix, atMost: 'survives a process' };
      if (networkFileSystems.includes(disk.fileSystem))
        return { severity: 'error', found: `the file is on another machine (${number})`, fix, atMost: 'not durable' };
      return { severity: 'ok', found: `the file is on a disk (${number})` };
    },
  },
  {
    id: 'doctor/sqlite-journal-mode',
    why: 'The store needs the write-ahead log: without a journal, a crash breaks the file.',
    judge: ({ journalMode }) => {
      const found = `journal_mode is ${journalMode}`;
      if (journalMode === 'wal') return { severity: 'ok', found };
      if (journalMode === 'off' || journalMode === 'memory')
        return { severity: 'error', found, fix: 'PRAGMA journal_mode = WAL.', atMost: 'not durable' };
      return { severity: 'info', found: `${found}; the store switches to wal when it opens the file` };
    },
  },
  {
    id: 'doctor/sqlite-synchronous',
    why: 'Below FULL a commit is told before it is on the disk: the power takes the last ones back.',
    judge: ({ synchronous, isApplications }) => {
      const found = `synchronous is ${synchronousNames[synchronous] ?? synchronous}`;
      if (!isApplications)
        return {
          severity: 'info',
          found: 'synchronous belongs to a connection, not to the file: the store sets FULL on its own',
        };
      if (synchronous >= 2) return { severity: 'ok', found };
      return { severity: 'error', found, fix: 'PRAGMA synchronous = FULL.', atMost: 'survives a process' };
    },
  },
  {
    id: 'doctor/sqlite-integrity',
    why: 'A file that is broken loses more with every write.',
    judge: ({ integrity }) => {
      if (isUnread(integrity)) return { severity: 'unknown', found: `not checked: ${integrity.unread}` };
      const found = `quick_check says ${integrity.answer}`;
      if (integrity.answer === 'ok') return { severity: 'ok', found };
      return { severity: 'error', found, fix: 'Restore the file, or .recover it.', atMost: 'not durable' };
    },
  },
  {
    id: 'doctor/sqlite-disk-free',
    why: 'On a full disk nothing more is accepted.',
    judge: ({ disk, file }) => {
      if (isUnread(disk) || file === undefined) return undefined;
      const found = `${Math.floor(disk.bytesFree / 2 ** 20)} MiB are free`;
      if (disk.bytesFree >= bytesFreeMin) return { severity: 'ok', found };
      return { severity: 'warning', found, fix: 'Make room, or purge what was sent and applied.' };
    },
  },
  {
    id: 'doctor/sqlite-tables',
    why: 'Nothing is kept where there are no tables.',
    judge: ({ tables }) => {
      if (isUnread(tables))
        return { severity: 'unknown', found: `the tables cannot be read: ${tables.unread}`, atMost: 'unknown' };
      const { migration } = tables;
      if (migration === undefined)
        return {
          severity: 'info',
          found: 'the file has no tables of the store',
          fix: 'They are made by `store.migrate()`.',
        };
      const found = `migration ${migration} of ${storeMigrations.length}`;
      if (migration === storeMigrations.length) return { severity: 'ok', found };
      if (migration < storeMigrations.length)
        return { severity: 'warning', found, fix: 'Run `store.migrate()` of this version.' };
      return {
        severity: 'error',
        found: `${found}: a later version has made the tables`,
        fix: 'Update the application: this version refuses them.',
      };
    },
  },
  {
    id: 'doctor/sqlite-lag',
    why: 'What waits in the outbox has not happened elsewhere.',
    judge: ({ tables, now }) =>
      isUnread(tables) || tables.migration === undefined ? undefined : judgeLag(tables.oldestAt, now),
  },
];
