import type { SourceDocument } from '../document.ts';
import { isJsonObject, member } from '../json.ts';
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

/**
 * Dialect of the schemas inside an OpenAPI or AsyncAPI description that name none, so that a schema means the same from
 * whichever file it is reached first; undefined for every other document.
 */
export function dialectOfDocument({ value }: SourceDocument): Dialect | undefined {
  if (!isJsonObject(value)) return undefined;
  const openapi = member(value, 'openapi');
  if (typeof openapi === 'string') {
    if (openapi.startsWith('3.0')) return 'openapi-3.0';
    const declared = member(value, 'jsonSchemaDialect');
    return (typeof declared === 'string' ? dialectOf(declared) : undefined) ?? '2020-12';
  }
  // AsyncAPI: the Schema Object is a superset of draft-07.
  return member(value, 'asyncapi') === undefined ? undefined : 'draft-07';
}

/** Dialects in which `$ref` hides its siblings. */
export function refHidesSiblings(dialect: Dialect): boolean {
  return dialect === 'draft-07' || dialect === 'openapi-3.0';
}

/** Dialects without the keywords that came with 2019-09; those mean nothing in them, whatever a later dialect makes of them. */
export function isBefore2019(dialect: Dialect): boolean {
  return dialect === 'draft-07' || dialect === 'openapi-3.0';
}
