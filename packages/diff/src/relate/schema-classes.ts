import type { DynamicRef, JsonValue, Schema } from '@millwright/contract';
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

type Role = 'plain' | 'single' | 'ordered' | 'unordered' | 'named' | 'const' | 'dependentRequired' | 'dynamicRef';

const roles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ...plain.map((keyword) => [keyword, 'plain'] as const),
  ...singles.map((keyword) => [keyword, 'single'] as const),
  ...ordered.map((keyword) => [keyword, 'ordered'] as const),
  ...unordered.map((keyword) => [keyword, 'unordered'] as const),
  ...named.map((keyword) => [keyword, 'named'] as const),
  ['const', 'const'],
  ['dependentRequired', 'dependentRequired'],
  ['dynamicRef', 'dynamicRef'],
]);

/** A way to a part; `target` is the number of the part. */
interface Edge {
  readonly label: string;
  readonly target: number;
}

/** What a node asks by itself, and the parts that it leads to. */
interface Node {
  own: string;
  readonly edges: readonly Edge[];
}

/** A name cannot be mistaken for the end of a label and another edge. */
const quoted = (name: string): string => (/^[\w$.-]+$/.test(name) ? name : JSON.stringify(name));

/** Only the keywords that a node has are looked at: most have one or two of forty, and a contract has 100,000 nodes. */
function read(schema: Schema, numberOf: (part: Schema) => number): Node {
  const own: string[] = [];
  const edges: Edge[] = [];
  for (const keyword of Object.keys(schema)) {
    const role = roles.get(keyword);
    if (role === undefined) continue;
    const value = (schema as unknown as Readonly<Record<string, unknown>>)[keyword];
    if (value === undefined) continue;
    if (role === 'plain') own.push(`${keyword}:${valueText(keyword, value as JsonValue)};`);
    else if (role === 'const') own.push(`const:${JSON.stringify(sorted(value as JsonValue))};`);
    else if (role === 'dependentRequired') own.push(dependencyText(value as NonNullable<Schema[typeof role]>));
    else if (role === 'single') edges.push({ label: keyword, target: numberOf(value as Schema) });
    else if (role === 'unordered')
      for (const part of value as readonly Schema[]) edges.push({ label: keyword, target: numberOf(part) });
    else if (role === 'ordered')
      for (const [index, part] of (value as readonly Schema[]).entries())
        edges.push({ label: `${keyword}/${index}`, target: numberOf(part) });
    else if (role === 'named')
      for (const [name, part] of value as ReadonlyMap<string, Schema>)
        edges.push({ label: `${keyword}/${quoted(name)}`, target: numberOf(part) });
    else {
      const { initial, target = initial } = value as DynamicRef;
      edges.push({ label: keyword, target: numberOf(target) });
    }
  }
  return { own: own.length < 2 ? (own[0] ?? '') : own.sort().join(''), edges };
}

function dependencyText(needed: ReadonlyMap<string, readonly string[]>): string {
  const entries = [...needed].map(([name, list]) => JSON.stringify([name, [...list].sort()]));
  return `dependentRequired:${JSON.stringify(entries.sort())};`;
}

function valueText(keyword: string, value: JsonValue): string {
  if (isSet(keyword)) return JSON.stringify([...(value as string[])].sort());
  return keyword === 'enum' ? JSON.stringify(sorted(value)) : JSON.stringify(value);
}

const isSet = (keyword: string): boolean => keyword === 'type' || keyword === 'required';

/** Sorts everything that can be reached from the roots, so that cycles are no obstacle. */
export function classify(roots: readonly Schema[]): SchemaClasses {
  const numbers = new Map<Schema, number>();
  const schemas: Schema[] = [];
  const numberOf = (schema: Schema): number => {
    let number = numbers.get(schema);
    if (number === undefined) {
      number = schemas.length;
      numbers.set(schema, number);
      schemas.push(schema);
    }
    return number;
  };
  for (const root of roots) numberOf(root);
  const nodes: Node[] = [];
  for (const schema of schemas) nodes.push(read(schema, numberOf));
  // Where a dynamic reference leads may depend on more than the node: then each is its own.
  for (const [number, node] of nodes.entries()) {
    const { dynamicRef } = schemas[number] as Schema;
    if (dynamicRef !== undefined && dynamicRef.target === undefined) node.own += `dynamic:${number};`;
  }
  const ids = classesOf(nodes);
  const representatives = new Map<number, Schema>();
  for (const [number, id] of ids.entries())
    if (!representatives.has(id)) representatives.set(id, schemas[number] as Schema);
  return {
    classOf: (schema) => ids[numbers.get(schema) as number] as number,
    schemaOf: (id) => representatives.get(id) as Schema,
  };
}

function idOf(text: string, known: Map<string, number>): number {
  let id = known.get(text);
  if (id === undefined) {
    id = known.size;
    known.set(text, id);
  }
  return id;
}

function textOf({ own, edges }: Node, ids: Int32Array): string {
  const [first] = edges;
  if (first === undefined) return own;
  if (edges.length === 1) return `${own}${first.label}>${ids[first.target]}`;
  return `${own}${edges
    .map(({ label, target }) => `${label}>${ids[target]}`)
    .sort()
    .join('|')}`;
}

/**
 * The class of every node. A node is numbered after all of its parts. Those that this never reaches lead into cycles: they are
 * held to be alike until their parts tell them apart (partition refinement); none of them is like a node without cycles.
 */
function classesOf(nodes: readonly Node[]): Int32Array {
  const ids = new Int32Array(nodes.length).fill(-1);
  const known = new Map<string, number>();
  const missing = Int32Array.from(nodes, ({ edges }) => edges.length);
  const users = usersOf(nodes);
  const ready = [...missing.keys()].filter((number) => missing[number] === 0);
  for (const number of ready) {
    ids[number] = idOf(textOf(nodes[number] as Node, ids), known);
    for (const user of users(number)) {
      missing[user] = (missing[user] as number) - 1;
      if (missing[user] === 0) ready.push(user);
    }
  }
  const rest = [...missing.keys()].filter((number) => missing[number] !== 0);
  for (let count = -1, size = 0; count !== size; ) {
    count = size;
    const texts = new Map<string, number>();
    const next = rest.map((number) => idOf(`${ids[number]}|${textOf(nodes[number] as Node, ids)}`, texts));
    for (const [index, number] of rest.entries()) ids[number] = known.size + (next[index] as number);
    size = texts.size;
  }
  return ids;
}

/** Who leads to a node, once for every way. */
function usersOf(nodes: readonly Node[]): (number: number) => readonly number[] {
  const users: (number[] | undefined)[] = new Array(nodes.length).fill(undefined);
  for (const [user, { edges }] of nodes.entries())
    for (const { target } of edges) {
      const list = users[target];
      if (list === undefined) users[target] = [user];
      else list.push(user);
    }
  return (number) => users[number] ?? [];
}
