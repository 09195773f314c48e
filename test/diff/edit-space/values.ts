import { isJsonObject, type JsonObject, type JsonValue } from '@millwright/contract';
import { alternatives, type Field, type Kind, kindOf } from './kinds.ts';
import type { MetaNode } from './meta-schemas.ts';

/** Values that a meta-schema cannot know: by kind, each an instance of it, or by `kind.field`. */
export type Seeds = Readonly<Record<string, readonly JsonValue[]>>;

const texts: Readonly<Record<string, readonly JsonValue[]>> = {
  uri: ['https://alpha.example.com', 'https://beta.example.com'],
  'uri-reference': ['https://alpha.example.com', 'https://beta.example.com'],
  email: ['alpha@example.com', 'beta@example.com'],
  'media-range': ['text/plain', 'application/xml'],
};
const scalars: Readonly<Record<string, readonly JsonValue[]>> = {
  boolean: [true, false],
};
const anything: readonly JsonValue[] = ['alpha', 'beta', { alpha: 'alpha' }];
const valuesMax = 12;

/** Values to try at a field. Whether one fits is for the whole meta-schema to say. */
export function valuesAt(kind: Kind, field: Field, seeds: Seeds): readonly JsonValue[] {
  const given = seeds[`${kind.name}.${field.name}`];
  if (given !== undefined) return given;
  return unique(field.nodes.flatMap((node) => valuesOf(node, seeds)));
}

function valuesOf(node: MetaNode, seeds: Seeds): readonly JsonValue[] {
  return unique(
    alternatives(node).flatMap((alternative) => seeds[alternative.name] ?? plainValues(alternative, seeds)),
  );
}

/** Values by what they were made for; none yet while they are being made, which ends a cycle. */
const made = new Map<Seeds, Map<JsonValue, readonly JsonValue[]>>();

function plainValues(node: MetaNode, seeds: Seeds): readonly JsonValue[] {
  const { schema } = node;
  if (!isJsonObject(schema)) return anything;
  const known = made.get(seeds) ?? new Map<JsonValue, readonly JsonValue[]>();
  made.set(seeds, known);
  const found = known.get(schema);
  if (found !== undefined) return found;
  known.set(schema, []);
  const values = newValues(node, schema, seeds);
  known.set(schema, values);
  return values;
}

function newValues(node: MetaNode, schema: JsonObject, seeds: Seeds): readonly JsonValue[] {
  const constant = constantsOf(schema);
  if (constant !== undefined) return constant;
  const types = [schema['type'] ?? []].flat() as readonly string[];
  const found = types.flatMap((type) =>
    type === 'string'
      ? (texts[String(schema['format'])] ?? ['alpha', 'beta'])
      : [...numbersOf(type, schema), ...(scalars[type] ?? [])],
  );
  const kind = kindOf(node);
  if (kind !== undefined) return [...instancesOf(kind, seeds), ...found];
  if (types.includes('object')) return [...found, { alpha: 'alpha' }, { alpha: 'beta' }];
  return types.length === 0 ? anything : found;
}

function numbersOf(type: string, { minimum, maximum }: JsonObject): readonly JsonValue[] {
  if (type !== 'integer' && type !== 'number') return [];
  const [least, most] = [Number(minimum ?? 1), Number(maximum ?? Infinity)];
  return [least, least + 1].filter((number) => number <= most);
}

/** Values that a meta-schema lists. */
export function constantsOf(schema: JsonValue): readonly JsonValue[] | undefined {
  if (!isJsonObject(schema)) return undefined;
  if ('const' in schema) return [schema['const'] as JsonValue];
  return Array.isArray(schema['enum']) ? (schema['enum'] as readonly JsonValue[]) : undefined;
}

/** The smallest instances of a kind: what is demanded, and with one more field. */
export function instancesOf(kind: Kind, seeds: Seeds): readonly JsonValue[] {
  const given = seeds[kind.name];
  if (given !== undefined) return given;
  if (kind.isList)
    return kind.fields.flatMap((field) => {
      const items = valuesAt(kind, field, seeds);
      return items.length === 0 ? [] : [[items[0] as JsonValue], items.slice(0, 2)];
    });
  const one = (field: Field): readonly (readonly [string, JsonValue])[] =>
    valuesAt(kind, field, seeds)
      .slice(0, 1)
      .map((value) => [field.name === '*' ? keyOf(kind, seeds) : field.name, value] as const);
  const demanded = kind.fields.filter(({ name }) => kind.required.has(name)).flatMap(one);
  const others = kind.fields.filter(({ name }) => !kind.required.has(name) && name !== 'x-*');
  const [another] = others.filter(({ name }) => name !== 'bindingVersion');
  // A binding by each of its versions; without one it is the latest.
  const version = others.find(({ name }) => name === 'bindingVersion');
  const versions =
    version === undefined ? [] : valuesAt(kind, version, seeds).map((value) => ['bindingVersion', value] as const);
  const more = [...versions, ...(another === undefined ? [] : one(another))];
  const instances = [demanded, ...more.map((entry) => [...demanded, entry])];
  return unique(instances.map((entries) => Object.fromEntries(entries) as JsonObject));
}

/** A key for a field of a pattern. */
export function keyOf(kind: Kind, seeds: Seeds): string {
  const key = seeds[`${kind.name} key`]?.[0];
  return typeof key === 'string' ? key : 'alpha';
}

function unique(values: readonly JsonValue[]): readonly JsonValue[] {
  const seen = new Map(values.map((value) => [JSON.stringify(value), value] as const));
  return [...seen.values()].slice(0, valuesMax);
}
