import { DynamicScope } from '../dynamic-scope.ts';
import type { Schema } from '../schema.ts';
import type { MutableSchema } from './schema-graph.ts';

/** Scopes, and schemas in a scope, at most; where there are more, it stays open where dynamic references lead. */
const scopesMax = 256;
const visitsMax = 200_000;

/** Tells where dynamic references lead, where that is the same on every way from the roots. */
export function settleDynamicRefs(referring: readonly MutableSchema[], roots: readonly Schema[]): void {
  if (referring.length === 0) return;
  const targets = targetsFrom(roots);
  for (const node of referring) {
    const [target, ...others] = targets?.get(node) ?? [];
    if (target !== undefined && others.length === 0 && node.dynamicRef !== undefined)
      node.dynamicRef = { ...node.dynamicRef, target };
  }
}

/** Where each dynamic reference leads on some way; undefined when there are too many ways. */
function targetsFrom(roots: readonly Schema[]): ReadonlyMap<Schema, ReadonlySet<Schema>> | undefined {
  const targets = new Map<Schema, Set<Schema>>();
  const visited = new Map<DynamicScope, Set<Schema>>();
  const outside = new DynamicScope(scopesMax);
  const open = roots.map((schema) => [schema, outside] as const);
  let visits = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [schema, around] = next;
    const scope = around.enter(schema.resource);
    if (scope === undefined || visits >= visitsMax) return undefined;
    const seen = visited.get(scope) ?? new Set();
    if (seen.has(schema)) continue;
    visited.set(scope, seen.add(schema));
    visits += 1;
    if (schema.dynamicRef !== undefined) {
      const target = scope.targetOf(schema.dynamicRef);
      targets.set(schema, (targets.get(schema) ?? new Set()).add(target));
      open.push([target, scope]);
    }
    for (const part of partsOf(schema)) open.push([part, scope]);
  }
  return targets;
}

const keywords = [
  ...(['ref', 'not', 'if', 'then', 'else', 'items', 'contains', 'additionalProperties', 'propertyNames'] as const),
  ...(['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'] as const),
  ...(['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const),
  ...(['properties', 'patternProperties', 'dependentSchemas'] as const),
];

function partsOf(schema: Schema): readonly Schema[] {
  return keywords.flatMap((keyword) => {
    const part = schema[keyword];
    if (part === undefined) return [];
    return 'kind' in part ? [part] : [...part.values()];
  });
}
