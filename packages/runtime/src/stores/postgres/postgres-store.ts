import type { Store, Transaction } from '../../store.ts';
import { deadLettersOf } from './dead-letters.ts';
import { Dialect, type PostgresClient, type PostgresPool } from './driver.ts';
import { historyOf } from './history.ts';
import { admit, bury } from './inbox.ts';
import { migrate, versionOf } from './migrations.ts';
import { enqueue, type OnClient, outboxOf } from './outbox.ts';
import { purge } from './purge.ts';
import { dueProcesses, findProcess, listProcesses, readAudit, record, saveProcess } from './records.ts';
import { inTransaction, onClient } from './session.ts';

export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from './driver.ts';

export interface PostgresStoreOptions {
  /** Schema of the tables. Default `millwright`. */
  readonly schema?: string;
  /** Prepares statements under names. Default true; false behind a pooler of transactions that cannot keep them. */
  readonly preparesStatements?: boolean;
  /** How long a server that starts, or cannot be reached, is tried again before a transaction begins. Default 5,000. */
  readonly waitMaxMs?: number;
}

export interface PostgresStore<Client extends PostgresClient> extends Store<Client> {
  /**
   * What can be done in a transaction that the application has begun on its own client, and will commit or roll back itself. Its
   * COMMIT is then its own to judge: when the connection breaks there, nobody knows whether it happened. Above READ COMMITTED
   * PostgreSQL refuses with 40001 what would otherwise wait for its lane or message.
   */
  join(client: Client): Transaction<Client>;
}

/**
 * A store in PostgreSQL 13 or later, through a pool of `pg` that stays the application's: `close` does not end it. What it promises
 * holds with the server's `fsync` and `synchronous_commit` on, as they are by default.
 */
export function createPostgresStore<Client extends PostgresClient>(
  pool: PostgresPool<Client>,
  { schema = 'millwright', preparesStatements = true, waitMaxMs = 5_000 }: PostgresStoreOptions = {},
): PostgresStore<Client> {
  const dialect = new Dialect(schema, preparesStatements);
  listen(pool);
  const outside: OnClient = (work) => onClient(pool, waitMaxMs, work);
  const inside: OnClient = (work) => inTransaction(pool, waitMaxMs, work);
  const join = (client: Client): Transaction<Client> => ({
    connection: client,
    enqueue: (entry) => enqueue(client, dialect, entry),
    admit: (claim) => admit(client, dialect, claim),
    bury: (letter) => bury(client, dialect, letter),
    record: (entry) => record(client, dialect, entry),
    saveProcess: (state) => saveProcess(client, dialect, state),
    findProcess: (process, key) => findProcess(client, dialect, process, key),
  });
  return {
    features: { name: 'postgres', survives: 'power', shared: true, concurrent: true },
    migrate: () => inside((client) => migrate(client, dialect)),
    version: () => outside((client) => versionOf(client, dialect)),
    transaction: (work) => inTransaction(pool, waitMaxMs, (client) => work(join(client))),
    join,
    outbox: outboxOf(outside, inside, dialect),
    deadLetters: deadLettersOf(outside, inside, dialect),
    audit: { read: (query) => outside((client) => readAudit(client, dialect, query)) },
    processes: {
      find: (process, key) => outside((client) => findProcess(client, dialect, process, key)),
      due: (now, limit) => outside((client) => dueProcesses(client, dialect, now, limit)),
      list: (query) => outside((client) => listProcesses(client, dialect, query)),
    },
    history: (query) => outside((client) => historyOf(client, dialect, query)),
    purge: (before, limit) => inside((client) => purge(client, dialect, before, limit)),
    close: async () => undefined,
  };
}

const heard = new WeakSet<object>();

/**
 * A server that ends can say so in one breath with "ready", before whoever waits for the client has it; and an error that nobody listens
 * to ends the process.
 */
function listen(pool: PostgresPool): void {
  if (heard.has(pool)) return;
  heard.add(pool);
  pool.on('connect', (client) => client.on('error', () => undefined));
}
