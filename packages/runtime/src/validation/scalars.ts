import { counted, type Frame, fail } from './frame.ts';
import { type PreparedNode, typeBitOf } from './prepared-nodes.ts';
import { codePoints, isEqual, isMultipleOf } from './values.ts';
import { nearestCodes } from './violation.ts';

const list = (values: readonly unknown[]): string => {
  const shown = values.slice(0, 8).map((value) => JSON.stringify(value));
  return values.length > 8 ? `${shown.join(', ')} and ${values.length - 8} more` : shown.join(', ');
};

function article(types: readonly string[]): string {
  return types.map((type) => (type === 'null' ? 'null' : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`)).join(' or ');
}

/** `type`, `const` and `enum`. */
export function checkGeneral(node: PreparedNode, value: unknown, frame: Frame): boolean {
  const { types, choices, plainChoices } = node;
  let valid = true;
  if (types !== undefined && (typeBitOf(value) & node.typesMask) === 0)
    valid = frame.out !== undefined && fail(frame, 'type', `must be ${article(types)}`, value);
  if (node.hasConst && !isEqual(value, node.constant))
    valid = frame.out !== undefined && fail(frame, 'const', `must be ${JSON.stringify(node.constant)}`, value);
  if (choices === undefined) return valid;
  const isChosen =
    plainChoices === undefined ? choices.some((member) => isEqual(value, member)) : plainChoices.has(value);
  if (isChosen) return valid;
  if (frame.out === undefined) return false;
  const near = typeof value === 'string' && node.keywords.classified !== true ? nearestCodes(value, choices) : [];
  const hint = near.length === 0 ? '' : `; nearest: ${near.join(', ')}`;
  return fail(frame, 'enum', `must be one of ${list(choices)}${hint}`, value);
}

/** Keywords of numbers. */
export function checkNumber({ keywords, numberFormat }: PreparedNode, value: number, frame: Frame): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = keywords;
  let valid = true;
  // What is not a number is below no bound and above none.
  if (minimum !== undefined && !(value >= minimum))
    valid = fail(frame, 'minimum', `must be at least ${minimum}`, value);
  if (maximum !== undefined && !(value <= maximum)) valid = fail(frame, 'maximum', `must be at most ${maximum}`, value);
  if (exclusiveMinimum !== undefined && !(value > exclusiveMinimum))
    valid = fail(frame, 'exclusiveMinimum', `must be greater than ${exclusiveMinimum}`, value);
  if (exclusiveMaximum !== undefined && !(value < exclusiveMaximum))
    valid = fail(frame, 'exclusiveMaximum', `must be less than ${exclusiveMaximum}`, value);
  if (multipleOf !== undefined && !isMultipleOf(value, multipleOf))
    valid = fail(frame, 'multipleOf', `must be a multiple of ${multipleOf}`, value);
  if (numberFormat !== undefined && !numberFormat(value))
    valid = fail(frame, 'format', `must have format ${format}`, value);
  return valid;
}

/** Keywords of strings. */
export function checkString(node: PreparedNode, value: string, frame: Frame): boolean {
  const { minLength, maxLength, pattern, stringFormat } = node;
  let valid = true;
  // A text has at most as many code points as units, and at least half as many.
  if (value.length < 2 * minLength && codePoints(value) < minLength)
    valid = fail(frame, 'minLength', `must have at least ${counted(minLength, 'character')}`, value);
  if (value.length > maxLength && codePoints(value) > maxLength)
    valid = fail(frame, 'maxLength', `must have at most ${counted(maxLength, 'character')}`, value);
  if (pattern !== undefined && !pattern.test(value))
    valid = fail(frame, 'pattern', `must match ${node.keywords.pattern}`, value);
  if (stringFormat !== undefined && !stringFormat(value))
    valid = fail(frame, 'format', `must have format ${node.keywords.format}`, value);
  return valid;
}
