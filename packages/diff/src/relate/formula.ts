import type { JsonValue } from '@millwright/contract';
import type { Rational } from './rational.ts';

/** Types that values are told apart by; a whole number is a number that is a multiple of one. */
export const valueTypes = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
export type ValueType = (typeof valueTypes)[number];

/**
 * What is asked of one value whose type is known. A schema is unfolded into this when the type has been chosen, so no part has
 * to say "if it is a string": what is asked of other types is gone. `key` is the same for equal formulas.
 */
export type Formula =
  | { readonly kind: 'true'; readonly key: string }
  | { readonly kind: 'false'; readonly key: string }
  | { readonly kind: 'all'; readonly parts: readonly Formula[]; readonly key: string }
  | { readonly kind: 'any'; readonly parts: readonly Formula[]; readonly key: string }
  /** A schema (by its class, see schema-classes.ts) or its opposite, not yet unfolded. */
  | { readonly kind: 'schema'; readonly id: number; readonly positive: boolean; readonly key: string }
  | Atom;

export type Atom =
  /** The type itself, where a formula is about values whose type is not yet known. */
  | { readonly kind: 'is'; readonly type: ValueType; readonly positive: boolean; readonly key: string }
  | { readonly kind: 'among'; readonly values: readonly JsonValue[]; readonly key: string }
  | { readonly kind: 'not-value'; readonly value: JsonValue; readonly key: string }
  /** Something that is judged by the final check only, such as a `$dynamicRef`; `reason` says what. */
  | { readonly kind: 'opaque'; readonly positive: boolean; readonly reason: string; readonly key: string }
  | { readonly kind: 'above' | 'below'; readonly limit: Rational; readonly inclusive: boolean; readonly key: string }
  | { readonly kind: 'multiple'; readonly of: Rational; readonly positive: boolean; readonly key: string }
  /** Length of a string in code points, of an array, or number of members. */
  | { readonly kind: 'size'; readonly min: number; readonly max: number; readonly key: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly positive: boolean; readonly key: string }
  | { readonly kind: 'item'; readonly index: number; readonly of: Formula; readonly key: string }
  /** Every item from a place on; some item from a place on. */
  | { readonly kind: 'rest' | 'some'; readonly from: number; readonly of: Formula; readonly key: string }
  /** So many items are of a kind. */
  | { readonly kind: 'count'; readonly of: Formula; readonly min: number; readonly max: number; readonly key: string }
  | { readonly kind: 'unique'; readonly positive: boolean; readonly key: string }
  | { readonly kind: 'has'; readonly name: string; readonly positive: boolean; readonly key: string }
  /** Every member, or some member, whose name is of a kind (a formula on strings). */
  | {
      readonly kind: 'every-member' | 'some-member';
      readonly names: Formula;
      readonly of: Formula;
      readonly key: string;
    };

export const always: Formula = { kind: 'true', key: 'T' };
export const never: Formula = { kind: 'false', key: 'F' };

export function all(parts: readonly Formula[]): Formula {
  return combined('all', parts);
}

export function any(parts: readonly Formula[]): Formula {
  return combined('any', parts);
}

const laws = {
  all: { neutral: 'true', absorbing: 'false', operator: '&', none: always },
  any: { neutral: 'false', absorbing: 'true', operator: '|', none: never },
} as const;

/** Flat, each part once, in order. Searches spend much of their time here. */
function combined(kind: 'all' | 'any', parts: readonly Formula[]): Formula {
  const { neutral, absorbing, operator, none } = laws[kind];
  const unique = new Map<string, Formula>();
  for (const part of parts)
    for (const flat of part.kind === kind ? part.parts : [part]) {
      if (flat.kind === absorbing) return flat;
      if (flat.kind !== neutral) unique.set(flat.key, flat);
    }
  if (unique.size < 2) return unique.values().next().value ?? none;
  return { kind, parts: [...unique.values()], key: `(${[...unique.keys()].sort().join(operator)})` };
}

export function schema(id: number, positive: boolean): Formula {
  return { kind: 'schema', id, positive, key: `${positive ? '+' : '-'}${id}` };
}

const text = (value: JsonValue): string => JSON.stringify(sorted(value));

/** The value with its members in one order, so that equal values have one text. */
export function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => sorted(item as JsonValue));
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member as JsonValue)]));
}

export function among(values: readonly JsonValue[]): Formula {
  if (values.length === 0) return never;
  return { kind: 'among', values, key: `in${values.map(text).sort().join(',')}` };
}

const notValue = (value: JsonValue): Formula => ({ kind: 'not-value', value, key: `!=${text(value)}` });
export const isType = (type: ValueType, positive = true): Formula => ({
  kind: 'is',
  type,
  positive,
  key: `${positive ? '' : '!'}is ${type}`,
});
export const opaque = (id: string, positive: boolean, reason: string): Formula => ({
  kind: 'opaque',
  positive,
  reason,
  key: `${positive ? '+' : '-'}?${id}`,
});
const shown = ({ numerator, denominator }: Rational): string => `${numerator}/${denominator}`;
export const above = (limit: Rational, inclusive: boolean): Formula => ({
  kind: 'above',
  limit,
  inclusive,
  key: `>${inclusive ? '=' : ''}${shown(limit)}`,
});
export const below = (limit: Rational, inclusive: boolean): Formula => ({
  kind: 'below',
  limit,
  inclusive,
  key: `<${inclusive ? '=' : ''}${shown(limit)}`,
});
export const multiple = (of: Rational, positive: boolean): Formula => ({
  kind: 'multiple',
  of,
  positive,
  key: `${positive ? '' : '!'}*${shown(of)}`,
});
export function size(min: number, max: number): Formula {
  if (max < min) return never;
  return min <= 0 && max === Infinity ? always : { kind: 'size', min, max, key: `#${min}..${max}` };
}
export const pattern = (source: string, positive: boolean): Formula => ({
  kind: 'pattern',
  source,
  positive,
  key: `${positive ? '' : '!'}/${JSON.stringify(source)}/`,
});
export function item(index: number, of: Formula): Formula {
  return of.kind === 'true' ? always : { kind: 'item', index, of, key: `[${index}]${of.key}` };
}
export function rest(from: number, of: Formula): Formula {
  return of.kind === 'true' ? always : { kind: 'rest', from, of, key: `[${from}*]${of.key}` };
}
export function some(from: number, of: Formula): Formula {
  return of.kind === 'false' ? never : { kind: 'some', from, of, key: `[${from}?]${of.key}` };
}
export function count(of: Formula, min: number, max: number): Formula {
  if (max < min) return never;
  return min <= 0 && max === Infinity ? always : { kind: 'count', of, min, max, key: `[${min}..${max}]${of.key}` };
}
export const unique = (positive: boolean): Formula => ({ kind: 'unique', positive, key: positive ? 'u' : '!u' });
export const has = (name: string, positive: boolean): Formula => ({
  kind: 'has',
  name,
  positive,
  key: `${positive ? '' : '!'}.${JSON.stringify(name)}`,
});
export function everyMember(names: Formula, of: Formula): Formula {
  if (of.kind === 'true' || names.kind === 'false') return always;
  return { kind: 'every-member', names, of, key: `{${names.key}:${of.key}}` };
}
export function someMember(names: Formula, of: Formula): Formula {
  if (of.kind === 'false' || names.kind === 'false') return never;
  return { kind: 'some-member', names, of, key: `{?${names.key}:${of.key}}` };
}

/** A search asks for the same opposites again and again. */
const opposites = new WeakMap<Formula, Formula>();

/** The opposite, for a value of the same type. */
export function negate(formula: Formula): Formula {
  let opposite = opposites.get(formula);
  if (opposite === undefined) {
    opposite = oppositeOf(formula);
    opposites.set(formula, opposite);
  }
  return opposite;
}

function oppositeOf(formula: Formula): Formula {
  switch (formula.kind) {
    case 'true':
      return never;
    case 'false':
      return always;
    case 'all':
      return any(formula.parts.map(negate));
    case 'any':
      return all(formula.parts.map(negate));
    case 'schema':
      return schema(formula.id, !formula.positive);
    default:
      return negateAtom(formula);
  }
}

function negateAtom(atom: Atom): Formula {
  switch (atom.kind) {
    case 'among':
      return all(atom.values.map(notValue));
    case 'is':
      return isType(atom.type, !atom.positive);
    case 'not-value':
      return among([atom.value]);
    case 'opaque':
      return opaque(atom.key.slice(2), !atom.positive, atom.reason);
    case 'above':
      return below(atom.limit, !atom.inclusive);
    case 'below':
      return above(atom.limit, !atom.inclusive);
    case 'multiple':
      return multiple(atom.of, !atom.positive);
    case 'size':
      return any([
        atom.min > 0 ? size(0, atom.min - 1) : never,
        atom.max < Infinity ? size(atom.max + 1, Infinity) : never,
      ]);
    case 'pattern':
      return pattern(atom.source, !atom.positive);
    case 'item':
      return all([size(atom.index + 1, Infinity), item(atom.index, negate(atom.of))]);
    case 'rest':
      return some(atom.from, negate(atom.of));
    case 'some':
      return rest(atom.from, negate(atom.of));
    case 'count':
      return any([
        atom.min > 0 ? count(atom.of, 0, atom.min - 1) : never,
        atom.max < Infinity ? count(atom.of, atom.max + 1, Infinity) : never,
      ]);
    case 'unique':
      return unique(!atom.positive);
    case 'has':
      return has(atom.name, !atom.positive);
    case 'every-member':
      return someMember(atom.names, negate(atom.of));
    case 'some-member':
      return everyMember(atom.names, negate(atom.of));
  }
}
