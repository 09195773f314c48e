import { resolve } from 'node:path';
import type { StoreConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';
import { fromEnvironment, parseUrl } from './server-url.ts';

/** Where a store is. */
export type StoreAddress =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      /** For the driver, with its secrets. */
      readonly url: string;
      /** Schema of the tables. */
      readonly schema: string;
    };

/**
 * `sqlite:<file>`, `postgres://user@host/database?schema=name`, or `env:NAME` for a variable that holds one of them; a file is relative
 * to the folder.
 */
export function parseStoreAddress(given: string | StoreConfig, folder: string): StoreAddress {
  const config: StoreConfig = typeof given === 'string' ? { url: given } : given;
  const text = fromEnvironment(config.url);
  if (text.startsWith('sqlite:')) {
    const file = text.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (file !== '' && file !== ':memory:') return { kind: 'sqlite', file: resolve(folder, file) };
    throw new UsageFailure('A store in memory ends with its process', 'Name a file: sqlite:plant.db.');
  }
  if (/^postgres(ql)?:/.test(text)) {
    const { url, own } = parseUrl(text, ['schema']);
    return { kind: 'postgres', url, schema: nameOfSchema(config.schema ?? own['schema'] ?? 'millwright') };
  }
  // What was given can hold a password, so it is not repeated.
  throw new UsageFailure(
    'A store is neither sqlite: nor postgres:',
    'Write sqlite:<file>, such as sqlite:plant.db, or postgres://user@host/database.',
  );
}

function nameOfSchema(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) return schema;
  throw new UsageFailure(`${JSON.stringify(schema)} is no name of a schema`, 'Use a-z, 0-9 and _, at most 40.');
}
