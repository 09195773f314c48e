import { AsyncLocalStorage } from 'node:async_hooks';
import { AmbiguousCommit } from '../../store.ts';
import {
  busyCode,
  DatabaseBusy,
  ioErrorCode,
  NestedTransaction,
  readonlyCode,
  resultCodeOf,
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteValue,
  TransactionEnded,
  UnsuitableDatabase,
} from './database.ts';

/** How long a transaction waits for those of other processes. */
const busyMaxMs = 10_000;
/** Another process looks for a gap every 1 to 3 ms, so whoever writes without one leaves a gap longer than that now and then. */
const retryMs = 3;
const gapMs = 4;
const gapEveryMs = 100;

const wait = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

const connections = new WeakMap<SqliteDatabase, SqliteConnection>();

/** One for each database object, so that all who use it wait for each other. */
export function connectionOf(database: SqliteDatabase): SqliteConnection {
  const connection = connections.get(database) ?? new SqliteConnection(database);
  connections.set(database, connection);
  return connection;
}

/** A database object, which has one transaction at a time: whoever wants one waits for his turn. */
export class SqliteConnection {
  /** False when it is in memory or temporary. */
  readonly isFile: boolean;
  /** Told after each transaction of this connection that changed something, which does not show in `dataVersion`. */
  readonly listeners = new Set<() => void>();
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();
  readonly #inside = new AsyncLocalStorage<{ isOpen: boolean }>();
  #isPrepared = false;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #gapAt = 0;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    const main = this.all<{ name: string; file: string | null }>('PRAGMA database_list');
    this.isFile = main.some(({ name, file }) => name === 'main' && file !== null && file !== '');
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  /** Runs a statement; tells how many rows it changed. */
  run(sql: string, ...values: SqliteValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Runs an insertion; tells the number of the new row. */
  insert(sql: string, ...values: SqliteValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqliteValue[]): readonly Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** Runs statements that are not needed again. */
  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Changes whenever another connection has committed. */
  dataVersion(): number {
    return this.get<{ data_version: number }>('PRAGMA data_version')?.data_version ?? 0;
  }

  /** Throws {@link NestedTransaction} in a transaction of this connection. */
  refuseNesting(): void {
    if (this.#inside.getStore()?.isOpen === true)
      throw new NestedTransaction('a transaction of this database is open here: use it, or wait for its end');
  }

  /** Throws {@link TransactionEnded} when SQLite has ended the transaction: what follows would be committed on its own. */
  refuseEnded(): void {
    if (!this.#database.isTransaction) throw new TransactionEnded('the database has rolled the transaction back');
  }

  /** All of the work or nothing of it. Resolves when it is on the disk. */
  async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    this.refuseNesting();
    return this.#next(async () => {
      await this.#patiently(() => this.#database.exec('BEGIN IMMEDIATE'));
      const frame = { isOpen: true };
      const changes = this.#changes();
      try {
        const result = await this.#inside.run(frame, work);
        frame.isOpen = false;
        this.#commit();
        if (this.#changes() !== changes) for (const listener of this.listeners) listener();
        return result;
      } catch (error) {
        frame.isOpen = false;
        this.#rollback();
        throw error;
      }
    });
  }

  /** Reads what was committed, or inside a transaction what it sees. */
  async read<Result>(work: () => Result): Promise<Result> {
    if (this.#inside.getStore()?.isOpen === true) return work();
    return this.#next(() => this.#patiently(work));
  }

  /** Reads a file that may be somebody else's, as it is: it is not switched to a write-ahead log. */
  async look<Result>(work: () => Result): Promise<Result> {
    return this.#inside.getStore()?.isOpen === true ? work() : this.#next(async () => work());
  }

  #changes(): number | undefined {
    return this.get<{ changes: number }>('SELECT total_changes() AS changes')?.changes;
  }

  #statement(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    // Whatever the application has chosen for its own statements.
    statement.setReadBigInts(false);
    statement.setReturnArrays(false);
    this.#statements.set(sql, statement);
    return statement;
  }

  #next<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#waiting === 0) this.#gapAt = performance.now();
    this.#waiting += 1;
    const result = this.#turn.then(async () => {
      if (performance.now() - this.#gapAt > gapEveryMs) {
        await wait(gapMs);
        this.#gapAt = performance.now();
      }
      try {
        return await task();
      } finally {
        this.#waiting -= 1;
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Tries again while another process or connection is in the way. */
  async #patiently<Result>(work: () => Result): Promise<Result> {
    for (const until = performance.now() + busyMaxMs; ; ) {
      try {
        this.#prepare();
        return work();
      } catch (error) {
        if (resultCodeOf(error) !== busyCode) throw error;
        if (performance.now() > until)
          throw new DatabaseBusy(`others have been writing for ${busyMaxMs} ms`, { cause: error });
      }
      await wait(Math.random() * retryMs);
    }
  }

  #prepare(): void {
    if (this.#isPrepared) return;
    // Waiting inside SQLite would stop this process, and with it the transaction of another connection that it waits for.
    this.#database.exec('PRAGMA busy_timeout = 0');
    const mode = this.#switchToLog();
    if (mode !== 'wal' && mode !== 'read-only' && this.isFile)
      throw new UnsuitableDatabase(`the database cannot keep a write-ahead log: its journal mode is ${mode}`);
    // NORMAL would lose the last transactions with the power. macOS syncs to the disk's own cache unless told more.
    this.#database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1');
    this.#isPrepared = true;
  }

  /** A copy that was made for reading has no log, and a connection that can only read gives it none. */
  #switchToLog(): string | undefined {
    try {
      return this.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL')?.journal_mode;
    } catch (error) {
      if (resultCodeOf(error) === readonlyCode) return 'read-only';
      throw error;
    }
  }

  #commit(): void {
    this.refuseEnded();
    try {
      this.#database.exec('COMMIT');
    } catch (error) {
      if (resultCodeOf(error) !== ioErrorCode) throw error;
      // The frame that commits may be in the log although the sync of it failed.
      throw new AmbiguousCommit('the disk failed during the commit', { cause: error });
    }
  }

  #rollback(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // A database that was closed has rolled back; the error that led here says more.
    }
  }
}
