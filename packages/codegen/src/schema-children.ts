import type { Schema } from '@millwright/contract';
import { sortedEntries } from './names.ts';

/** How a schema is used by another: in place (same instance) or for a part of the instance. */
export interface SchemaEdge {
  readonly schema: Schema;
  readonly place: 'in-place' | 'part';
}

const inPlaceLists = ['allOf', 'anyOf', 'oneOf'] as const;
const inPlaceSingles = ['not', 'if', 'then', 'else'] as const;
const partSingles = [
  'items',
  'contains',
  'unevaluatedItems',
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
  'contentSchema',
] as const;

const edgesOfSchema = new WeakMap<Schema, readonly SchemaEdge[]>();

/**
 * Every schema that a schema refers to or holds, definitions left out: they only count when something refers to them.
 * In an order that does not depend on the source's keys, because whoever walks the edges prints in their order.
 */
export function schemaEdges(schema: Schema): readonly SchemaEdge[] {
  let edges = edgesOfSchema.get(schema);
  if (edges === undefined) {
    edges = findEdges(schema);
    edgesOfSchema.set(schema, edges);
  }
  return edges;
}

const sorted = (members: ReadonlyMap<string, Schema> | undefined): readonly (readonly [string, Schema])[] =>
  members === undefined ? [] : sortedEntries(members);

function findEdges(schema: Schema): readonly SchemaEdge[] {
  const edges: SchemaEdge[] = [];
  const inPlace = (target: Schema | undefined): void =>
    void (target !== undefined && edges.push({ schema: target, place: 'in-place' }));
  const part = (target: Schema | undefined): void =>
    void (target !== undefined && edges.push({ schema: target, place: 'part' }));
  inPlace(schema.ref);
  inPlace(schema.dynamicRef?.initial);
  if (schema.dynamicRef?.target !== schema.dynamicRef?.initial) inPlace(schema.dynamicRef?.target);
  for (const keyword of inPlaceLists) for (const item of schema[keyword] ?? []) inPlace(item);
  for (const keyword of inPlaceSingles) inPlace(schema[keyword]);
  for (const [, target] of sorted(schema.dependentSchemas)) inPlace(target);
  for (const [, target] of sorted(schema.discriminator?.mapping)) inPlace(target);
  for (const keyword of partSingles) part(schema[keyword]);
  for (const item of schema.prefixItems ?? []) part(item);
  for (const [, target] of sorted(schema.properties)) part(target);
  for (const [, target] of sorted(schema.patternProperties)) part(target);
  return edges;
}

/** Schemas that can be reached from some, themselves included. */
export function reachableSchemas(roots: Iterable<Schema>): ReadonlySet<Schema> {
  const reached = new Set<Schema>(roots);
  for (const schema of reached) for (const edge of schemaEdges(schema)) reached.add(edge.schema);
  return reached;
}
