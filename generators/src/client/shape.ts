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
