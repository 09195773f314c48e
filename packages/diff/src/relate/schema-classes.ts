import type { JsonValue, Schema } from '@millwright/contract';
import { sorted } from './formula.ts';

/** Schemas sorted into classes: those of one class demand the same of every value, because they are written the same. */
export interface SchemaClasses {
  readonly classOf: (schema: Schema) => number;
  readonly schemaOf: (id: number) => Schema;
}

const plain = [
  'boolean',
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'minContains',
  'maxContains',
  'maxItems',
  'minItems',
  'uniqueItems',
  'required',
  'maxProperties',
  'minProperties',
  'format',
] as const;
const singles = [
  'ref',
  'items',
  'contains',
  'unevaluatedItems',
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
] as const;
const ordered = ['prefixItems'] as const;
const unordered = ['allOf', 'anyOf', 'oneOf'] as const;
const named = ['properties', 'patternProperties', 'dependentSchemas'] as const;

interface Edge {
  readonly label: string;
  readonly target: Schema;
}

function edgesOf(schema: Schema): readonly Edge[] {
  const edges: Edge[] = [];
  for (const keyword of singles) {
    const target = schema[keyword];
    if (target !== undefined) edges.push({ label: keyword, target });
  }
  for (const keyword of ordered)
    for (const [index, target] of (schema[keyword] ?? []).entries())
      edges.push({ label: `${keyword}/${index}`, target });
  for (const keyword of unordered) for (const target of schema[keyword] ?? []) edges.push({ label: keyword, target });
  for (const keyword of named)
    for (const [name, target] of schema[keyword] ?? []) edges.push({ label: `${keyword}/${name}`, target });
  if (schema.dynamicRef !== undefined) edges.push({ label: 'dynamicRef', target: schema.dynamicRef.initial });
  return edges;
}

/** What a node asks by itself; where a dynamic reference leads depends on more than the node, so it is its own. */
function ownText(schema: Schema, index: number): string {
  const own: Record<string, JsonValue> = {};
  for (const keyword of plain) {
    const value = schema[keyword];
    if (value !== undefined) own[keyword] = isSet(keyword) ? [...(value as string[])].sort() : (value as JsonValue);
  }
  if ('const' in schema) own['const'] = [schema.const as JsonValue];
  if (schema.dependentRequired !== undefined)
    own['dependentRequired'] = Object.fromEntries(
      [...schema.dependentRequired].map(([name, list]) => [name, [...list].sort()]),
    );
  if (schema.dynamicRef?.dynamic === true) own['dynamicRef'] = index;
  return JSON.stringify(sorted(own));
}

const isSet = (keyword: string): boolean => keyword === 'type' || keyword === 'required';

/** Sorts everything that can be reached from the roots by partition refinement, so that cycles are no obstacle. */
export function classify(roots: readonly Schema[]): SchemaClasses {
  const reached = new Set<Schema>(roots);
  const edges = new Map<Schema, readonly Edge[]>();
  for (const schema of reached) {
    const found = edgesOf(schema);
    edges.set(schema, found);
    for (const { target } of found) reached.add(target);
  }
  const schemas = [...reached];
  let classes = number(schemas.map((schema, index) => [schema, ownText(schema, index)]));
  for (let count = 0; count !== classes.size; ) {
    count = classes.size;
    const known = classes.ids;
    classes = number(
      schemas.map((schema) => {
        const parts = (edges.get(schema) as readonly Edge[])
          .map(({ label, target }) => `${label}>${known.get(target)}`)
          .sort();
        return [schema, `${known.get(schema)}|${parts.join('|')}`];
      }),
    );
  }
  const representatives = new Map<number, Schema>();
  for (const schema of schemas) {
    const id = classes.ids.get(schema) as number;
    if (!representatives.has(id)) representatives.set(id, schema);
  }
  return {
    classOf: (schema) => classes.ids.get(schema) as number,
    schemaOf: (id) => representatives.get(id) as Schema,
  };
}

function number(texts: readonly (readonly [Schema, string])[]): {
  readonly ids: ReadonlyMap<Schema, number>;
  readonly size: number;
} {
  const numbers = new Map<string, number>();
  const ids = new Map<Schema, number>();
  for (const [schema, text] of texts) {
    let id = numbers.get(text);
    if (id === undefined) {
      id = numbers.size;
      numbers.set(text, id);
    }
    ids.set(schema, id);
  }
  return { ids, size: numbers.size };
}
