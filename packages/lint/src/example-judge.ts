import { createRequire } from 'node:module';
import { type JsonObject, type JsonValue, type Schema, toJsonSchema } from '@millwright/contract';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { validityOf } from './evident-validity.ts';
import type { ExampleClaim } from './example-claims.ts';
import { isVulnerable } from './pattern-safety.ts';
import { conjunctsOf, reachableFrom } from './schema-walk.ts';

// A contract without examples needs no validator, and loading one takes a while.
const load = createRequire(import.meta.url);

/** Gives the first thing that is wrong with an example, in words; undefined when it is valid. */
export type ExampleJudge = (claim: ExampleClaim) => string | undefined;

/** What is evidently valid is not validated. */
export function exampleJudge(claims: readonly ExampleClaim[]): ExampleJudge {
  const hidden: HiddenNames = {
    any: new Set(),
    request: hiddenNames(claims, 'request', 'readOnly'),
    response: hiddenNames(claims, 'response', 'writeOnly'),
  };
  const isInDoubt = ({ schema, value, sent }: ExampleClaim): boolean =>
    validityOf(schema, value, hidden[sent]) !== true;
  const doubts = new Set(claims.filter(isInDoubt));
  if (doubts.size === 0) return () => undefined;
  const validated = validatingJudge([...doubts], hidden);
  return (claim) => (doubts.has(claim) ? validated(claim) : undefined);
}

type HiddenNames = Readonly<Record<ExampleClaim['sent'], ReadonlySet<string>>>;

/** All schemas are compiled as parts of one document, so that what they share is compiled once. */
function validatingJudge(claims: readonly ExampleClaim[], hidden: HiddenNames): ExampleJudge {
  const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const { default: addFormats } = load('ajv-formats') as typeof import('ajv-formats');
  const code = { regExp: regularExpression, optimize: false };
  const ajv = new Ajv2020({ strict: false, logger: false, validateSchema: false, inlineRefs: false, code });
  addFormats(ajv);
  const [document, references] = documentOf(new Set(claims.map(({ schema }) => schema)));
  for (const sent of ['any', 'request', 'response'] as const)
    if (sent === 'any' || hidden[sent].size > 0)
      ajv.addSchema(withoutRequired(document, hidden[sent]) as JsonObject, sent);
  const compiled = new Map<string, ValidateFunction | undefined>();
  return ({ schema, value, sent }) => {
    const key = `${hidden[sent].size === 0 ? 'any' : sent}${references.get(schema)}`;
    if (!compiled.has(key))
      compiled.set(
        key,
        compile(() => ajv.getSchema(key)),
      );
    const validate = compiled.get(key);
    return validate === undefined || validate(value) ? undefined : wordingOf(validate.errors?.[0]);
  };
}

function wordingOf(error: ErrorObject | undefined): string {
  return `${error === undefined || error.instancePath === '' ? '' : `at ${error.instancePath} `}${error?.message ?? 'is invalid'}`;
}

/** A schema that cannot be compiled was reported when the contract was read, or uses a pattern of another dialect. */
function compile(get: () => ValidateFunction | undefined): ValidateFunction | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

/** One document with all schemas, and the reference of each in it. */
function documentOf(schemas: ReadonlySet<Schema>): readonly [JsonObject, ReadonlyMap<Schema, string>] {
  const members = [...schemas].map((ref) => ({ kind: 'schema', ref }) as Schema);
  const document = toJsonSchema({ kind: 'schema', anyOf: members } as unknown as Schema);
  const definitions = document['$defs'] as Readonly<Record<string, JsonObject>>;
  const { anyOf } = Object.values(definitions)[0] as { readonly anyOf: readonly { readonly $ref: string }[] };
  return [document, new Map([...schemas].map((schema, index) => [schema, (anyOf[index] as { $ref: string }).$ref]))];
}

/** A pattern that an example could keep busy for hours is left to the rule about patterns. */
function regularExpression(source: string, flags: string): { readonly test: (text: string) => boolean } {
  if (isVulnerable(source)) return { test: () => true };
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source);
  }
}
regularExpression.code = 'new RegExp';

/** Properties that are not sent in one direction, where `required` does not hold for them (OpenAPI 3.0.4, section 4.7.24). */
function hiddenNames(
  claims: readonly ExampleClaim[],
  sent: 'request' | 'response',
  keyword: 'readOnly' | 'writeOnly',
): ReadonlySet<string> {
  const schemas = claims.filter((claim) => claim.sent === sent).map((claim) => claim.schema);
  const isHidden = (property: Schema): boolean => [...conjunctsOf(property)].some((part) => part[keyword] === true);
  return new Set(
    [...reachableFrom(schemas)].flatMap(({ properties }) =>
      [...(properties ?? [])].filter(([, property]) => isHidden(property)).map(([name]) => name),
    ),
  );
}

function withoutRequired(value: JsonValue, names: ReadonlySet<string>): JsonValue {
  if (names.size === 0) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutRequired(item, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([keyword, member]) => {
      if (keyword === 'required' && Array.isArray(member))
        return [keyword, member.filter((name) => !names.has(name as string))];
      return [keyword, ['const', 'enum'].includes(keyword) ? member : withoutRequired(member as JsonValue, names)];
    }),
  );
}
