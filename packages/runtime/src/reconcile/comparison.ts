import { isObject, type ObjectValue, own } from '../validation/values.ts';
import type { Kind } from './exact.ts';

/** A JSON Schema as data. */
type JsonSchema = ObjectValue;

/** Patterns that admit plain decimals only, as `Decimal` of the canonical contracts. */
const decimalPattern =
  /^\^(-\??)?\(?(?:0\|)?\(?\[[01]-9\](?:\[0-9\])?(?:[*+]|\{\d+,\d*\})?\)?\)?(?:\(\\\.\[0-9\](?:\+|\{\d+,\d*\})\)\?)?\$$/;

/**
 * How the values at one place are compared, and those below it. It is made from a JSON Schema while values are walked, so that schemas
 * that refer to themselves are no matter.
 */
export class Comparison {
  readonly kind: Kind | undefined;
  readonly #root: JsonSchema;
  readonly #schemas: readonly JsonSchema[];
  /** Pointers to leave out, from here on. */
  readonly #ignored: readonly (readonly string[])[];
  readonly #below = new Map<string, Comparison | 'ignored'>();
  #schemasBelow: readonly JsonSchema[] | undefined;
  #names: ReadonlySet<string> | undefined;
  #other: Comparison | 'ignored' | undefined;
  #item: Comparison | 'ignored' | undefined;

  constructor(root: JsonSchema, schemas: readonly JsonSchema[], ignored: readonly (readonly string[])[]) {
    this.#root = root;
    this.#schemas = schemas;
    this.#ignored = ignored;
    this.kind = agreed(schemas.map((schema) => this.#opinionOf(schema, new Set())));
  }

  /** How the member of an object is compared; `ignored` when it is not. */
  member(name: string): Comparison | 'ignored' {
    const known = this.#below.get(name);
    if (known !== undefined) return known;
    this.#schemasBelow ??= this.#applicable();
    const applicable = this.#schemasBelow;
    this.#names ??= new Set(
      applicable.flatMap((schema) => {
        const properties = own(schema, 'properties');
        return isObject(properties) ? Object.keys(properties) : [];
      }),
    );
    // Names that only data have may be without number, so they share what holds for all of them.
    if (!this.#names.has(name) && !this.#ignored.some(([first]) => first === name)) {
      this.#other ??= this.#step('*', applicable.map((schema) => own(schema, 'additionalProperties')).filter(isObject));
      return this.#other;
    }
    const made = this.#step(
      name,
      applicable.map((schema) => propertyOf(schema, name) ?? own(schema, 'additionalProperties')).filter(isObject),
    );
    this.#below.set(name, made);
    return made;
  }

  /** How the items of an array are compared: all alike, those of `prefixItems` by JSON only. */
  item(): Comparison | 'ignored' {
    this.#item ??= this.#step(
      '*',
      this.#applicable()
        .filter((schema) => own(schema, 'prefixItems') === undefined)
        .map((schema) => own(schema, 'items'))
        .filter(isObject),
    );
    return this.#item;
  }

  #step(name: string, schemas: readonly JsonSchema[]): Comparison | 'ignored' {
    const rest = this.#ignored.filter(([first]) => first === name || first === '*').map((tokens) => tokens.slice(1));
    return rest.some((tokens) => tokens.length === 0) ? 'ignored' : new Comparison(this.#root, schemas, rest);
  }

  /** The schemas of this place with all that they refer to, or choose from. */
  #applicable(): readonly JsonSchema[] {
    const found = new Set<JsonSchema>(this.#schemas);
    for (const schema of found) for (const next of [...this.#parts(schema), ...choicesOf(schema)]) found.add(next);
    return [...found];
  }

  /** What holds in any case beside a schema: what it refers to, and `allOf`. */
  #parts(schema: JsonSchema): readonly JsonSchema[] {
    const target = this.#resolve(own(schema, '$ref'));
    return [...listOf(own(schema, 'allOf')), ...(target === undefined ? [] : [target])];
  }

  #resolve(reference: unknown): JsonSchema | undefined {
    if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) return undefined;
    let at: unknown = this.#root;
    for (const token of decodeURIComponent(reference).split('/').slice(1))
      at = isObject(at) ? own(at, token.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
    return isObject(at) ? at : undefined;
  }

  /** A kind, `plain` where texts or arrays are as JSON has them, undefined where there are none. */
  #opinionOf(schema: JsonSchema, seen: Set<JsonSchema>): Kind | 'plain' | undefined {
    if (seen.has(schema)) return undefined;
    seen.add(schema);
    const kind = kindOf(schema);
    if (kind !== undefined) return kind;
    const parts = this.#parts(schema).map((part) => this.#opinionOf(part, seen));
    const certain = parts.find((opinion) => opinion !== undefined && opinion !== 'plain');
    if (certain !== undefined) return certain;
    const choices = choicesOf(schema).map((choice) => this.#opinionOf(choice, seen));
    const chosen = agreed(choices);
    if (chosen !== undefined) return chosen;
    const isPlain =
      admitsTexts(schema) || [...parts, ...choices].includes('plain') || choices.some((one) => one !== undefined);
    return isPlain ? 'plain' : undefined;
  }
}

/** The kind that all who have an opinion share. */
function agreed(opinions: readonly (Kind | 'plain' | undefined)[]): Kind | undefined {
  const held = new Set(opinions.filter((opinion) => opinion !== undefined));
  const [only] = held;
  return held.size === 1 && only !== 'plain' ? only : undefined;
}

function propertyOf(schema: JsonSchema, name: string): unknown {
  const properties = own(schema, 'properties');
  return isObject(properties) ? own(properties, name) : undefined;
}

function kindOf(schema: JsonSchema): Kind | undefined {
  if (own(schema, 'uniqueItems') === true) return 'set';
  const format = own(schema, 'format');
  if (format === 'date-time') return 'instant';
  const pattern = own(schema, 'pattern');
  return format === 'decimal' || (typeof pattern === 'string' && decimalPattern.test(pattern)) ? 'decimal' : undefined;
}

function admitsTexts(schema: JsonSchema): boolean {
  const types = [own(schema, 'type')].flat();
  return types.includes('string') || types.includes('array');
}

function choicesOf(schema: JsonSchema): readonly JsonSchema[] {
  const conditional = [own(schema, 'then'), own(schema, 'else')].filter(isObject);
  return [...listOf(own(schema, 'oneOf')), ...listOf(own(schema, 'anyOf')), ...conditional];
}

function listOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Tokens of a JSON pointer; `*` stands for any. */
export function tokensOf(pointer: string): readonly string[] {
  if (!pointer.startsWith('/')) throw new RangeError(`${JSON.stringify(pointer)} is no JSON pointer: it begins with /`);
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
