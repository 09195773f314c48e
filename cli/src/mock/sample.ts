import { type JsonObject, type JsonValue, type Schema, toJsonSchema } from '@millwright/contract';
import { relate } from '@millwright/diff';
import type { PayloadChecker } from '../validate/payload-checker.ts';
import { type Chance, uuidOf } from './random.ts';

/** Values that are seen now and then only: deeper than that, nothing optional is made. */
const optionalDepthMax = 4;
const depthMax = 12;
const day = 86_400_000;
/** Samples lie in the days after this one, so that the same seed gives the same value whenever it runs. */
const epoch = Date.parse('2026-01-05T06:00:00Z');

/**
 * A value that the schema accepts: made of its examples and limits where that works, else found by the search that also proves differences
 * of contracts. Undefined when neither finds one, as for a schema that accepts nothing.
 */
export function sampleOf(schema: Schema, chance: Chance, checker: PayloadChecker): JsonValue | undefined {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const made = make(schema, chance, attempt);
    if (made !== undefined && checker.check(schema, made).length === 0) return made;
  }
  const { onlyInBase } = relate(toJsonSchema(schema), false, { timeMaxMs: 500 }).witness;
  return onlyInBase !== undefined && checker.check(schema, onlyInBase).length === 0 ? onlyInBase : undefined;
}

function make(schema: Schema, chance: Chance, depth: number): JsonValue | undefined {
  if (depth > depthMax || schema.boolean === false) return undefined;
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined && schema.enum.length > 0) return chance.pick(schema.enum);
  if (schema.examples !== undefined && schema.examples.length > 0) return chance.pick(schema.examples);
  if (schema.default !== undefined) return schema.default;
  const parts = partsOf(schema, chance).map((part) => make(part, chance, depth + 1));
  const own = hasOwnShape(schema) ? [ofType(schema, chance, depth)] : [];
  return merged([...parts, ...own]);
}

/** Schemas that hold beside the schema's own keywords; of alternatives one. */
function partsOf({ ref, allOf = [], anyOf = [], oneOf = [] }: Schema, chance: Chance): readonly Schema[] {
  const one = (branches: readonly Schema[]): readonly Schema[] =>
    branches.length === 0 ? [] : [chance.pick(branches)];
  return [...(ref === undefined ? [] : [ref]), ...allOf, ...one(anyOf), ...one(oneOf)];
}

function hasOwnShape(schema: Schema): boolean {
  const { type, properties, items, pattern, format } = schema;
  if ([type, properties, items, pattern, format].some((keyword) => keyword !== undefined)) return true;
  return schema.ref === undefined && schema.allOf === undefined && schema.anyOf === undefined && !schema.oneOf;
}

/** Objects are put together, of anything else the last one stands. */
function merged(values: readonly (JsonValue | undefined)[]): JsonValue | undefined {
  const known = values.filter((value) => value !== undefined);
  const isObject = (value: JsonValue): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return known.length > 1 && known.every(isObject) ? Object.assign({}, ...known) : known.at(-1);
}

function ofType(schema: Schema, chance: Chance, depth: number): JsonValue | undefined {
  const types = schema.type ?? (schema.properties === undefined ? ['string'] : ['object']);
  const type = types.find((candidate) => candidate !== 'null') ?? 'null';
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return chance.next() < 0.5;
    case 'integer':
    case 'number':
      return numberOf(schema, chance);
    case 'string':
      return textOf(schema, chance);
    case 'array':
      return listOf(schema, chance, depth);
    case 'object':
      return objectOf(schema, chance, depth);
  }
}

function objectOf(schema: Schema, chance: Chance, depth: number): JsonObject {
  const required = new Set(schema.required);
  const made: [string, JsonValue][] = [];
  for (const [name, property] of schema.properties ?? []) {
    // What is fixed is said, because an example of the whole may hold something else.
    const isLeftOut = depth >= optionalDepthMax || chance.next() < 0.5;
    if (!required.has(name) && !('const' in property) && isLeftOut) continue;
    const value = make(property, chance, depth + 1);
    if (value !== undefined) made.push([name, value]);
  }
  // Through entries, since a member may be called __proto__.
  return Object.fromEntries(made);
}

function listOf(schema: Schema, chance: Chance, depth: number): JsonValue {
  const { minItems = 0, maxItems = minItems + 2, items, prefixItems = [], uniqueItems = false } = schema;
  const wanted = depth >= optionalDepthMax ? minItems : chance.between(minItems, Math.min(maxItems, minItems + 2));
  const made = prefixItems.map((item) => make(item, chance, depth + 1)).filter((item) => item !== undefined);
  // Distinct ones may be few: then the list stays shorter.
  for (let tries = 0; items !== undefined && made.length < wanted && tries < 20 * wanted; tries += 1) {
    const item = make(items, chance, depth + 1);
    const isAgain = uniqueItems && made.some((other) => JSON.stringify(other) === JSON.stringify(item));
    if (item !== undefined && !isAgain) made.push(item);
  }
  return made;
}

function numberOf(schema: Schema, chance: Chance): number {
  const { minimum = 0, exclusiveMinimum, exclusiveMaximum, multipleOf = 1 } = schema;
  const least = exclusiveMinimum === undefined ? minimum : Math.max(minimum, exclusiveMinimum + multipleOf);
  const { maximum = least + 100 * multipleOf } = schema;
  const most = exclusiveMaximum === undefined ? maximum : Math.min(maximum, exclusiveMaximum - multipleOf);
  const [first, last] = [Math.ceil(least / multipleOf), Math.floor(most / multipleOf)];
  return chance.between(first, Math.max(first, last)) * multipleOf;
}

const words = ['shaft', 'housing', 'cover', 'bearing', 'flange', 'bracket', 'gear', 'valve'];

function textOf(schema: Schema, chance: Chance): string | undefined {
  const { pattern, minLength = 0, maxLength = Math.max(minLength, 40) } = schema;
  if (pattern !== undefined) return ofPattern(schema);
  const formatted = ofFormat(schema.format, chance);
  if (formatted !== undefined) return formatted;
  const text = `${chance.pick(words)} ${chance.between(1, 999)}`;
  return text.padEnd(minLength, '.').slice(0, maxLength);
}

const found = new WeakMap<Schema, string | undefined>();

function ofPattern(schema: Schema): string | undefined {
  if (found.has(schema)) return found.get(schema);
  const { pattern = '', minLength = 0, maxLength } = schema;
  const text = { type: 'string', pattern, minLength, ...(maxLength === undefined ? {} : { maxLength }) };
  const { onlyInBase } = relate(text, false, { timeMaxMs: 200 }).witness;
  const word = typeof onlyInBase === 'string' ? onlyInBase : undefined;
  found.set(schema, word);
  return word;
}

function ofFormat(format: string | undefined, chance: Chance): string | undefined {
  const at = new Date(epoch + chance.between(0, 300) * day + chance.between(0, 86_399) * 1_000).toISOString();
  switch (format) {
    case 'date-time':
      return at;
    case 'date':
      return at.slice(0, 10);
    case 'time':
      return at.slice(11);
    case 'duration':
      return `PT${chance.between(1, 59)}M`;
    case 'uuid':
      return uuidOf(chance);
    case 'email':
      return `${chance.pick(words)}@example.com`;
    case 'hostname':
      return 'host.example.com';
    case 'ipv4':
      return `192.0.2.${chance.between(1, 254)}`;
    case 'ipv6':
      return `2001:db8::${chance.between(1, 9_999)}`;
    case 'uri':
    case 'uri-reference':
    case 'iri':
      return `https://example.com/${chance.pick(words)}/${chance.between(1, 999)}`;
    default:
      return undefined;
  }
}
