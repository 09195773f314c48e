import type { Dialect } from '../schema.ts';

const dialectsByUri: ReadonlyMap<string, Dialect> = new Map([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['https://json-schema.org/draft/2019-09/schema', '2019-09'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['https://json-schema.org/draft-07/schema', 'draft-07'],
  // Draft 6 is a subset of draft 7; draft 4 differs in boolean exclusive bounds and `id`, which are read as well.
  ['http://json-schema.org/draft-06/schema', 'draft-07'],
  ['http://json-schema.org/draft-04/schema', 'draft-07'],
  ['http://json-schema.org/schema', '2020-12'],
]);

/** Dialect of a `$schema` URI; undefined when it is unknown to us and therefore refused. */
export function dialectOf(uri: string): Dialect | undefined {
  const plain = uri.replace(/#$/, '');
  if (/^https:\/\/spec\.openapis\.org\/oas\/3\.[12]\/(dialect|schema-base)\//.test(plain)) return '2020-12';
  return dialectsByUri.get(plain);
}

/** URIs of the dialects themselves, which no schema may take as its own `$id`. */
export function isDialectUri(uri: string): boolean {
  return dialectsByUri.has(uri.replace(/#$/, ''));
}

/** Dialects in which `$ref` hides its siblings. */
export function refHidesSiblings(dialect: Dialect): boolean {
  return dialect === 'draft-07' || dialect === 'openapi-3.0';
}
