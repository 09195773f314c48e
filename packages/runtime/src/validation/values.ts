/** A JSON object as validators see it. */
export type ObjectValue = Readonly<Record<string, unknown>>;

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member whose name every object inherits, such as `toString`; undefined when it is absent. */
export function own(object: ObjectValue, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** One flag for each ASCII character. */
type CharacterSet = Uint8Array;

/** The characters of a class as patterns write it, such as `A-Za-z0-9._-`, without escapes and negation. */
export function characterSet(members: string): CharacterSet {
  const set = new Uint8Array(128);
  for (let at = 0; at < members.length; at += 1) {
    const isRange = members.charAt(at + 1) === '-' && at + 2 < members.length;
    const last = isRange ? at + 2 : at;
    set.fill(1, members.charCodeAt(at), members.charCodeAt(last) + 1);
    at = last;
  }
  return set;
}

/** True for a text of so many characters that are all in the set: what `^[set]{min,max}$` asks, without an engine. */
export function consistsOf(text: string, set: CharacterSet, lengthMin: number, lengthMax: number): boolean {
  const { length } = text;
  if (length < lengthMin || length > lengthMax) return false;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127 || set[code] === 0) return false;
  }
  return true;
}

/** The UTF-16 unit at a place of a text, -1 past the end: a comparison for the caller that needs no length. */
export function codeAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : -1;
}

/** Number of Unicode code points, which is how JSON Schema counts the length of a string. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

/** Equality of JSON values: members in any order, numbers by value. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => isEqual(item, right[index]))
    );
  if (Array.isArray(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) => Object.hasOwn(right, name) && isEqual((left as ObjectValue)[name], (right as ObjectValue)[name]),
    )
  );
}

/** One text per value: equal values, and only they, have the same. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (!isObject(value)) return JSON.stringify(value === 0 ? 0 : value) ?? 'undefined';
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`);
  return `{${members.join()}}`;
}

/** Index of the first item that is equal to an earlier one, or -1. Linear, so that a long array cannot stall the process. */
export function duplicateIndex(items: readonly unknown[]): number {
  const plain = new Set<unknown>();
  const texts = new Set<string>();
  for (const [index, item] of items.entries()) {
    const isPlain = typeof item !== 'object' || item === null;
    const key = isPlain ? item : canonicalText(item);
    const seen: Set<unknown> = isPlain ? plain : texts;
    if (seen.has(key)) return index;
    seen.add(key);
  }
  return -1;
}

interface Scaled {
  readonly digits: bigint;
  readonly exponent: number;
}

function scaled(value: number): Scaled {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** True when `value` is a whole multiple of `divisor`, both taken as the decimals that they were written as. */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (value % divisor === 0) return true;
  if (Number.isInteger(divisor) && Number.isInteger(value)) return false;
  if (!Number.isFinite(value) || divisor === 0) return false;
  const [left, right] = [scaled(value), scaled(divisor)];
  const shift = left.exponent - right.exponent;
  // value = left * 10^shift in units of the divisor's last digit
  return shift >= 0
    ? (left.digits * 10n ** BigInt(shift)) % right.digits === 0n
    : left.digits % (right.digits * 10n ** BigInt(-shift)) === 0n;
}
