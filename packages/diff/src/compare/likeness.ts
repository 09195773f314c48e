import {
  type Discriminator,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  member,
  type Schema,
} from '@millwright/contract';
import { sorted } from '../relate/formula.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';

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
  'contentSchema',
] as const;
const lists = ['prefixItems', 'allOf', 'anyOf', 'oneOf'] as const;
const maps = ['properties', 'patternProperties', 'dependentSchemas'] as const;
const plain = ['default', 'deprecated', 'readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType'] as const;
const extensions = [
  'x-extensible-enum',
  'x-states',
  'x-vocabulary',
  'x-governance',
  'x-sunset',
  'x-stability-level',
] as const;

/** Parts of a schema, each with its place in it. */
function partsOf(schema: Schema): readonly (readonly [label: string, part: Schema])[] {
  const parts: (readonly [string, Schema])[] = [];
  for (const keyword of singles) {
    const part = schema[keyword];
    if (part !== undefined) parts.push([keyword, part]);
  }
  for (const keyword of lists)
    for (const [index, part] of (schema[keyword] ?? []).entries()) parts.push([`${keyword}/${index}`, part]);
  for (const keyword of maps)
    for (const [name, part] of schema[keyword] ?? []) parts.push([`${keyword}/${name}`, part]);
  if (schema.dynamicRef !== undefined)
    parts.push(['dynamicRef', schema.dynamicRef.target ?? schema.dynamicRef.initial]);
  return parts;
}

/** Every schema that the roots lead to. */
export function reachedFrom(roots: Iterable<Schema>): ReadonlySet<Schema> {
  const reached = new Set<Schema>(roots);
  for (const schema of reached) for (const [, part] of partsOf(schema)) reached.add(part);
  return reached;
}

/** How a value is written as XML (OpenAPI, XML Object). */
export function xmlOf({ raw }: Schema): JsonObject | undefined {
  const xml = isJsonObject(raw) ? member(raw, 'xml') : undefined;
  return isJsonObject(xml) ? xml : undefined;
}

/** Property that tells kinds apart; AsyncAPI writes its name alone (AsyncAPI, Schema Object). */
export function discriminatorOf({ raw, discriminator }: Schema): Discriminator | undefined {
  const written = isJsonObject(raw) ? member(raw, 'discriminator') : undefined;
  return discriminator ?? (typeof written === 'string' ? { propertyName: written, mapping: new Map() } : undefined);
}

/**
 * OpenAPI 3.0 adds null to a type that stands beside `nullable`, and to nothing else (3.0.3, Schema Object). Above `allOf` and
 * its like it is written all the same, and many a reader takes it at its word.
 */
export function marksNullable({ dialect, raw, type, allOf, anyOf, oneOf }: Schema): boolean {
  if (dialect !== 'openapi-3.0' || typeof raw === 'boolean' || raw['nullable'] !== true) return false;
  return type === undefined && (allOf ?? anyOf ?? oneOf) !== undefined;
}

/** What a schema says beside its constraints. */
function saidBy(schema: Schema): string {
  const said: Record<string, JsonValue> = {};
  for (const keyword of plain) {
    const value = schema[keyword];
    if (value !== undefined) said[keyword] = value;
  }
  for (const name of extensions) {
    const value = schema.extensions?.get(name);
    if (value !== undefined) said[name] = value;
  }
  if (marksNullable(schema)) said['nullable'] = true;
  const xml = xmlOf(schema);
  if (xml !== undefined) said['xml'] = xml;
  const discriminator = discriminatorOf(schema);
  if (discriminator !== undefined)
    said['discriminator'] = [
      discriminator.propertyName,
      [...discriminator.mapping].map(([name, { pointer }]) => `${name} ${pointer.split('/').at(-1)}`).sort(),
    ];
  return Object.keys(said).length === 0 ? '' : JSON.stringify(sorted(said));
}

/**
 * Numbers that two schemas share when they demand the same and say the same, down to their last part. The way back in a
 * cycle counts by its demands only, so that one pass is enough: what is said within the cycle is met on the way in.
 */
export class Likeness {
  readonly #classes: SchemaClasses;
  readonly #numbers = new Map<Schema, number>();
  readonly #known = new Map<string, number>();

  constructor(classes: SchemaClasses) {
    this.#classes = classes;
  }

  isSame(left: Schema, right: Schema): boolean {
    return (
      left === right ||
      (this.#classes.classOf(left) === this.#classes.classOf(right) && this.#number(left) === this.#number(right))
    );
  }

  /** Depth first without recursion, because schemas can be nested deeper than the stack. */
  #number(root: Schema): number {
    const open = new Set<Schema>();
    const stack: { readonly schema: Schema; readonly isDone: boolean }[] = [{ schema: root, isDone: false }];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const { schema, isDone } = at;
      if (this.#numbers.has(schema) || (open.has(schema) && !isDone)) continue;
      if (isDone) {
        this.#settle(schema);
        open.delete(schema);
        continue;
      }
      open.add(schema);
      stack.push({ schema, isDone: true });
      for (const [, part] of partsOf(schema)) stack.push({ schema: part, isDone: false });
    }
    return this.#numbers.get(root) as number;
  }

  #settle(schema: Schema): void {
    // Sorted, so that the order of properties in the source leaves no trace.
    const parts = partsOf(schema)
      .map(([label, part]) => `${label}>${this.#numbers.get(part) ?? `c${this.#classes.classOf(part)}`}`)
      .sort();
    const text = `${this.#classes.classOf(schema)}|${saidBy(schema)}|${parts.join('|')}`;
    const number = this.#known.get(text) ?? this.#known.size;
    this.#known.set(text, number);
    this.#numbers.set(schema, number);
  }
}
