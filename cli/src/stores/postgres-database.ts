import { createPostgresStore, type PostgresPool } from '@millwright/runtime/stores/postgres';
import { importDriver } from '../input/drivers.ts';
import type { OpenDatabase } from './open-store.ts';
import type { StoreReference } from './store-reference.ts';

/** The slice of `pg` that is used. */
interface Pg {
  readonly Pool: new (
    options: Readonly<Record<string, unknown>>,
  ) => PostgresPool & {
    on(event: 'error', listener: () => void): unknown;
    end(): Promise<void>;
  };
}

const connectMaxMs = 10_000;

export async function openPostgres({
  url,
  schema,
}: Extract<StoreReference, { kind: 'postgres' }>): Promise<OpenDatabase> {
  const { Pool } = await importDriver<Pg>('pg', 'A postgres:// address');
  const pool = new Pool({
    ...{ connectionString: url, max: 2, connectionTimeoutMillis: connectMaxMs, application_name: 'millwright' },
  });
  // A client that is idle while the server goes away tells it here; whoever needs it next is told again.
  pool.on('error', () => undefined);
  return { store: createPostgresStore(pool, { schema, waitMaxMs: 0 }), close: () => pool.end() };
}
