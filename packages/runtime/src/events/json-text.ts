/** JSON that `JSON.parse` would take, and that two readers would not read alike or that harms a program. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

/** Deeper than any message of people, and far from where a reader that calls itself runs out of stack. */
const depthMax = 500;

const [quote, backslash, colon, minus, nine, zero] = [0x22, 0x5c, 0x3a, 0x2d, 0x39, 0x30];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON in UTF-8 as RFC 7493 (I-JSON) has it: a name once in an object, integers that a double holds, numbers that are finite;
 * not deeper than 500; and without `__proto__`, which programs copy into places where it changes them. Throws {@link JsonFault},
 * or what `TextDecoder` and `JSON.parse` throw.
 */
export function parseJson(data: Uint8Array): unknown {
  const text = decoder.decode(data);
  const names = scan(text);
  const value: unknown = JSON.parse(text);
  // Every member has one colon outside of texts; a second member of one name has left no trace in the value.
  if (countNames(value) !== names) throw new JsonFault('holds a name twice in one object');
  return value;
}

/** Looks at depth and numbers and counts the members, without making anything. What is no JSON is left to the parser. */
function scan(text: string): number {
  let names = 0;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === quote) index = endOfText(text, index);
    else if (unit === colon) names += 1;
    else if (unit === openBrace || unit === openBracket) {
      depth += 1;
      if (depth > depthMax) throw new JsonFault(`is deeper than ${depthMax}`);
    } else if (unit === closeBrace || unit === closeBracket) depth -= 1;
    else if (unit === minus || (unit >= zero && unit <= nine)) index = endOfNumber(text, index);
  }
  return names;
}

/** Index of the quote that ends a text: one before which an even number of backslashes stands. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** Fewer characters than the first integer that a double does not hold. */
const safeLength = 16;

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  let hasExponent = false;
  let isInteger = true;
  for (; end < text.length; end += 1) {
    const unit = text.charCodeAt(end);
    if (unit >= zero && unit <= nine) continue;
    // . e E + - are parts of a number, whatever else ends it.
    if (unit === 0x65 || unit === 0x45) hasExponent = true;
    else if (unit === 0x2e) isInteger = false;
    else if (unit !== 0x2b && unit !== minus) break;
  }
  if (hasExponent || end - start >= safeLength) demandExact(text.slice(start, end), isInteger && !hasExponent);
  return end - 1;
}

function demandExact(digits: string, isInteger: boolean): void {
  const number = Number(digits.slice(0, 400));
  if (isInteger && Math.abs(number) > Number.MAX_SAFE_INTEGER)
    throw new JsonFault('holds an integer beyond 2^53, which would lose digits');
  if (Math.abs(number) === Number.POSITIVE_INFINITY) throw new JsonFault('holds a number that is too large');
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countNames(item);
    return count;
  }
  // What JSON.parse makes inherits nothing that can be enumerated, so this loop sees what Object.keys would list.
  for (const name in value) {
    if (name === '__proto__') throw new JsonFault('holds a member __proto__');
    count += 1;
    const member: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member === 'object') count += countNames(member);
  }
  return count;
}
