/** A value of a column. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

/** The part of a `StatementSync` of `node:sqlite` that is used. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
  setReadBigInts(enabled: boolean): void;
  setReturnArrays(enabled: boolean): void;
}

/**
 * The part of a `DatabaseSync` of `node:sqlite` that is used. Whoever opened it closes it. Statements of the application outside
 * of a transaction of the store fall into whichever is open just then, so they need a connection of their own.
 */
export interface SqliteDatabase {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

/** The database cannot keep what is promised, or a newer program has made its tables. */
export class UnsuitableDatabase extends Error {
  override readonly name = 'UnsuitableDatabase';
  readonly code = 'unsuitable-database';
}

/** Another process has been writing for longer than we wait. Nothing was done. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
  readonly code = 'database-busy';
}

/** A transaction was begun inside another one of the same database, for which it would wait for ever. */
export class NestedTransaction extends Error {
  override readonly name = 'NestedTransaction';
  readonly code = 'nested-transaction';
}

/** The transaction is over: by its own end, or because SQLite has rolled it back (such as when the disk is full). */
export class TransactionEnded extends Error {
  override readonly name = 'TransactionEnded';
  readonly code = 'transaction-ended';
}

/** Primary result codes (sqlite.org/rescode.html); the higher bits say more of the same. */
export const busyCode = 5;
export const readonlyCode = 8;
export const ioErrorCode = 10;

export function resultCodeOf(error: unknown): number | undefined {
  const { errcode } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}
