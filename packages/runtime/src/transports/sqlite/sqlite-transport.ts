import { connectionOf, type SqliteConnection } from '../../stores/sqlite/connection.ts';
import type { SqliteDatabase } from '../../stores/sqlite/database.ts';
import { migrate } from '../../stores/sqlite/migrate.ts';
import type { Message, Subscription, Transport } from '../../transport.ts';
import { groupNumber, registerGroup, removeGroup } from './groups.ts';
import { type Member, Pump, type PumpOptions } from './pump.ts';
import { insertLetters, type Letter, type RejectedLetter, rejectedLetters, removeRejected } from './queue.ts';
import { transportMigrations } from './schema.ts';

export type { SqliteDatabase } from '../../stores/sqlite/database.ts';
export type { RejectedLetter } from './queue.ts';

export interface SqliteTransportOptions {
  /** How long a delivery of a process that died keeps its message from others; those that run are renewed. Default 30,000. */
  readonly leaseMs?: number;
  /** How often to look whether another process has published; what this one publishes is seen at once. Default 50. */
  readonly pollMs?: number;
  /** Pause before a message comes again when the handler names none. Default 100. */
  readonly redeliveryDelayMs?: number;
  /** Deliveries of one group at a time in this process. Default 32. */
  readonly concurrencyMax?: number;
  /** Told what went wrong with the file; it is tried again. */
  readonly onError?: (error: unknown) => void;
}

export interface SqliteTransport extends Transport {
  /** Messages that were rejected, in the order in which they were published, after a number. */
  rejected(query: { readonly after?: number; readonly limit: number }): Promise<readonly RejectedLetter[]>;
  /** Deletes a message that was rejected; false when there is none. */
  forgetRejected(number: number): Promise<boolean>;
  /** Ends a group that nobody will read any more, with all that waits for it; false when there is none. */
  forgetGroup(name: string): Promise<boolean>;
}

/**
 * A durable queue in one file, for the processes of one machine: pass a `DatabaseSync` of `node:sqlite`, best one of its own. Its
 * tables begin with `millwright_queue`. A group is known from its first subscription on, and gets what is published from then on,
 * until it is forgotten. A subscription without a group has one of its own, which ends with it or, when its process dies or
 * sleeps, a `leaseMs` later.
 *
 * A message is given to one handler at a time, and the later ones of its key wait. Handlers settle outside of transactions of the
 * same database, which they would otherwise wait for. `close` leaves the database open.
 */
export function createSqliteTransport(database: SqliteDatabase, options: SqliteTransportOptions = {}): SqliteTransport {
  const { leaseMs = 30_000, pollMs = 50, redeliveryDelayMs = 100, concurrencyMax = 32 } = options;
  const connection = connectionOf(database);
  const onError = options.onError ?? (() => undefined);
  const settings: PumpOptions = { leaseMs, pollMs, redeliveryDelayMs, concurrencyMax, onError };
  const pump = new Pump(connection, settings);
  const publisher = new Publisher(connection);
  let migrated: Promise<void> | undefined;
  let isClosed = false;
  const open = async (): Promise<void> => {
    if (isClosed) throw new Error('the transport is closed');
    connection.refuseNesting();
    migrated ??= migrate(connection, 'transport', transportMigrations);
    await migrated.catch((error: unknown) => {
      migrated = undefined;
      throw error;
    });
  };
  const leave = async (member: Member): Promise<void> => {
    pump.members.delete(member);
    await Promise.all(member.running);
    if (member.own !== undefined) await connection.transaction(() => removeGroup(connection, member.group));
  };
  return {
    features: {
      name: 'sqlite',
      survives: connection.isFile ? 'disk' : 'nothing',
      keepsForAbsent: true,
      countsAttempts: true,
      ordersAfterCrash: true,
      sharesWithinGroup: true,
    },
    publish: async (address, message) => {
      const letter = letterOf(address, message);
      await open();
      await publisher.publish(letter);
    },
    subscribe: async (pattern, handler, { group: name } = {}): Promise<Subscription> => {
      await open();
      const own = name === undefined ? `own ${crypto.randomUUID()}` : undefined;
      const group = await connection.transaction(() =>
        own === undefined
          ? registerGroup(connection, { name: `group ${name}`, pattern })
          : registerGroup(connection, { name: own, pattern, expiresAt: Date.now() + leaseMs }),
      );
      const member = {
        group,
        pattern,
        handler,
        running: new Set<Promise<void>>(),
        ...(own === undefined ? {} : { own }),
      };
      pump.members.add(member);
      pump.start();
      pump.wake();
      return { close: () => leave(member) };
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...pump.members].map(leave));
      await pump.stop();
      await connection.read(() => undefined);
    },
    rejected: async ({ after = 0, limit }) => {
      await open();
      return connection.read(() => rejectedLetters(connection, after, limit));
    },
    forgetRejected: async (number) => {
      await open();
      return connection.transaction(() => removeRejected(connection, number));
    },
    forgetGroup: async (name) => {
      await open();
      return connection.transaction(() => {
        const number = groupNumber(connection, `group ${name}`);
        if (number !== undefined) removeGroup(connection, number);
        return number !== undefined;
      });
    },
  };
}

function letterOf(address: string, { attributes, data, partitionKey, priority }: Message): Letter {
  return { address, attributes: JSON.stringify(attributes), data: data.slice(), partitionKey, priority };
}

const batchMax = 500;

interface Batch {
  readonly letters: Letter[];
  done: Promise<void>;
}

/** Puts what is published while a transaction waits for its turn into that one: a disk is synced once for all of it. */
class Publisher {
  readonly #connection: SqliteConnection;
  #batch: Batch | undefined;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  publish(letter: Letter): Promise<void> {
    const batch = this.#batch ?? this.#begin();
    batch.letters.push(letter);
    if (batch.letters.length >= batchMax) this.#end(batch);
    return batch.done;
  }

  #begin(): Batch {
    const batch: Batch = { letters: [], done: Promise.resolve() };
    this.#batch = batch;
    batch.done = this.#connection
      .transaction(() => {
        this.#end(batch);
        insertLetters(this.#connection, batch.letters, Date.now());
      })
      .finally(() => this.#end(batch));
    return batch;
  }

  #end(batch: Batch): void {
    if (this.#batch === batch) this.#batch = undefined;
  }
}
