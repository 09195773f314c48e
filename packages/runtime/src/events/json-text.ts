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
  const names = scan(data);
  const value: unknown = JSON.parse(decoder.decode(data));
  // Every member has one colon outside of texts; a second member of one name has left no trace in the value.
  if (countNames(value) !== names) throw new JsonFault('holds a name twice in one object');
  return value;
}

/** Looks at depth and numbers and counts the members, without making anything. What is no JSON is left to the parser. */
function scan(data: Uint8Array): number {
  let names = 0;
  let depth = 0;
  for (let index = 0; index < data.length; index += 1) {
    const byte = data[index] as number;
    if (byte === quote) index = endOfText(data, index);
    else if (byte === colon) names += 1;
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > depthMax) throw new JsonFault(`is deeper than ${depthMax}`);
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    else if (byte === minus || (byte >= zero && byte <= nine)) index = endOfNumber(data, index);
  }
  return names;
}

/** Index of the quote that ends a text: one before which an even number of backslashes stands. */
function endOfText(data: Uint8Array, start: number): number {
  for (let end = data.indexOf(quote, start + 1); end >= 0; end = data.indexOf(quote, end + 1)) {
    let before = end - 1;
    while (data[before] === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return data.length;
}

/** Fewer characters than the first integer that a double does not hold. */
const safeLength = 16;

function endOfNumber(data: Uint8Array, start: number): number {
  let end = start + 1;
  let hasExponent = false;
  let isInteger = true;
  for (; end < data.length; end += 1) {
    const byte = data[end] as number;
    if (byte >= zero && byte <= nine) continue;
    // . e E + - are parts of a number, whatever else ends it.
    if (byte === 0x65 || byte === 0x45) hasExponent = true;
    else if (byte === 0x2e) isInteger = false;
    else if (byte !== 0x2b && byte !== minus) break;
  }
  if (hasExponent || end - start >= safeLength) demandExact(data.subarray(start, end), isInteger && !hasExponent);
  return end - 1;
}

function demandExact(digits: Uint8Array, isInteger: boolean): void {
  const number = Number(String.fromCharCode(...digits.subarray(0, 400)));
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
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw new JsonFault('holds a member __proto__');
    count += 1;
    const member: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member === 'object') count += countNames(member);
  }
  return count;
}
