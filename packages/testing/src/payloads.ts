import { isValid, type SchemaKeywords, type SchemaTable } from '@millwright/runtime/validation';

/** A schema of generated code: `table` of `validator-schemas.ts`, and which of its nodes. */
export interface PayloadSchema {
  readonly table: SchemaTable;
  readonly node: number;
}

/** Payloads by what the schema says of them; each was judged by the validator before it is here. */
export interface Payloads {
  /** Only required members, and all members. */
  readonly valid: readonly unknown[];
  /** At the bounds of lengths, numbers and counts, and each value of an enumeration. */
  readonly edge: readonly unknown[];
  /** One thing wrong in each: a member missing, or of another kind. */
  readonly invalid: readonly unknown[];
}

/** The node with a title, the first where several have it; throws for a title that the table does not have. */
export function nodeNamed({ nodes }: SchemaTable, title: string): number {
  const found = nodes.findIndex((node) => typeof node === 'object' && node.title === title);
  if (found === -1) throw new TypeError(`the contract has no schema ${JSON.stringify(title)}`);
  return found;
}

const depthMax = 8;
const edgesMax = 64;
const longMax = 4_096;

/** Texts that fit the patterns and formats of business data; the validator says which. */
const texts: readonly string[] = [
  ...['A', '1', '0', '1.5', 'USD', 'C62', 'PL01', 'PL01/A-1', 'A-1', 'en', '1.0.0', 'text/csv', 'a'.repeat(64)],
  ...['2026-04-15T06:05:00Z', '2026-04-15', '06:05:00Z', 'P1D', 'PT1H', 'https://example.com/a', '/plants/PL01/mes'],
  ...['3f1c2f7e-9d0b-4c53-8a7e-0d5f6c1b2a39', 'a@example.com', 'example.com', '192.0.2.1', '2001:db8::1', 'YQ=='],
];

type Wish = 'least' | 'most' | 'low' | 'high';

/** Derives payloads from a schema. Same schema and seed, same payloads. Throws when it finds none that is valid. */
export function derivePayloads(schema: PayloadSchema, seed = 1): Payloads {
  const { table, node } = schema;
  const fits = (value: unknown): boolean => isValid(table, node, value, 'strict');
  const made = (['least', 'most', 'low', 'high'] as const).map((wish) => derive(table, node, wish, seed));
  const valid = distinct(made.slice(0, 2).filter(fits));
  const [base] = valid;
  if (base === undefined)
    throw new TypeError('no valid payload could be derived: its patterns are beyond what is tried');
  const edge = distinct([...made.slice(2), ...enumerated(schema, base)].filter(fits)).slice(0, edgesMax);
  const invalid = distinct(brokenOf(base)).filter((value) => !isValid(table, node, value, 'tolerant'));
  return { valid, edge, invalid };
}

function derive(table: SchemaTable, index: number, wish: Wish, seed: number, depth = 0): unknown {
  const node = table.nodes[index];
  if (typeof node !== 'object' || depth > depthMax) return 'A';
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[(wish === 'high' ? node.enum.length - 1 : seed) % node.enum.length];
  if (node.properties !== undefined || node.type?.includes('object')) return objectOf(table, node, wish, seed, depth);
  const next = node.ref ?? node.oneOf?.[0] ?? node.anyOf?.[0] ?? node.allOf?.[0];
  if (next !== undefined && node.type === undefined) return derive(table, next, wish, seed, depth + 1);
  if (node.type?.includes('array')) return arrayOf(table, node, wish, seed, depth);
  if (node.type?.includes('boolean')) return wish !== 'low';
  if (node.type?.includes('number') || node.type?.includes('integer')) return numberOf(node, wish);
  return textOf(table, index, node, wish, seed);
}

function objectOf(table: SchemaTable, node: SchemaKeywords, wish: Wish, seed: number, depth: number): unknown {
  const wanted = (node.properties ?? []).filter(([name]) => wish !== 'least' || node.required?.includes(name));
  const entries = wanted.map(([name, child]) => [name, derive(table, child, wish, seed, depth + 1)] as const);
  return Object.fromEntries(entries);
}

function arrayOf(table: SchemaTable, node: SchemaKeywords, wish: Wish, seed: number, depth: number): unknown {
  const { items, minItems = 0, maxItems = 100 } = node;
  const count = wish === 'least' || wish === 'low' ? minItems : Math.min(Math.max(minItems, 1), maxItems);
  if (items === undefined) return [];
  return Array.from({ length: count }, (_, index) => derive(table, items, wish, seed + index, depth + 1));
}

function numberOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaKeywords, wish: Wish): number {
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - 1);
  return wish === 'high' ? (high ?? low ?? 1) : (low ?? high ?? 1);
}

function textOf(table: SchemaTable, index: number, node: SchemaKeywords, wish: Wish, seed: number): string {
  const bounds = [node.minLength ?? 1, Math.min(node.maxLength ?? 64, longMax)].map((length) => 'A'.repeat(length));
  const turned = [...texts.slice(seed % texts.length), ...texts.slice(0, seed % texts.length)];
  const preferred = wish === 'low' ? bounds : wish === 'high' ? bounds.toReversed() : [];
  const fits = [...preferred, ...turned].find((text) => isValid(table, index, text, 'strict'));
  return fits ?? 'A';
}

/** The base with each other value of the enumerations of its own members. */
function enumerated({ table, node }: PayloadSchema, base: unknown): readonly unknown[] {
  const keywords = table.nodes[node];
  if (typeof keywords !== 'object' || !isRecord(base)) return [];
  return (keywords.properties ?? []).flatMap(([name, child]) => {
    const member = table.nodes[child];
    const target = typeof member === 'object' && member.ref !== undefined ? table.nodes[member.ref] : member;
    return typeof target === 'object' ? (target.enum ?? []).map((value) => ({ ...base, [name]: value })) : [];
  });
}

function brokenOf(base: unknown): readonly unknown[] {
  const others = [null, 7, 'text', [], true].filter((value) => typeof value !== typeof base);
  if (!isRecord(base)) return others;
  const broken = Object.keys(base).flatMap((name) => {
    const { [name]: _, ...without } = base;
    return [without, { ...base, [name]: { not: 'this' } }, { ...base, [name]: null }, { ...base, [name]: '' }];
  });
  return [...broken, ...others];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
