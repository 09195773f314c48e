import {
  type Code,
  code,
  identifier,
  indent,
  join,
  literal,
  nothing,
  pattern,
  stringLiteral,
} from '@millwright/codegen';
import type { Schema } from '@millwright/contract';

/** True for a named string or number that gets a type of its own, so that an item number cannot be passed as a lot number. */
export function isBranded(schema: Schema): boolean {
  return (
    schema.extensions?.get('x-brand') === true &&
    (schema.type?.length ?? 0) === 1 &&
    ['string', 'integer', 'number'].includes(schema.type?.[0] as string)
  );
}

const dateFormats: ReadonlySet<string> = new Set(['date-time', 'date']);

/** Type and constructor of a branded schema. `constructorName` is free in the module. */
export function printBrand(schema: Schema, name: string, constructorName: string): Code {
  const base = schema.type?.[0] === 'string' ? ('string' as const) : ('number' as const);
  const type = identifier(name);
  const fromDate = base === 'string' && dateFormats.has(schema.format ?? '');
  const baseType = base === 'string' ? code`string` : code`number`;
  const input = fromDate ? code`string | Date` : baseType;
  const result = fromDate
    ? code`const checked = typeof value === 'string' ? value : textOfDate(value)${schema.format === 'date' ? code`.slice(0, 10)` : nothing};\n`
    : nothing;
  const checked = fromDate ? code`checked` : code`value`;
  const typed = code`if (typeof ${checked} !== ${base === 'string' ? code`'string'` : code`'number'`}) throw new TypeError(${stringLiteral(`${name} must be a ${base}`)});\n`;
  const checks = checksOf(schema, checked).map(
    ([test, rule]) => code`if (!(${test})) throw new TypeError(${stringLiteral(`${name} must ${rule}`)});`,
  );
  return code`export type ${type} = ${baseType} & { readonly [brand]: ${stringLiteral(name)} };
/** Checks a value and gives it the type ${type}; throws a TypeError that names the broken rule. */
export function ${identifier(constructorName)}(value: ${input}): ${type} {
${indent(code`${result}${typed}${join(checks, '\n')}${checks.length > 0 ? code`\n` : nothing}return ${checked} as ${type};`)}
}
`;
}

/** Conditions that hold for a valid value, each with its wording after "must". */
function checksOf(schema: Schema, checked: Code): readonly (readonly [test: Code, rule: string])[] {
  const checks: (readonly [Code, string])[] = [];
  if (schema.minLength !== undefined)
    checks.push([
      code`[...${checked}].length >= ${literal(schema.minLength)}`,
      schema.minLength === 1 ? 'not be empty' : `have at least ${schema.minLength} characters`,
    ]);
  if (schema.maxLength !== undefined)
    checks.push([
      code`[...${checked}].length <= ${literal(schema.maxLength)}`,
      `have at most ${schema.maxLength} characters`,
    ]);
  if (schema.pattern !== undefined)
    checks.push([
      code`${pattern(schema.pattern, isUnicodePattern(schema.pattern) ? 'u' : '')}.test(${checked})`,
      `match ${schema.pattern}`,
    ]);
  const format = formatChecks.get(schema.format ?? '');
  if (format !== undefined) checks.push([code`${identifier(format.name)}(${checked})`, format.rule]);
  if (schema.type?.[0] === 'integer') checks.push([code`Number.isInteger(${checked})`, 'be an integer']);
  if (schema.minimum !== undefined)
    checks.push([code`${checked} >= ${literal(schema.minimum)}`, `be at least ${schema.minimum}`]);
  if (schema.maximum !== undefined)
    checks.push([code`${checked} <= ${literal(schema.maximum)}`, `be at most ${schema.maximum}`]);
  if (schema.exclusiveMinimum !== undefined)
    checks.push([code`${checked} > ${literal(schema.exclusiveMinimum)}`, `be greater than ${schema.exclusiveMinimum}`]);
  if (schema.exclusiveMaximum !== undefined)
    checks.push([code`${checked} < ${literal(schema.exclusiveMaximum)}`, `be less than ${schema.exclusiveMaximum}`]);
  // 0.3 / 0.1 is not 3 in binary: a multiple counts to twelve digits.
  if (schema.multipleOf !== undefined)
    checks.push([
      code`Number.isInteger(Number((${checked} / ${literal(schema.multipleOf)}).toPrecision(12)))`,
      `be a multiple of ${schema.multipleOf}`,
    ]);
  if (schema.enum !== undefined)
    checks.push([
      code`(${literal(schema.enum)} as readonly unknown[]).includes(${checked})`,
      'be one of the declared values',
    ]);
  return checks;
}

function isUnicodePattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

interface FormatCheck {
  readonly name: string;
  readonly rule: string;
  readonly uses: readonly string[];
  readonly text: Code;
}

const fullDate: FormatCheck = {
  name: 'isFullDate',
  rule: 'be a calendar day such as 2026-04-15 (RFC 3339)',
  uses: [],
  text: code`/** RFC 3339 full-date, leap years included. */
function isFullDate(text: string): boolean {
  const parts = /^(\\d{4})-(\\d{2})-(\\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
`,
};

const dateTime: FormatCheck = {
  name: 'isDateTime',
  rule: 'be a point in time with an offset such as 2026-04-15T06:30:00Z (RFC 3339)',
  uses: ['date'],
  text: code`/** RFC 3339 date-time; a leap second only at 23:59:60 UTC. */
function isDateTime(text: string): boolean {
  const parts = /^(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}):(\\d{2}):(\\d{2})(?:\\.\\d+)?(?:[Zz]|([+-])(\\d{2}):(\\d{2}))$/.exec(text);
  if (parts === null || !isFullDate(parts[1] ?? '')) return false;
  const [hour, minute, second] = [Number(parts[2]), Number(parts[3]), Number(parts[4])];
  const [offsetHour, offsetMinute] = [Number(parts[6] ?? 0), Number(parts[7] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  const offset = (offsetHour * 60 + offsetMinute) * (parts[5] === '-' ? -1 : 1);
  return second < 60 || (((hour * 60 + minute - offset) % 1440) + 1440) % 1440 === 1439;
}
`,
};

const duration: FormatCheck = {
  name: 'isDuration',
  rule: 'be a duration such as PT12M30S (ISO 8601)',
  uses: [],
  text: code`/** ISO 8601 duration as in RFC 3339, appendix A. */
function isDuration(text: string): boolean {
  return /^P(?!$)(?:\\d+W|(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|\\d+M(?:\\d+D)?|\\d+D)?(?:T(?!$)(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S))?)$/.test(text);
}
`,
};

const formatChecks: ReadonlyMap<string, FormatCheck> = new Map([
  ['date', fullDate],
  ['date-time', dateTime],
  ['duration', duration],
]);

/** Names that {@link printBrandSupport} and the branded types take in the module. */
export const brandSupportNames: readonly string[] = [
  'brand',
  'textOfDate',
  ...[...formatChecks.values()].map(({ name }) => name),
];

const textOfDate = code`/** A Date in the notation of RFC 3339; a Date that holds no time is a TypeError. */
function textOfDate(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new TypeError('the Date holds no valid time');
  return value.toISOString();
}
`;

/** The key of brands. It is private to the file: a value of another SDK passes through the constructor first, because its rules may differ. */
export const brandKey: Code = code`declare const brand: unique symbol;\n`;

/** Functions that the constructors of these schemas call. */
export function printBrandSupport(schemas: readonly Schema[]): Code {
  const formats = new Set(
    schemas.flatMap(({ format }) => (format === undefined ? [] : [format, ...(formatChecks.get(format)?.uses ?? [])])),
  );
  const checks = [...formatChecks].filter(([format]) => formats.has(format));
  const functions = [
    ...(schemas.some(({ format, type }) => type?.[0] === 'string' && dateFormats.has(format ?? ''))
      ? [textOfDate]
      : []),
    ...checks.map(([, { text }]) => text),
  ];
  return functions.length === 0 ? nothing : code`\n${join(functions, '\n')}`;
}
