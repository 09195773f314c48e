import type { JsonValue, Schema } from '@millwright/contract';

/** Schemas that may speak of a value: the schema and everything in place, whether it holds or not. */
function inPlace(schema: Schema): readonly Schema[] {
  const found = new Set<Schema>([schema]);
  for (const at of found)
    for (const next of [
      at.ref,
      at.dynamicRef?.initial,
      at.if,
      at.then,
      at.else,
      ...(at.allOf ?? []),
      ...(at.anyOf ?? []),
      ...(at.oneOf ?? []),
      ...(at.dependentSchemas?.values() ?? []),
    ])
      if (next !== undefined) found.add(next);
  return [...found];
}

/** True when a value has a member that the schema allows only by not speaking of it. */
export function usesUndeclared(schemas: readonly Schema[], value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const places = schemas.flatMap(inPlace);
  if (Array.isArray(value))
    return value.some((item, index) => {
      const parts = places.flatMap(({ prefixItems, items, contains }) =>
        [prefixItems?.[index] ?? items, contains].filter((part) => part !== undefined),
      );
      return parts.length > 0 && usesUndeclared(parts, item as JsonValue);
    });
  return Object.entries(value).some(([name, member]) => {
    const parts = places.flatMap((place) => [
      ...[place.properties?.get(name)].filter((part) => part !== undefined),
      ...[...(place.patternProperties ?? [])].filter(([source]) => matches(source, name)).map(([, part]) => part),
      ...(place.additionalProperties !== undefined && place.additionalProperties.boolean === undefined
        ? [place.additionalProperties]
        : []),
    ]);
    return parts.length === 0 || usesUndeclared(parts, member as JsonValue);
  });
}

function matches(source: string, name: string): boolean {
  try {
    return new RegExp(source, 'u').test(name);
  } catch {
    return false;
  }
}
