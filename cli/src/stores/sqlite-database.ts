import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { UsageFailure } from '../failure.ts';
import { importSqlite } from '../input/drivers.ts';
import type { OpenDatabase } from './open-store.ts';
import type { StoreReference } from './store-reference.ts';

/** Opens a file that is there. With `read` it is opened for reading only, so that not even its journal mode changes. */
export async function openSqlite(
  { file, place }: Extract<StoreReference, { kind: 'sqlite' }>,
  access: 'read' | 'write',
): Promise<OpenDatabase> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageFailure(
      `There is no file ${place.slice('sqlite:'.length)}`,
      'Check the path. The application makes its database; this command never does.',
    );
  const { DatabaseSync } = await importSqlite();
  const url = pathToFileURL(file);
  url.searchParams.set('mode', access === 'read' ? 'ro' : 'rw');
  const database = new DatabaseSync(url, { readOnly: access === 'read' });
  // A file that is no database is one only when something is read, and then before its journal mode is touched.
  try {
    const store = createSqliteStore(database);
    return {
      store,
      close: async () => {
        await store.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
