import { numberFormats, stringFormats } from './formats.ts';
import { counted, type Frame, fail } from './frame.ts';
import type { SchemaKeywords } from './schema-table.ts';
import { codePoints, isEqual, isMultipleOf } from './values.ts';
import { kindOf, nearestCodes } from './violation.ts';

const list = (values: readonly unknown[]): string => {
  const shown = values.slice(0, 8).map((value) => JSON.stringify(value));
  return values.length > 8 ? `${shown.join(', ')} and ${values.length - 8} more` : shown.join(', ');
};

function article(types: readonly string[]): string {
  return types.map((type) => (type === 'null' ? 'null' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`)).join(' or ');
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return kindOf(value) === type && (type !== 'number' || Number.isFinite(value));
}

const patterns = new Map<string, RegExp>();

/** A pattern as ECMA-262 reads it: in Unicode mode, else as it stands. */
export function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    try {
      pattern = new RegExp(source, 'u');
    } catch {
      pattern = new RegExp(source);
    }
    patterns.set(source, pattern);
  }
  return pattern;
}

/** `type`, `const` and `enum`. */
export function checkGeneral(node: SchemaKeywords, value: unknown, frame: Frame): boolean {
  let valid = true;
  if (node.type !== undefined && !node.type.some((type) => isOfType(value, type)))
    valid = fail(frame, 'type', `must be ${article(node.type)}`, value);
  if ('const' in node && !isEqual(value, node.const))
    valid = fail(frame, 'const', `must be ${JSON.stringify(node.const)}`, value);
  if (node.enum !== undefined && !node.enum.some((member) => isEqual(value, member))) {
    const near = typeof value === 'string' && node.classified !== true ? nearestCodes(value, node.enum) : [];
    const hint = near.length === 0 ? '' : `; nearest: ${near.join(', ')}`;
    valid = fail(frame, 'enum', `must be one of ${list(node.enum)}${hint}`, value);
  }
  return valid;
}

/** Keywords of numbers. */
export function checkNumber(node: SchemaKeywords, value: number, frame: Frame): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = node;
  let valid = true;
  const check = (holds: boolean, keyword: string, message: string): void => {
    if (!holds) valid = fail(frame, keyword, message, value);
  };
  if (minimum !== undefined) check(value >= minimum, 'minimum', `must be at least ${minimum}`);
  if (maximum !== undefined) check(value <= maximum, 'maximum', `must be at most ${maximum}`);
  if (exclusiveMinimum !== undefined)
    check(value > exclusiveMinimum, 'exclusiveMinimum', `must be greater than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined)
    check(value < exclusiveMaximum, 'exclusiveMaximum', `must be less than ${exclusiveMaximum}`);
  if (multipleOf !== undefined)
    check(isMultipleOf(value, multipleOf), 'multipleOf', `must be a multiple of ${multipleOf}`);
  if (format !== undefined && Object.hasOwn(numberFormats, format))
    check(numberFormats[format]?.(value) === true, 'format', `must have format ${format}`);
  return valid;
}

/** Keywords of strings. */
export function checkString(node: SchemaKeywords, value: string, frame: Frame): boolean {
  const { minLength, maxLength, pattern, format } = node;
  let valid = true;
  const check = (holds: boolean, keyword: string, message: string): void => {
    if (!holds) valid = fail(frame, keyword, message, value);
  };
  if (minLength !== undefined)
    check(codePoints(value) >= minLength, 'minLength', `must have at least ${counted(minLength, 'character')}`);
  if (maxLength !== undefined)
    check(codePoints(value) <= maxLength, 'maxLength', `must have at most ${counted(maxLength, 'character')}`);
  if (pattern !== undefined) check(patternOf(pattern).test(value), 'pattern', `must match ${pattern}`);
  if (format !== undefined && Object.hasOwn(stringFormats, format))
    check(stringFormats[format]?.(value) === true, 'format', `must have format ${format}`);
  return valid;
}
