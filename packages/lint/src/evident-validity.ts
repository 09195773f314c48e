import { isJsonObject, isOfType, type JsonValue, type Schema } from '@millwright/contract';
import { isVulnerable } from './pattern-safety.ts';

/** What can be said of a value at a glance; undefined leaves it to a validator. */
type Verdict = boolean | undefined;

const depthMax = 64;

/**
 * Judges a value without compiling a schema, which takes longer than all other checks. Both answers are certain; rare
 * keywords, unusual formats and deep nesting give none. `hidden` are names that are not required.
 */
export function validityOf(schema: Schema, value: JsonValue, hidden: ReadonlySet<string>): Verdict {
  return new Glance(hidden).judge(schema, value, 0);
}

class Glance {
  readonly #hidden: ReadonlySet<string>;

  constructor(hidden: ReadonlySet<string>) {
    this.#hidden = hidden;
  }

  judge(schema: Schema, value: JsonValue, depth: number): Verdict {
    if (schema.boolean !== undefined) return schema.boolean;
    if (depth > depthMax || hasRareKeyword(schema)) return undefined;
    return all([
      () => schema.type === undefined || schema.type.some((type) => isOfType(value, type)),
      () => judgeChoice(schema, value),
      () => (typeof value === 'number' ? judgeNumber(schema, value) : true),
      () => (typeof value === 'string' ? judgeText(schema, value) : true),
      () => (Array.isArray(value) ? this.#judgeList(schema, value, depth) : true),
      () => (isJsonObject(value) ? this.#judgeObject(schema, value, depth) : true),
      () => (schema.ref === undefined ? true : this.judge(schema.ref, value, depth + 1)),
      () => this.#judgeLogic(schema, value, depth + 1),
    ]);
  }

  #judgeLogic(
    { allOf = [], anyOf, oneOf, not, if: condition, ...schema }: Schema,
    value: JsonValue,
    depth: number,
  ): Verdict {
    const judge = (part: Schema): Verdict => this.judge(part, value, depth);
    return all([
      () => all(allOf.map((part) => () => judge(part))),
      () => (anyOf === undefined ? true : any(anyOf.map(judge))),
      () => (oneOf === undefined ? true : exactlyOne(oneOf.map(judge))),
      () => (not === undefined ? true : negated(judge(not))),
      () => {
        if (condition === undefined) return true;
        const holds = judge(condition);
        const branch = holds === true ? schema.then : schema.else;
        return holds === undefined ? undefined : branch === undefined || judge(branch);
      },
    ]);
  }

  #judgeList(schema: Schema, list: readonly JsonValue[], depth: number): Verdict {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, prefixItems = [], items, uniqueItems } = schema;
    return all([
      () => list.length >= minItems && list.length <= maxItems,
      () => (uniqueItems !== true || list.length < 2 ? true : judgeUnique(list)),
      () =>
        all(
          list.map((item, index) => () => {
            const part = prefixItems[index] ?? items;
            return part === undefined || this.judge(part, item, depth + 1);
          }),
        ),
    ]);
  }

  #judgeObject(schema: Schema, object: Readonly<Record<string, JsonValue>>, depth: number): Verdict {
    const names = Object.keys(object);
    const {
      minProperties = 0,
      maxProperties = Number.POSITIVE_INFINITY,
      required = [],
      dependentRequired = [],
    } = schema;
    const demanded = [...dependentRequired].flatMap(([name, others]) => (Object.hasOwn(object, name) ? others : []));
    return all([
      () => names.length >= minProperties && names.length <= maxProperties,
      () => required.every((name) => Object.hasOwn(object, name) || this.#hidden.has(name)),
      () => demanded.every((name) => Object.hasOwn(object, name)),
      () => all(names.map((name) => () => this.#judgeMember(schema, name, object[name] as JsonValue, depth + 1))),
    ]);
  }

  #judgeMember(schema: Schema, name: string, value: JsonValue, depth: number): Verdict {
    const own = schema.properties?.get(name);
    if (schema.patternProperties !== undefined) return undefined;
    return all([
      () => (schema.propertyNames === undefined ? true : this.judge(schema.propertyNames, name, depth)),
      () => {
        const part = own ?? schema.additionalProperties;
        return part === undefined || this.judge(part, value, depth);
      },
    ]);
  }
}

function hasRareKeyword(schema: Schema): boolean {
  return (
    (schema.dynamicRef ??
      schema.unevaluatedItems ??
      schema.unevaluatedProperties ??
      schema.contains ??
      schema.dependentSchemas) !== undefined
  );
}

/** Stops at the first refusal, so that later checks may rely on earlier ones. */
function all(checks: readonly (() => Verdict)[]): Verdict {
  let whole: Verdict = true;
  for (const check of checks) {
    const verdict = check();
    if (verdict === false) return false;
    if (verdict === undefined) whole = undefined;
  }
  return whole;
}

function any(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes(true) || (verdicts.includes(undefined) ? undefined : false);
}

function exactlyOne(verdicts: readonly Verdict[]): Verdict {
  const accepted = verdicts.filter((verdict) => verdict === true).length;
  return accepted > 1 ? false : verdicts.includes(undefined) ? undefined : accepted === 1;
}

function negated(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

/** Equal texts are equal values; different texts of objects may still be. */
function judgeChoice(schema: Schema, value: JsonValue): Verdict {
  const choices = [
    ...(schema.enum === undefined ? [] : [schema.enum]),
    ...('const' in schema ? [[schema.const as JsonValue]] : []),
  ];
  const isSimple = typeof value !== 'object' || value === null;
  const text = JSON.stringify(value);
  return (
    choices.every((choice) => choice.some((member) => JSON.stringify(member) === text)) ||
    (isSimple ? false : undefined)
  );
}

function judgeUnique(list: readonly JsonValue[]): Verdict {
  return list.every((item) => typeof item !== 'object' || item === null)
    ? new Set(list).size === list.length
    : undefined;
}

function judgeNumber(schema: Schema, value: number): Verdict {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum, format } = schema;
  const isWithin =
    value <= (maximum ?? Number.POSITIVE_INFINITY) &&
    value >= (minimum ?? Number.NEGATIVE_INFINITY) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum);
  if (!isWithin) return false;
  if (multipleOf !== undefined && (!Number.isSafeInteger(value) || !Number.isSafeInteger(multipleOf))) return undefined;
  if (multipleOf !== undefined && value % multipleOf !== 0) return false;
  return format === undefined || (Number.isInteger(value) && Math.abs(value) < 2 ** 31) ? true : undefined;
}

function judgeText(schema: Schema, value: string): Verdict {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  const length = [...value].length;
  if (length < minLength || length > maxLength) return false;
  if (pattern !== undefined) {
    const expression = expressionOf(pattern);
    if (expression === undefined) return undefined;
    if (!expression.test(value)) return false;
  }
  return format === undefined || usualFormats[format]?.test(value) === true ? true : undefined;
}

const expressions = new Map<string, RegExp | undefined>();

function expressionOf(pattern: string): RegExp | undefined {
  if (!expressions.has(pattern)) expressions.set(pattern, compile(pattern));
  return expressions.get(pattern);
}

function compile(pattern: string): RegExp | undefined {
  try {
    return isVulnerable(pattern) ? undefined : new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

const day = String.raw`\d{4}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)`;
const time = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)`;

/** The usual spelling of usual formats; whatever else may be right is left to the validator. */
const usualFormats: Readonly<Record<string, RegExp>> = {
  date: new RegExp(`^${day}$`),
  'date-time': new RegExp(`^${day}T${time}$`),
  duration: /^P(\d+[YMWD]|T\d+[HMS]|(\d+D)?T\d+H\d+M|T\d+M\d+S)$/,
  email: /^[a-z]+@[a-z]+(\.[a-z]+)+$/,
  'json-pointer': /^(\/[A-Za-z0-9_-]+)*$/,
  uri: /^[a-z][a-z0-9]*:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(\/[A-Za-z0-9._~-]+)*\/?(#[A-Za-z0-9/_-]*)?$/,
  'uri-reference': /^(https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*)?(\/[A-Za-z0-9._~-]+)+$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
};
