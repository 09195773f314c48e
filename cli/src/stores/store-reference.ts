import { basename, extname, resolve } from 'node:path';
import type { LoadedConfig, StoreConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';
import { fromEnvironment, parseUrl, shownUrl } from '../input/server-url.ts';

/** Where a store is, and what it is called. `place` may be shown; a URL may not, since it can hold a password. */
export type StoreReference = { readonly name: string; readonly place: string } & (
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      /** For the driver, with its secrets. */
      readonly url: string;
      /** Schema of the tables. */
      readonly schema: string;
    }
);

const forms = 'Write sqlite:FILE, postgres://HOST/DATABASE, or env:NAME for a variable that holds one of them.';

/** The stores that flags name, else those of the config. */
export function storesOf(given: readonly string[] | undefined, loaded: LoadedConfig): readonly StoreReference[] {
  const known = loaded.config.stores ?? {};
  const references = (given ?? Object.keys(known)).map((text) => named(text, known, loaded.folder));
  if (references.length === 0)
    throw new UsageFailure(
      'No store was named',
      "Add --store sqlite:erp.db, or write stores: { erp: 'sqlite:erp.db' } into the config.",
    );
  const names = references.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new UsageFailure(`Two stores are called ${twice}`, `Give each a name: --store ${twice}2=ADDRESS.`);
  return references;
}

/** The one store that a command works on. */
export function storeOf(given: string | undefined, loaded: LoadedConfig): StoreReference {
  const references = storesOf(given === undefined ? undefined : [given], loaded);
  const [reference] = references;
  if (reference === undefined || references.length > 1)
    throw new UsageFailure(
      `It is not said which store is meant: ${references.map(({ name }) => name).join(', ')}`,
      `Name one: --store ${references[0]?.name}.`,
    );
  return reference;
}

/** `erp` of the config, whose paths are relative to its folder; an address, relative to the working directory; or `erp=ADDRESS`. */
function named(text: string, known: Readonly<Record<string, string | StoreConfig>>, folder: string): StoreReference {
  const store = Object.hasOwn(known, text) ? known[text] : undefined;
  if (store !== undefined)
    return parseStoreAddress(typeof store === 'string' ? { url: store } : store, { name: text, folder });
  const [, name, url] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(text) ?? [undefined, undefined, text];
  if (/^[\w./\\-]+$/.test(url)) {
    const names = Object.keys(known);
    throw new UsageFailure(
      `There is no store ${url}`,
      names.length === 0 ? forms : `The config has ${names.join(', ')}.`,
    );
  }
  return parseStoreAddress({ url }, { folder: process.cwd(), ...(name === undefined ? {} : { name }) });
}

interface Origin {
  readonly name?: string;
  /** Folder that a path is relative to. */
  readonly folder: string;
}

function parseStoreAddress(config: StoreConfig, { name, folder }: Origin): StoreReference {
  const text = fromEnvironment(config.url);
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '');
    if (path === '' || path === ':memory:')
      throw new UsageFailure('A store in memory ends with its process', 'Name a file: sqlite:erp.db.');
    const file = resolve(folder, path);
    return { kind: 'sqlite', name: name ?? nameOf(basename(file, extname(file))), file, place: `sqlite:${path}` };
  }
  if (/^postgres(ql)?:/.test(text)) {
    const { url, own } = parseUrl(text, ['schema']);
    const schema = nameOfSchema(config.schema ?? own['schema'] ?? 'millwright');
    return {
      kind: 'postgres',
      name: name ?? nameOf(new URL(url).pathname.slice(1)),
      url,
      schema,
      place: shownUrl(url),
    };
  }
  // What was given can hold a password, so it is not repeated.
  throw new UsageFailure('The address of a store begins neither with sqlite: nor with postgres:', forms);
}

function nameOfSchema(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) return schema;
  throw new UsageFailure(`${JSON.stringify(schema)} is no name of a schema`, 'Use a-z, 0-9 and _, at most 40.');
}

/** What a store is called whom nobody has named: letters, digits and what is between them. */
function nameOf(text: string): string {
  const name = text.replace(/[^\w.-]+/g, '-');
  return name === '' ? 'store' : name;
}
