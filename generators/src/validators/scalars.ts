import { type Code, code, join, literal, stringLiteral } from '@millwright/codegen';
import { isOfType, type JsonType, type JsonValue, type Schema } from '@millwright/contract';
import { and, no, or, type Template, value, yes } from './template.ts';

/** Names of the runtime's functions that a format is checked by. */
const stringFormats: ReadonlyMap<string, string> = new Map([
  ['byte', 'isByte'],
  ['date', 'isDate'],
  ['date-time', 'isDateTime'],
  ['duration', 'isDuration'],
  ['email', 'isEmail'],
  ['hostname', 'isHostname'],
  ['ipv4', 'isIpv4'],
  ['ipv6', 'isIpv6'],
  ['iri', 'isIri'],
  ['iri-reference', 'isIriReference'],
  ['json-pointer', 'isJsonPointer'],
  ['regex', 'isRegex'],
  ['relative-json-pointer', 'isRelativeJsonPointer'],
  ['time', 'isTime'],
  ['uri', 'isUri'],
  ['uri-reference', 'isUriReference'],
  ['uri-template', 'isUriTemplate'],
  ['uuid', 'isUuid'],
]);
const numberFormats: ReadonlyMap<string, string> = new Map([
  ['int32', 'isInt32'],
  ['int64', 'isInt64'],
]);

/** What conditions need outside of themselves. */
export interface Surroundings {
  /** Imports a function of the runtime and gives its name. */
  readonly runtime: (name: string) => Code;
  /** Name of a module constant with this initial value; equal values share one. */
  readonly constant: (initial: Code) => Code;
  /** Name of the function that judges by a pattern without an engine; undefined where one is needed. */
  readonly scanner: (source: string) => Code | undefined;
  readonly formats: boolean;
}

/** A pattern that allows some ASCII characters so often, and nothing else: `^[A-Z]{3}$`. */
interface ClassPattern {
  readonly members: string;
  readonly lengthMin: number;
  readonly lengthMax: number | undefined;
}

// No escapes, no negation, and a hyphen only in ranges or at the end, so that reading it needs no grammar.
const classPattern =
  /^\^\[((?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 !"#$%&'()*+,./:;<=>?@_`{|}~])+-?)\](\+|\*|\{(\d+)(,(\d*))?\})?\$$/;

function classPatternOf(source: string | undefined): ClassPattern | undefined {
  const match = source === undefined ? null : classPattern.exec(source);
  if (match === null || !compiles(source as string, 'u')) return undefined;
  const [, members = '', times, least, open, most] = match;
  if (times === undefined) return { members, lengthMin: 1, lengthMax: 1 };
  if (least === undefined) return { members, lengthMin: times === '+' ? 1 : 0, lengthMax: undefined };
  const lengthMax = open === undefined ? Number(least) : most === '' ? undefined : Number(most);
  return { members, lengthMin: Number(least), lengthMax };
}

/** The format that values are held against: where the reader checks formats, or the dialect makes them assertions. */
export function checkedFormat({ format, formatAsserted }: Schema, formats: boolean): string | undefined {
  return formats || formatAsserted === true ? format : undefined;
}

/** Conditions on a string, its type already known. */
export function stringConditions(schema: Schema, surroundings: Surroundings): Template {
  const { pattern } = schema;
  const check = stringFormats.get(checkedFormat(schema, surroundings.formats) ?? '');
  const ofFormat = check === undefined ? yes : code`${surroundings.runtime(check)}(${value})`;
  const plain = classPatternOf(pattern);
  if (plain !== undefined) return and([classCondition(schema, plain, surroundings), ofFormat]);
  const ofPattern = pattern === undefined ? yes : patternCondition(pattern, surroundings);
  return and([...lengthConditions(schema, surroundings), ofFormat, ofPattern]);
}

/** Characters and code points are the same here, so class and lengths are settled in one go. */
function classCondition(schema: Schema, plain: ClassPattern, { constant, runtime }: Surroundings): Template {
  const set = constant(code`${runtime('characterSet')}(${stringLiteral(plain.members)})`);
  const lengthMin = literal(Math.max(schema.minLength ?? 0, plain.lengthMin));
  const lengthMax = Math.min(schema.maxLength ?? Infinity, plain.lengthMax ?? Infinity);
  const most = Number.isFinite(lengthMax) ? literal(lengthMax) : code`Infinity`;
  return code`${runtime('consistsOf')}(${value}, ${set}, ${lengthMin}, ${most})`;
}

function lengthConditions({ minLength = 0, maxLength }: Schema, surroundings: Surroundings): readonly Template[] {
  const conditions: Template[] = [];
  // A string has at most as many code points as UTF-16 units, and at least half as many: mostly nothing is counted.
  if (maxLength !== undefined)
    conditions.push(
      or([
        code`${value}.length <= ${literal(maxLength)}`,
        code`${value}.length <= ${literal(maxLength * 2)} && ${surroundings.runtime('codePoints')}(${value}) <= ${literal(maxLength)}`,
      ]),
    );
  if (minLength === 1) conditions.push(code`${value} !== ''`);
  else if (minLength > 1)
    conditions.push(
      code`${value}.length >= ${literal(minLength)}`,
      or([
        code`${value}.length >= ${literal(minLength * 2)}`,
        code`${surroundings.runtime('codePoints')}(${value}) >= ${literal(minLength)}`,
      ]),
    );
  return conditions;
}

/** A pattern on a value that is a string. */
export function patternCondition(source: string, { constant, scanner }: Surroundings): Template {
  const scan = scanner(source);
  if (scan !== undefined) return code`${scan}(${value})`;
  const flags = compiles(source, 'u') ? code`, 'u'` : code``;
  // Without the flag and not even then: the contract was reported, and nothing can match.
  if (flags === '' && !compiles(source, '')) return no;
  return code`${constant(code`new RegExp(${stringLiteral(source)}${flags})`)}.test(${value})`;
}

function compiles(source: string, flags: 'u' | ''): boolean {
  try {
    new RegExp(source, flags);
    return true;
  } catch {
    return false;
  }
}

/** Conditions on a number, its type already known. */
export function numberConditions(schema: Schema, { runtime, formats }: Surroundings): Template {
  const conditions: Template[] = [];
  if (schema.minimum !== undefined) conditions.push(code`${value} >= ${literal(schema.minimum)}`);
  if (schema.maximum !== undefined) conditions.push(code`${value} <= ${literal(schema.maximum)}`);
  if (schema.exclusiveMinimum !== undefined) conditions.push(code`${value} > ${literal(schema.exclusiveMinimum)}`);
  if (schema.exclusiveMaximum !== undefined) conditions.push(code`${value} < ${literal(schema.exclusiveMaximum)}`);
  if (schema.multipleOf === 1) conditions.push(code`Number.isInteger(${value})`);
  else if (schema.multipleOf !== undefined)
    conditions.push(code`${runtime('isMultipleOf')}(${value}, ${literal(schema.multipleOf)})`);
  const check = numberFormats.get(checkedFormat(schema, formats) ?? '');
  if (check !== undefined) conditions.push(code`${runtime(check)}(${value})`);
  return and(conditions);
}

/** Members that are compared one by one; a set is faster for more. */
const chainMax = 8;

/** `const` and `enum`, the types taken into account; undefined when the schema has neither. */
export function enumerationCondition(schema: Schema, surroundings: Surroundings): Template | undefined {
  if (!('const' in schema) && schema.enum === undefined) return undefined;
  const listed = 'const' in schema ? [schema.const as JsonValue] : (schema.enum as readonly JsonValue[]);
  const members = listed.filter(
    (member) =>
      (schema.type === undefined || schema.type.some((type) => isOfType(member, type))) &&
      (!('const' in schema) ||
        schema.enum === undefined ||
        schema.enum.some((other) => literal(other) === literal(member))),
  );
  const simple = [...new Set(members.filter((member) => typeof member !== 'object' || member === null).map(literal))];
  const composite = [
    ...new Set(members.filter((member) => typeof member === 'object' && member !== null).map(literal)),
  ];
  const ofSimple =
    simple.length <= chainMax
      ? simple.map((member) => code`${value} === ${member}`)
      : [code`${surroundings.constant(code`new Set<unknown>([${join(simple, ', ')}])`)}.has(${value})`];
  const ofComposite = composite.map(
    (member) =>
      code`${surroundings.runtime('isEqual')}(${value}, ${surroundings.constant(code`${member} as unknown`)})`,
  );
  return or([...ofSimple, ...ofComposite]);
}

/** A type test followed by the conditions on values of that type. */
export function typed(type: JsonType, conditions: Template, { runtime }: Surroundings): Template {
  switch (type) {
    case 'null':
      return code`${value} === null`;
    case 'boolean':
      return code`typeof ${value} === 'boolean'`;
    case 'string':
      return and([code`typeof ${value} === 'string'`, conditions]);
    case 'integer':
      return and([code`typeof ${value} === 'number'`, code`Number.isInteger(${value})`, conditions]);
    case 'number':
      return and([code`typeof ${value} === 'number'`, code`Number.isFinite(${value})`, conditions]);
    case 'array':
      return and([code`Array.isArray(${value})`, conditions]);
    case 'object':
      return and([code`${runtime('isObject')}(${value})`, conditions]);
  }
}

/** The conditions on values of one kind, where values of other kinds pass. */
export function untyped(
  kind: 'string' | 'number' | 'array' | 'object',
  conditions: Template,
  { runtime }: Surroundings,
): Template {
  if (conditions === yes) return yes;
  const other = {
    string: code`typeof ${value} !== 'string'`,
    number: code`typeof ${value} !== 'number'`,
    array: code`!Array.isArray(${value})`,
    object: code`!${runtime('isObject')}(${value})`,
  }[kind];
  return or([other, conditions]);
}
