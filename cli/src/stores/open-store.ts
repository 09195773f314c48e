import type { Store } from '@millwright/runtime/messaging';
import { StoreFailure, UsageFailure } from '../failure.ts';
import { withoutSecrets } from '../input/server-url.ts';
import type { StoreReference } from './store-reference.ts';

/** A store that was opened, by what it is called. */
export interface NamedStore {
  readonly name: string;
  readonly place: string;
  readonly store: Store;
}

/** A database that was opened for a store. */
export interface OpenDatabase {
  readonly store: Store;
  close(): Promise<void>;
}

/**
 * Opens a store, lets work be done and closes it. With `read` nothing in it can change. Throws {@link StoreFailure} when it is none, has
 * other tables than this version knows, or breaks down meanwhile. It never creates or migrates anything.
 */
export async function withStore<Result>(
  reference: StoreReference,
  access: 'read' | 'write',
  work: (store: NamedStore) => Promise<Result>,
): Promise<Result> {
  const { name, place } = reference;
  try {
    const database = await open(reference, access);
    try {
      await demandTables(reference, database.store);
      return await work({ name, place, store: database.store });
    } finally {
      await database.close();
    }
  } catch (error) {
    throw failureOf(error, reference) ?? error;
  }
}

async function open(reference: StoreReference, access: 'read' | 'write'): Promise<OpenDatabase> {
  if (reference.kind === 'sqlite') return (await import('./sqlite-database.ts')).openSqlite(reference, access);
  return (await import('./postgres-database.ts')).openPostgres(reference);
}

async function demandTables({ name, place }: StoreReference, store: Store): Promise<void> {
  const { found, known } = await store.version();
  if (found === known) return;
  if (found === 0)
    throw new StoreFailure(
      'store/no-tables',
      `${name} (${place}) has no tables of Millwright`,
      'Check the address and the schema; the application makes the tables when it starts.',
    );
  if (found > known)
    throw new StoreFailure(
      'store/newer-tables',
      `${name} (${place}) has tables of version ${found}; this command knows ${known}`,
      'Use the millwright of the same version as the application.',
    );
  throw new StoreFailure(
    'store/older-tables',
    `${name} (${place}) has tables of version ${found}; this command reads ${known}`,
    'Start the application once with this version, which brings its tables up to date, or use the millwright of its version.',
  );
}

const ownCodes = new Set(['unsuitable-database', 'database-busy', 'ambiguous-commit']);
const notADatabase = 26;

/** What a database or its connection complains about, in its own words; undefined for a bug of ours. */
function failureOf(error: unknown, reference: StoreReference): UsageFailure | undefined {
  const { name, place } = reference;
  if (error instanceof UsageFailure || !(error instanceof Error)) return undefined;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number' && (errcode & 0xff) === notADatabase)
    return new StoreFailure(
      'store/not-a-database',
      `${name} (${place}) is no SQLite database`,
      'Check the path; a database of SQLite begins with the words "SQLite format 3".',
    );
  const isOfDatabase =
    typeof errcode === 'number' ||
    (typeof code === 'string' && (ownCodes.has(code) || /^([0-9A-Z]{5}|E[A-Z_]+)$/.test(code))) ||
    /^Connection terminated|^timeout exceeded/.test(error.message);
  if (!isOfDatabase) return undefined;
  const said = error.message === '' ? String(code) : error.message;
  return new StoreFailure(
    'store/failed',
    `${name} (${place}): ${withoutSecrets(said, reference.kind === 'postgres' ? [reference.url] : [])}`,
    'Check that the database runs, and that you may read it; what changes something needs the right to write.',
  );
}
