import type { Store } from '@millwright/runtime/messaging';
import type { Places, Role } from '../points.ts';

export interface Row {
  readonly number: number;
  readonly key: string;
}

export type Table = 'business' | 'effect';

/** What the application of a process has of its database. */
export interface Application<Connection> {
  readonly store: Store<Connection>;
  /** Number of its last business row, 0 without one. */
  lastOf(slot: number): Promise<number>;
  /** Inside a transaction. */
  insert(connection: Connection, table: Table, row: Row): unknown;
}

/** The databases of producer and consumer, as whoever looks from outside sees them. */
export interface Books {
  readonly addresses: Readonly<Record<Role, string>>;
  /** Business rows by their numbers, effects in the order in which they came. */
  rows(table: Table): Promise<readonly Row[]>;
  deadLetterCount(): Promise<number>;
  /** Grows with every relay that takes over. */
  leaseToken(): Promise<number>;
  close(): Promise<void>;
}

/** Reads and writes one kind of database. */
export interface Engine<Connection> {
  open(places: Places): Application<Connection>;
  /** Makes both databases, with the tables of the application; at a server or in a folder. */
  create(address: string, run: string): Promise<Books>;
}
