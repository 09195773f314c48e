import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPostgresStore, type PostgresPool } from '@millwright/runtime/stores/postgres';
import { StoreFailure } from '../failure.ts';
import type { OpenDatabase } from './open-store.ts';
import type { StoreReference } from './store-reference.ts';

/** The slice of `pg` that is used. */
interface Driver {
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
  const { Pool } = await loadDriver();
  const pool = new Pool({
    ...{ connectionString: url, max: 2, connectionTimeoutMillis: connectMaxMs, application_name: 'millwright' },
  });
  // A client that is idle while the server goes away tells it here; whoever needs it next is told again.
  pool.on('error', () => undefined);
  return { store: createPostgresStore(pool, { schema, waitMaxMs: 0 }), close: () => pool.end() };
}

/** `pg` of the project in whose folder the command runs: the command line brings no driver of its own. */
async function loadDriver(): Promise<Driver> {
  const folder = process.cwd();
  let path: string;
  try {
    path = createRequire(join(folder, 'package.json')).resolve('pg');
  } catch {
    throw new StoreFailure(
      'store/driver-missing',
      'The driver pg is not installed in the working directory',
      'Run the command in the folder of a project that has it, or install it there: npm install pg.',
    );
  }
  const { default: driver } = (await import(pathToFileURL(path).href)) as { readonly default: Driver };
  return driver;
}
