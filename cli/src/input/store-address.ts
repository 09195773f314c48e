import { resolve } from 'node:path';
import { UsageFailure } from '../failure.ts';
import { parseUrl } from './server-url.ts';

/** Where a store is. */
export type StoreAddress =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      /** For the driver, with its secrets. */
      readonly url: string;
      /** Schema of the tables. */
      readonly schema?: string;
    };

/** `sqlite:<file>` or `postgres://user@host/database?schema=name`; a file is relative to the folder. */
export function parseStoreAddress(text: string, folder: string): StoreAddress {
  if (text.startsWith('sqlite:')) {
    const file = text.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (file !== '') return { kind: 'sqlite', file: resolve(folder, file) };
  }
  if (/^postgres(ql)?:/.test(text)) {
    const { url, own } = parseUrl(text, ['schema']);
    const { schema } = own;
    return { kind: 'postgres', url, ...(schema === undefined ? {} : { schema }) };
  }
  // What was given can hold a password, so it is not repeated.
  throw new UsageFailure(
    'A store is neither sqlite: nor postgres:',
    'Write sqlite:<file>, such as sqlite:plant.db, or postgres://user@host/database.',
  );
}
