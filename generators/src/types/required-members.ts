import type { Schema } from '@millwright/contract';

const depthMax = 8;

/** A property as its object declares it, and the schema that holds the declaration. */
export interface Declaration {
  readonly property: Schema;
  readonly holder: Schema;
}

/** The declaration of a property in a schema or in what applies to the same value: its reference and its `allOf`. */
export function declarationOf(schema: Schema, name: string, depth = 0): Declaration | undefined {
  const property = schema.properties?.get(name);
  if (property !== undefined) return { property, holder: schema };
  if (depth >= depthMax) return undefined;
  for (const next of [schema.ref, schema.dynamicRef?.target, ...(schema.allOf ?? [])]) {
    const found = next === undefined ? undefined : declarationOf(next, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Names that one part of an `allOf` requires and another declares as optional. TypeScript reads the intersection
 * `{ a?: string } & { a: unknown }` as `string | undefined`, so such members need a declaration that has both.
 */
export function requiredElsewhere(schema: Schema, isNamed: (part: Schema) => boolean): readonly string[] {
  if (schema.allOf === undefined && schema.ref === undefined) return [];
  const names = new Set<string>();
  const own = new Set(schema.required);
  const visit = (part: Schema, depth: number): void => {
    // A part that is printed in place declares for itself what it requires.
    if (isNamed(part))
      for (const name of part.required ?? [])
        if (part.properties?.has(name) !== true && !own.has(name)) names.add(name);
    if (depth >= depthMax) return;
    for (const next of [part.ref, ...(part.allOf ?? [])]) if (next !== undefined) visit(next, depth + 1);
  };
  for (const part of [schema.ref, ...(schema.allOf ?? [])]) if (part !== undefined) visit(part, 1);
  return [...names].filter((name) => {
    const found = declarationOf(schema, name);
    return found !== undefined && found.holder.required?.includes(name) !== true;
  });
}
