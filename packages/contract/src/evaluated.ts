import type { Schema } from './schema.ts';

/** Members of an object that a schema looks at, whatever the value is. */
export interface EvaluatedNames {
  readonly names: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
  readonly all: boolean;
}

/** Items of an array that a schema looks at, whatever the value is: those before a place, or all. */
export type EvaluatedItems = number | 'all';

/** In-place parts whose annotations always count, each once: the schema itself, its references and its `allOf`. */
function always(schema: Schema): readonly Schema[] | undefined {
  const found = new Set<Schema>([schema]);
  for (const part of found) {
    if (part.dynamicRef !== undefined) return undefined;
    for (const next of [part.ref, ...(part.allOf ?? [])]) if (next !== undefined) found.add(next);
  }
  return [...found];
}

/** In-place parts whose annotations count only where they hold for the value. */
function sometimes(schema: Schema): readonly Schema[] {
  return [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...[schema.if, schema.then, schema.else].filter((part) => part !== undefined),
    ...(schema.dependentSchemas?.values() ?? []),
  ];
}

/** A part whose annotations count only where something holds for the value. */
export interface ConditionalPart {
  readonly schema: Schema;
  /** The part itself, another schema, the opposite of another schema, or that a member is there. */
  readonly when: { readonly holds: Schema } | { readonly fails: Schema } | { readonly has: string };
}

/** The conditional parts of a schema and of what always applies with it; undefined when a dynamic reference is among these. */
export function conditionalParts(schema: Schema): readonly ConditionalPart[] | undefined {
  return always(schema)?.flatMap((part): readonly ConditionalPart[] => [
    ...[...(part.anyOf ?? []), ...(part.oneOf ?? [])].map((branch) => ({ schema: branch, when: { holds: branch } })),
    ...(part.if === undefined ? [] : [{ schema: part.if, when: { holds: part.if } }]),
    ...(part.if === undefined || part.then === undefined ? [] : [{ schema: part.then, when: { holds: part.if } }]),
    ...(part.if === undefined || part.else === undefined ? [] : [{ schema: part.else, when: { fails: part.if } }]),
    ...[...(part.dependentSchemas ?? [])].map(([name, dependent]) => ({ schema: dependent, when: { has: name } })),
  ]);
}

/** What a schema looks at in every case, its conditional parts left out; undefined when a dynamic reference is among it. */
export function alwaysEvaluatedNames(schema: Schema): EvaluatedNames | undefined {
  const parts = always(schema);
  if (parts === undefined) return undefined;
  const names = new Set<string>();
  const patterns = new Set<string>();
  let all = false;
  for (const part of parts) {
    for (const name of part.properties?.keys() ?? []) names.add(name);
    for (const source of part.patternProperties?.keys() ?? []) patterns.add(source);
    all ||= part.additionalProperties !== undefined || (part !== schema && part.unevaluatedProperties !== undefined);
  }
  return { names, patterns, all };
}

/** What `unevaluatedProperties` of a schema may take as looked at; undefined when that depends on the value. */
export function evaluatedNames(schema: Schema): EvaluatedNames | undefined {
  const evaluated = alwaysEvaluatedNames(schema);
  if (evaluated === undefined || evaluated.all) return evaluated;
  const isSettled = (always(schema) ?? []).every((part) =>
    sometimes(part).every((branch) => looksAtNoMore(branch, evaluated.names)),
  );
  return isSettled ? evaluated : undefined;
}

/** True when a branch looks only at members that are looked at anyway. */
function looksAtNoMore(branch: Schema, names: ReadonlySet<string>): boolean {
  const found = new Set<Schema>([branch]);
  for (const part of found) {
    if (part.dynamicRef !== undefined || part.patternProperties !== undefined) return false;
    if (part.additionalProperties !== undefined || part.unevaluatedProperties !== undefined) return false;
    for (const name of part.properties?.keys() ?? []) if (!names.has(name)) return false;
    for (const next of [part.ref, ...(part.allOf ?? []), ...sometimes(part)]) if (next !== undefined) found.add(next);
  }
  return true;
}

/** What `unevaluatedItems` of a schema may take as looked at; undefined when that depends on the value. */
export function evaluatedItems(schema: Schema): EvaluatedItems | undefined {
  const parts = always(schema);
  if (parts === undefined) return undefined;
  let count = 0;
  for (const part of parts) {
    if (part.items !== undefined || (part !== schema && part.unevaluatedItems !== undefined)) return 'all';
    count = Math.max(count, part.prefixItems?.length ?? 0);
  }
  const plain = parts.every((part) => part.contains === undefined && sometimes(part).every(looksAtNoItems));
  return plain ? count : undefined;
}

function looksAtNoItems(branch: Schema): boolean {
  const found = new Set<Schema>([branch]);
  for (const part of found) {
    if (part.dynamicRef !== undefined || part.items !== undefined || part.prefixItems !== undefined) return false;
    if (part.contains !== undefined || part.unevaluatedItems !== undefined) return false;
    for (const next of [part.ref, ...(part.allOf ?? []), ...sometimes(part)]) if (next !== undefined) found.add(next);
  }
  return true;
}
