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

/** What must hold of a value: a schema, the opposite of a schema, or that a member is there. */
type PartCondition = { readonly holds: Schema } | { readonly fails: Schema } | { readonly has: string };

/** A part in place, and what must hold of the value so that the annotations of the part's own keywords count. */
export interface ConditionalPart {
  readonly schema: Schema;
  /** All of these; none for what always counts. */
  readonly when: readonly PartCondition[];
}

/** Parts in place at most; a schema with more of them is left undecided. */
const partsMax = 200;

/**
 * The schema and all of its parts in place, at any depth, each with the conditions on which it counts; undefined when a
 * dynamic reference leads to different places, or when there are too many parts.
 */
export function conditionalParts(schema: Schema): readonly ConditionalPart[] | undefined {
  const found: ConditionalPart[] = [];
  const visit = (part: Schema, when: readonly PartCondition[], above: ReadonlySet<Schema>): boolean => {
    if (above.has(part)) return true;
    if (found.length >= partsMax) return false;
    found.push({ schema: part, when });
    const within = new Set([...above, part]);
    if (part.dynamicRef !== undefined && part.dynamicRef.target === undefined) return false;
    return stepsInPlace(part).every(([next, conditions]) => visit(next, [...when, ...conditions], within));
  };
  return visit(schema, [], new Set()) ? found : undefined;
}

type StepInPlace = readonly [next: Schema, conditions: readonly PartCondition[]];

function stepsInPlace(part: Schema): readonly StepInPlace[] {
  const steps: StepInPlace[] = [];
  for (const next of [part.ref, part.dynamicRef?.target, ...(part.allOf ?? [])])
    if (next !== undefined) steps.push([next, []]);
  for (const branch of [...(part.anyOf ?? []), ...(part.oneOf ?? [])]) steps.push([branch, [{ holds: branch }]]);
  if (part.if !== undefined) {
    steps.push([part.if, [{ holds: part.if }]]);
    if (part.then !== undefined) steps.push([part.then, [{ holds: part.if }]]);
    if (part.else !== undefined) steps.push([part.else, [{ fails: part.if }]]);
  }
  for (const [name, dependent] of part.dependentSchemas ?? []) steps.push([dependent, [{ has: name }]]);
  return steps;
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
