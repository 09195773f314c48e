import { basename, extname, resolve } from 'node:path';
import type { LoadedConfig, StoreConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';

/** Where a store is, and what it is called. `place` may be shown; a URL may not, since it can hold a password. */
export type StoreReference = { readonly name: string; readonly place: string } & (
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string }
);

const schemes = 'sqlite:FILE, postgres://HOST/DATABASE, or env:NAME for a variable that holds one of them';

/** The stores that flags name, else those of the config. */
export function storesOf(given: readonly string[] | undefined, loaded: LoadedConfig): readonly StoreReference[] {
  const known = Object.entries(loaded.config.stores ?? {});
  const references =
    given === undefined
      ? known.map(([name, store]) => configured(name, store, loaded))
      : given.map((text) => named(text, known, loaded));
  if (references.length === 0)
    throw new UsageFailure(
      'No store was named',
      "Add --store sqlite:erp.db, or write stores: { erp: 'sqlite:erp.db' } into the config.",
    );
  const names = references.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new UsageFailure(`Two stores are called ${twice}`, `Give each a name: --store ${twice}2=sqlite:FILE.`);
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

function configured(name: string, store: string | StoreConfig, { folder }: LoadedConfig): StoreReference {
  return typeof store === 'string'
    ? referenceTo(store, { name, folder })
    : referenceTo(store.url, { name, folder, ...(store.schema === undefined ? {} : { schema: store.schema }) });
}

/** `erp` of the config, a URL, or `erp=URL`. */
function named(
  text: string,
  known: readonly (readonly [string, string | StoreConfig])[],
  loaded: LoadedConfig,
): StoreReference {
  const [, store] = known.find(([name]) => name === text) ?? [];
  if (store !== undefined) return configured(text, store, loaded);
  const [, name, url] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(text) ?? [undefined, undefined, text];
  if (!url.includes(':'))
    throw new UsageFailure(
      `There is no store ${url}`,
      known.length === 0 ? `Write ${schemes}.` : `The config has ${known.map(([one]) => one).join(', ')}.`,
    );
  return referenceTo(url, { folder: process.cwd(), ...(name === undefined ? {} : { name }) });
}

interface Named {
  readonly name?: string;
  readonly folder: string;
  readonly schema?: string;
}

function referenceTo(text: string, given: Named): StoreReference {
  const url = text.startsWith('env:') ? fromEnvironment(text.slice(4)) : text;
  const [scheme = ''] = url.split(':');
  if (scheme === 'sqlite') return sqliteReference(url.slice('sqlite:'.length), given);
  if (scheme === 'postgres' || scheme === 'postgresql') return postgresReference(url, given);
  throw new UsageFailure(`No store has an address that begins with ${scheme}:`, `Write ${schemes}.`);
}

function fromEnvironment(variable: string): string {
  const url = process.env[variable];
  if (url !== undefined && url !== '') return url;
  throw new UsageFailure(
    `The environment variable ${variable} is not set`,
    `Set it to sqlite:FILE or postgres://HOST/DATABASE before you run the command.`,
  );
}

function sqliteReference(path: string, { name, folder }: Named): StoreReference {
  if (path === '' || path === ':memory:')
    throw new UsageFailure('A store in memory ends with its process', 'Name a file: sqlite:erp.db.');
  const file = resolve(folder, path);
  return { kind: 'sqlite', name: name ?? nameOf(basename(file, extname(file))), file, place: `sqlite:${path}` };
}

/** The parameter `schema` is ours; everything else is for the driver. */
function postgresReference(text: string, { name, schema }: Named): StoreReference {
  if (!URL.canParse(text))
    throw new UsageFailure(
      `The address of ${name === undefined ? 'a store' : `the store ${name}`} is no URL`,
      'Write postgres://USER:PASSWORD@HOST:PORT/DATABASE; special characters of a password are percent-encoded.',
    );
  const url = new URL(text);
  const database = url.pathname.slice(1);
  const itsSchema = schema ?? url.searchParams.get('schema') ?? 'millwright';
  url.searchParams.delete('schema');
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(itsSchema))
    throw new UsageFailure(`${JSON.stringify(itsSchema)} is no name of a schema`, 'Use a-z, 0-9 and _, at most 40.');
  return {
    ...{ kind: 'postgres', name: name ?? nameOf(database), url: url.href, schema: itsSchema },
    place: `postgres://${url.host}${url.pathname}`,
  };
}

/** What a store is called whom nobody has named: letters, digits and what is between them. */
function nameOf(text: string): string {
  const name = text.replace(/[^\w.-]+/g, '-');
  return name === '' ? 'store' : name;
}
