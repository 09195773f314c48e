import type { JsonValue } from '@millwright/contract';
import { type Formula, sorted, type ValueType } from './formula.ts';
import { compare, fromNumber, isMultiple } from './rational.ts';

/** Unfolds a schema formula for values of a type. */
export type Unfold = (id: number, positive: boolean, type: ValueType) => Formula;

export function typeOf(value: JsonValue): ValueType {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as ValueType);
}

function isEqual(left: JsonValue, right: JsonValue): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

const depthMax = 60;

/**
 * Whether a value fits a formula. Undefined where only the final check can tell: something opaque, or references that go round.
 */
export function holds(formula: Formula, value: JsonValue, unfold: Unfold, depth = 0): boolean | undefined {
  const test = (part: Formula, of: JsonValue): boolean | undefined => holds(part, of, unfold, depth + 1);
  if (depth > depthMax) return undefined;
  switch (formula.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'schema':
      return test(unfold(formula.id, formula.positive, typeOf(value)), value);
    case 'all':
      return everyPart(formula.parts, (part) => test(part, value));
    case 'any':
      return opposite(everyPart(formula.parts, (part) => opposite(test(part, value))));
    case 'is':
      return (typeOf(value) === formula.type) === formula.positive;
    case 'among':
      return formula.values.some((member) => isEqual(member, value));
    case 'not-value':
      return !isEqual(formula.value, value);
    case 'opaque':
      return undefined;
    case 'above':
    case 'below': {
      const order = compare(fromNumber(value as number), formula.limit) * (formula.kind === 'above' ? 1 : -1);
      return order > 0 || (order === 0 && formula.inclusive);
    }
    case 'multiple':
      return isMultiple(fromNumber(value as number), formula.of) === formula.positive;
    case 'size': {
      const size = sizeOf(value);
      return size >= formula.min && size <= formula.max;
    }
    case 'pattern':
      return expressionOf(formula).test(value as string) === formula.positive;
    case 'item': {
      const items = value as readonly JsonValue[];
      return formula.index >= items.length ? true : test(formula.of, items[formula.index] as JsonValue);
    }
    case 'rest':
      return every((value as readonly JsonValue[]).slice(formula.from).map((item) => test(formula.of, item)));
    case 'some':
      return opposite(
        every((value as readonly JsonValue[]).slice(formula.from).map((item) => opposite(test(formula.of, item)))),
      );
    case 'count': {
      const verdicts = (value as readonly JsonValue[]).map((item) => test(formula.of, item));
      if (verdicts.includes(undefined)) return undefined;
      const found = verdicts.filter((verdict) => verdict === true).length;
      return found >= formula.min && found <= formula.max;
    }
    case 'unique': {
      const texts = (value as readonly JsonValue[]).map((item) => JSON.stringify(sorted(item)));
      return (new Set(texts).size === texts.length) === formula.positive;
    }
    case 'has':
      return Object.hasOwn(value as object, formula.name) === formula.positive;
    case 'every-member':
      return every(
        membersIn(value as object, formula.names).map(([name, member]) =>
          opposite(every([test(formula.names, name), opposite(test(formula.of, member as JsonValue))])),
        ),
      );
    case 'some-member':
      return opposite(
        every(
          membersIn(value as object, formula.names).map(([name, member]) =>
            opposite(every([test(formula.names, name), test(formula.of, member as JsonValue)])),
          ),
        ),
      );
  }
}

/** The members that a formula on names can mean: of a list of names only those. */
function membersIn(value: object, names: Formula): readonly (readonly [string, JsonValue])[] {
  if (names.kind !== 'among') return Object.entries(value);
  return names.values.flatMap((name) =>
    typeof name === 'string' && Object.hasOwn(value, name)
      ? [[name, (value as Readonly<Record<string, JsonValue>>)[name] as JsonValue] as const]
      : [],
  );
}

const expressions = new WeakMap<Formula, RegExp>();

function expressionOf(formula: Extract<Formula, { readonly kind: 'pattern' }>): RegExp {
  const known = expressions.get(formula) ?? new RegExp(formula.source, 'u');
  expressions.set(formula, known);
  return known;
}

function every(verdicts: readonly (boolean | undefined)[]): boolean | undefined {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

/** In order, up to the first that fails: what comes after the type of a value is asked of values of that type only. */
function everyPart(parts: readonly Formula[], test: (part: Formula) => boolean | undefined): boolean | undefined {
  let result: boolean | undefined = true;
  for (const part of parts) {
    const verdict = test(part);
    if (verdict === false) return false;
    if (verdict === undefined) result = undefined;
  }
  return result;
}

function opposite(verdict: boolean | undefined): boolean | undefined {
  return verdict === undefined ? undefined : !verdict;
}

function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return /[\ud800-\udfff]/.test(value) ? [...value].length : value.length;
  return Array.isArray(value) ? value.length : Object.keys(value as object).length;
}
