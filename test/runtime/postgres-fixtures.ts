import type { Message } from '@millwright/runtime';
import type { InboxClaim, Lease, Store, Transaction } from '@millwright/runtime/messaging';
import {
  createPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
} from '@millwright/runtime/stores/postgres';
import { Client, Pool, type PoolClient, type PoolConfig } from 'pg';
import { startPostgres } from '../services/postgres.ts';
import type { Service } from '../services/service.ts';

export interface PostgresFixture {
  readonly service: Service;
  /** Of a database of its own, since the server can be somebody else's. */
  readonly url: string;
  readonly pool: Pool;
  /** A pool of its own that `close` ends. */
  connect(config?: PoolConfig): Pool;
  /** A migrated store in a schema of its own. */
  open(pool?: Pool, options?: PostgresStoreOptions): Promise<PostgresStore<PoolClient>>;
  close(): Promise<void>;
}

/** A server with the application's table. */
export async function postgresFixture(): Promise<PostgresFixture> {
  const service = await startPostgres();
  const database = newSchema();
  const administer = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: service.url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await administer(`CREATE DATABASE ${database}`);
  const { href: url } = Object.assign(new URL(service.url), { pathname: `/${database}` });
  const pools: Pool[] = [];
  const connect = (config: PoolConfig = {}): Pool => {
    const pool = new Pool({ connectionString: url, ...config });
    pool.on('error', () => undefined);
    pools.push(pool);
    return pool;
  };
  const pool = connect({ max: 12 });
  await pool.query('CREATE TABLE application (name text PRIMARY KEY, value text)');
  return {
    ...{ service, url, pool, connect },
    open: async (own = pool, options = {}) => {
      const store = createPostgresStore(own, { schema: newSchema(), ...options });
      await store.migrate();
      return store;
    },
    close: async () => {
      await Promise.all(pools.filter(({ ended }) => !ended).map((one) => one.end()));
      await administer(`DROP DATABASE ${database} WITH (FORCE)`);
      await service.stop();
    },
  };
}

/** A name that no other test has. */
export function newSchema(): string {
  return `millwright_${crypto.randomUUID().slice(0, 8)}`;
}

const source = '/plants/PL01/mes';

export function message(id: string, partitionKey = 'k', attributes: Message['attributes'] = {}): Message {
  return {
    attributes: { specversion: '1.0', id, source, type: 'test.happened.v1', ...attributes },
    data: new TextEncoder().encode(`{"id":"${id}"}`) as Uint8Array<ArrayBuffer>,
    partitionKey,
  };
}

export function claimOf(id: string, more: Partial<InboxClaim> = {}): InboxClaim {
  const { attributes } = message(id);
  return { subscriber: 'erp', source, id, attributes, now: 1000, expiresAt: 5000, ...more };
}

export function enqueue(transaction: Transaction<PoolClient>, id: string, key = 'k', priority = 3): Promise<number> {
  return transaction.enqueue({ address: 'a/b', message: message(id, key), priority, now: 1000 });
}

/** The application's own write. */
export async function write(client: PoolClient, name: string, value = ''): Promise<void> {
  const upsert = 'INSERT INTO application VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2';
  await client.query(upsert, [name, value]);
}

export async function leaseOf(store: Store<PoolClient>): Promise<Lease> {
  const lease = await store.outbox.lease('relay', 2000, 1000);
  if (lease === undefined) throw new Error('no lease');
  return lease;
}

/** Ids of what a relay would send now. */
export async function idsDue(store: Store<PoolClient>, now = 2000, limit = 100): Promise<readonly unknown[]> {
  const rows = await store.outbox.claim(await leaseOf(store), { now, limit });
  return rows.map((row) => row.message.attributes['id']);
}
