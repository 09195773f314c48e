import type { Store, Transaction } from '../../store.ts';
import { connectionOf, type SqliteConnection } from './connection.ts';
import { type SqliteDatabase, TransactionEnded } from './database.ts';
import { deadLettersOf } from './dead-letters.ts';
import { historyOf, purge } from './history.ts';
import { admit, bury } from './inbox.ts';
import { migrate, versionOf } from './migrate.ts';
import { enqueue, outboxOf } from './outbox.ts';
import { auditOf, findProcess, processesOf, record, saveProcess } from './records.ts';
import { storeMigrations } from './schema.ts';

export type { SqliteDatabase } from './database.ts';
export { DatabaseBusy, NestedTransaction, TransactionEnded, UnsuitableDatabase } from './database.ts';

/**
 * A store in one file, without any server: pass a `DatabaseSync` of `node:sqlite`. Its tables begin with `millwright_`. The file is
 * switched to a write-ahead log that is synced at each commit, and must be on a disk of this machine: several processes of it can
 * share the file, several machines cannot. One in memory survives nothing, and its features say so. SQLite before 3.51.3, which older
 * releases of Node.js contain, can in rare cases corrupt a file that several connections write to (sqlite.org/wal.html, WAL-reset bug).
 *
 * Transactions run one after the other, also those of other processes, so a slow one holds up all. When SQLite ends a transaction
 * by itself, as with a full disk, it rejects; a statement of the application that swallows that error and goes on is outside of it.
 * `close` waits for what is running and leaves the database open.
 */
export function createSqliteStore<Database extends SqliteDatabase>(database: Database): Store<Database> {
  const connection = connectionOf(database);
  let closed = false;
  const transaction: Store<Database>['transaction'] = async (work) => {
    if (closed) throw new Error('the store is closed');
    return connection.transaction(async () => {
      const inside = new Inside(connection, database);
      try {
        return await work(inside);
      } finally {
        inside.end();
      }
    });
  };
  return {
    features: {
      name: 'sqlite',
      survives: connection.isFile ? 'power' : 'nothing',
      shared: connection.isFile,
      concurrent: false,
    },
    migrate: () => migrate(connection, 'store', storeMigrations),
    version: () => versionOf(connection, storeMigrations),
    transaction,
    outbox: outboxOf(connection),
    deadLetters: deadLettersOf(connection),
    audit: auditOf(connection),
    processes: processesOf(connection),
    history: (query) => historyOf(connection, query),
    purge: (before, limit) => purge(connection, before, limit),
    close: async () => {
      closed = true;
      await connection.look(() => undefined);
    },
  };
}

class Inside<Database> implements Transaction<Database> {
  readonly connection: Database;
  readonly #connection: SqliteConnection;
  #hasEnded = false;
  #recording: Promise<void> = Promise.resolve();

  constructor(connection: SqliteConnection, database: Database) {
    this.connection = database;
    this.#connection = connection;
  }

  end(): void {
    this.#hasEnded = true;
  }

  readonly enqueue: Transaction['enqueue'] = async (entry) => enqueue(this.#open(), entry);
  readonly admit: Transaction['admit'] = async (claim) => admit(this.#open(), claim);
  readonly bury: Transaction['bury'] = async (letter) => bury(this.#open(), letter);
  readonly saveProcess: Transaction['saveProcess'] = async (state) => saveProcess(this.#open(), state);
  readonly findProcess: Transaction['findProcess'] = async (process, key) => findProcess(this.#open(), process, key);
  readonly record: Transaction['record'] = (entry) => {
    const recorded = this.#recording.then(() => record(this.#open(), entry, () => this.#open()));
    this.#recording = recorded.catch(() => undefined);
    return recorded;
  };

  #open(): SqliteConnection {
    if (this.#hasEnded) throw new TransactionEnded('the transaction is over: await what belongs in it');
    this.#connection.refuseEnded();
    return this.#connection;
  }
}
