import type { JsonObject, JsonValue } from '@millwright/contract';

type SchemaJson = JsonObject | boolean;

interface Verdict {
  readonly valid: boolean;
  /** Members or items that were looked at. */
  readonly seen: ReadonlySet<string>;
}

const text = (value: JsonValue): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );

/**
 * JSON Schema 2020-12 word for word, for `$defs` at the root only. It is the second opinion beside ajv, which is wrong about
 * `contains` beside `prefixItems` and about `unevaluatedItems` beside branches.
 */
export function plainJudge(root: SchemaJson): (value: JsonValue) => boolean {
  const definitions = (typeof root === 'boolean' ? {} : (root['$defs'] ?? {})) as Readonly<Record<string, SchemaJson>>;
  const judge = (schema: SchemaJson, value: JsonValue): Verdict => {
    if (typeof schema === 'boolean') return { valid: schema, seen: new Set() };
    const seen = new Set<string>();
    let valid = asksPlainly(schema, value);
    const here = (part: JsonValue | undefined, isAsked = true): boolean => {
      if (part === undefined) return true;
      const verdict = judge(part as SchemaJson, value);
      if (verdict.valid) for (const key of verdict.seen) seen.add(key);
      if (isAsked) valid &&= verdict.valid;
      return verdict.valid;
    };
    const fits = (part: JsonValue, of: JsonValue): boolean => judge(part as SchemaJson, of).valid;
    if (typeof schema['$ref'] === 'string') here(definitions[schema['$ref'].slice('#/$defs/'.length)]);
    for (const part of list(schema['allOf'])) here(part);
    if (schema['anyOf'] !== undefined)
      valid = list(schema['anyOf']).filter((part) => here(part, false)).length > 0 && valid;
    if (schema['oneOf'] !== undefined)
      valid = list(schema['oneOf']).filter((part) => here(part, false)).length === 1 && valid;
    if (schema['not'] !== undefined && fits(schema['not'], value)) valid = false;
    if (schema['if'] !== undefined) here(here(schema['if'], false) ? schema['then'] : schema['else']);
    if (Array.isArray(value)) {
      const items = value as readonly JsonValue[];
      const prefix = list(schema['prefixItems']);
      for (const [index, item] of items.entries()) {
        const part = prefix[index] ?? schema['items'];
        if (part === undefined) continue;
        seen.add(String(index));
        valid &&= fits(part, item);
      }
      if (schema['contains'] !== undefined) {
        const found = items.flatMap((item, index) => (fits(schema['contains'] as JsonValue, item) ? [index] : []));
        for (const index of found) seen.add(String(index));
        valid &&= found.length >= ((schema['minContains'] ?? 1) as number);
        valid &&= found.length <= ((schema['maxContains'] ?? Number.POSITIVE_INFINITY) as number);
      }
      if (schema['unevaluatedItems'] !== undefined)
        for (const [index, item] of items.entries())
          if (!seen.has(String(index))) {
            valid &&= fits(schema['unevaluatedItems'], item);
            seen.add(String(index));
          }
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries((schema['dependentSchemas'] ?? {}) as JsonObject))
        if (Object.hasOwn(value, name)) here(part);
      for (const [name, member] of Object.entries(value) as [string, JsonValue][]) {
        const parts = Object.entries((schema['properties'] ?? {}) as JsonObject).filter(([key]) => key === name);
        for (const entry of Object.entries((schema['patternProperties'] ?? {}) as JsonObject))
          if (new RegExp(entry[0], 'u').test(name)) parts.push(entry);
        if (parts.length === 0 && schema['additionalProperties'] !== undefined)
          parts.push([name, schema['additionalProperties']]);
        for (const [, part] of parts) {
          seen.add(name);
          valid &&= fits(part, member);
        }
        if (schema['propertyNames'] !== undefined) valid &&= fits(schema['propertyNames'], name);
      }
      if (schema['unevaluatedProperties'] !== undefined)
        for (const [name, member] of Object.entries(value) as [string, JsonValue][])
          if (!seen.has(name)) {
            valid &&= fits(schema['unevaluatedProperties'], member);
            seen.add(name);
          }
    }
    return { valid, seen };
  };
  return (value) => judge(root, value).valid;
}

const list = (parts: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(parts) ? parts : []);

/** Keywords without parts. */
function asksPlainly(schema: JsonObject, value: JsonValue): boolean {
  const number = (keyword: string, otherwise: number): number => (schema[keyword] ?? otherwise) as number;
  const infinity = Number.POSITIVE_INFINITY;
  const types = schema['type'] === undefined ? undefined : [schema['type']].flat();
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (types !== undefined && !types.includes(type) && !(Number.isInteger(value) && types.includes('integer')))
    return false;
  if (schema['const'] !== undefined && text(schema['const']) !== text(value)) return false;
  if (schema['enum'] !== undefined && !list(schema['enum']).some((member) => text(member) === text(value)))
    return false;
  if (typeof value === 'number')
    return (
      value >= number('minimum', -infinity) &&
      value <= number('maximum', infinity) &&
      value > number('exclusiveMinimum', -infinity) &&
      value < number('exclusiveMaximum', infinity) &&
      Number.isInteger(value / number('multipleOf', value === 0 ? 1 : value))
    );
  const between = (size: number, of: string): boolean =>
    size >= number(`min${of}`, 0) && size <= number(`max${of}`, infinity);
  if (typeof value === 'string')
    return between([...value].length, 'Length') && new RegExp((schema['pattern'] ?? '') as string, 'u').test(value);
  if (Array.isArray(value)) {
    const texts = value.map((item) => text(item as JsonValue));
    return between(value.length, 'Items') && (schema['uniqueItems'] !== true || new Set(texts).size === texts.length);
  }
  if (typeof value !== 'object' || value === null) return true;
  const has = (name: JsonValue): boolean => Object.hasOwn(value, name as string);
  return (
    between(Object.keys(value).length, 'Properties') &&
    list(schema['required']).every(has) &&
    Object.entries((schema['dependentRequired'] ?? {}) as JsonObject).every(
      ([name, needed]) => !has(name) || list(needed).every(has),
    )
  );
}
