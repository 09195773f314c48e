import { byCodeUnits } from '@millwright/codegen';
import type { JsonType, Schema } from '@millwright/contract';

/** Schemas that all apply to one value: a schema, what it refers to, and its `allOf` members, each once. */
export function conjuncts(schema: Schema | undefined): readonly Schema[] {
  const found = new Set<Schema>();
  const waiting: Schema[] = schema === undefined ? [] : [schema];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    if (next.ref !== undefined) waiting.push(next.ref);
    waiting.push(...(next.allOf ?? []));
  }
  return [...found];
}

/** What is declared for each property, by its name. */
export function propertiesOf(schema: Schema | undefined): ReadonlyMap<string, readonly Schema[]> {
  const properties = new Map<string, Schema[]>();
  for (const part of conjuncts(schema)) {
    for (const [name, property] of part.properties ?? [])
      properties.set(name, [...(properties.get(name) ?? []), property]);
  }
  return properties;
}

/** Names of the properties that must be present. */
export function requiredOf(schema: Schema | undefined): ReadonlySet<string> {
  return new Set(conjuncts(schema).flatMap((part) => part.required ?? []));
}

/** True when a value may be of that type; a schema without `type` says nothing and counts as no. */
export function mayBe(schema: Schema | undefined, type: JsonType): boolean {
  return conjuncts(schema).some((part) => part.type?.includes(type) === true);
}

/** Schema of the items, where the value is an array. */
export function itemsOf(schema: Schema | undefined): Schema | undefined {
  return mayBe(schema, 'array') ? conjuncts(schema).find((part) => part.items !== undefined)?.items : undefined;
}

/** The text that a property must have, where the contract fixes it. */
export function fixedText(schemas: readonly Schema[] | undefined): string | undefined {
  for (const part of schemas?.flatMap(conjuncts) ?? []) {
    if (typeof part.const === 'string') return part.const;
    if (part.enum?.length === 1 && typeof part.enum[0] === 'string') return part.enum[0];
  }
  return undefined;
}

/** True for bytes: `format: binary` of OpenAPI 3.0, or a media type without an encoding (OpenAPI 3.1, section 4.8.14.4.1). */
export function isBinary(schema: Schema | undefined): boolean {
  return conjuncts(schema).some(
    (part) => part.format === 'binary' || (part.contentMediaType !== undefined && part.contentEncoding === undefined),
  );
}

/** Name of the schema a value is checked against: its type name, or that of its items with `[]`. */
export function validatorName(
  schema: Schema | undefined,
  nameOf: (schema: Schema) => string | undefined,
): string | undefined {
  const direct = refersTo(schema, nameOf);
  if (direct !== undefined) return direct;
  const items = refersTo(itemsOf(schema), nameOf);
  return items === undefined ? undefined : `${items}[]`;
}

function refersTo(schema: Schema | undefined, nameOf: (schema: Schema) => string | undefined): string | undefined {
  const seen = new Set<Schema>();
  for (let next = schema; next !== undefined && !seen.has(next); next = next.ref) {
    const name = nameOf(next);
    if (name !== undefined) return name;
    seen.add(next);
  }
  return undefined;
}

/** Names of schemas that all apply to a value: its own, or those that its `allOf` members have. */
export function validatorNames(
  schema: Schema | undefined,
  nameOf: (schema: Schema) => string | undefined,
): readonly string[] {
  const names = new Set<string>();
  const seen = new Set<Schema>();
  const waiting: Schema[] = schema === undefined ? [] : [schema];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const name = nameOf(next);
    if (name !== undefined) names.add(name);
    if (name !== undefined || seen.has(next)) continue;
    seen.add(next);
    if (next.ref !== undefined) waiting.push(next.ref);
    waiting.push(...(next.allOf ?? []));
  }
  return [...names].sort(byCodeUnits);
}
