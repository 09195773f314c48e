import type { JsonValue } from '../json.ts';
import { joinPointer } from '../pointer.ts';
import type { Limits } from './limits.ts';
import { type LimitProblem, Tally, tooDeep, tooManyValues } from './tally.ts';

/** A problem at an offset of the text; the caller turns the offset into line and column. */
export interface ParseProblem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly offset: number;
  readonly pointer: string;
  readonly why?: string;
  readonly fix?: string;
}

/** Stops the parse at the first thing that makes the rest unreadable. Never leaves this module. */
class JsonSyntaxStop extends Error {}

// Keywords whose rounded value is a slightly wider bound, or that only illustrate: a warning is enough there.
const roundingIsHarmless = /\/(maximum|minimum|exclusiveMaximum|exclusiveMinimum|example|examples|x-[^/]*)(\/|$)/;

/**
 * Strict JSON (RFC 8259) in one pass, with what JSON.parse does not tell: duplicate keys, numbers that a double cannot
 * hold, and depth and node limits. Recursion is bounded by `limits.depthMax`.
 */
export function parseJson(
  text: string,
  limits: Limits,
  duplicateKeys: 'error' | 'warning' = 'error',
): readonly [value: JsonValue | undefined, problems: readonly ParseProblem[]] {
  const parser = new JsonParser(text, limits, duplicateKeys);
  return parser.parse();
}

class JsonParser {
  readonly #text: string;
  readonly #limits: Limits;
  readonly #tally: Tally;
  readonly #duplicateKeys: 'error' | 'warning';
  readonly #problems: ParseProblem[] = [];
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, limits: Limits, duplicateKeys: 'error' | 'warning') {
    this.#text = text;
    this.#limits = limits;
    this.#tally = new Tally(limits);
    this.#duplicateKeys = duplicateKeys;
  }

  parse(): readonly [JsonValue | undefined, readonly ParseProblem[]] {
    try {
      const value = this.#value();
      this.#blank();
      if (this.#at < this.#text.length)
        this.#stop('contract/json-syntax', 'Text goes on after the end of the JSON value', 'Remove what follows.');
      return [value, this.#problems];
    } catch (error) {
      if (error instanceof JsonSyntaxStop) return [undefined, this.#problems];
      throw error;
    }
  }

  #report(problem: Omit<ParseProblem, 'pointer'>): void {
    this.#problems.push({ ...problem, pointer: joinPointer('', ...this.#path) });
  }

  #stop(code: string, message: string, fix: string): never {
    this.#report({ code, severity: 'error', message, offset: Math.min(this.#at, this.#text.length), fix });
    throw new JsonSyntaxStop(message);
  }

  #stopAtLimit({ code, message, fix }: LimitProblem): never {
    return this.#stop(code, message, fix);
  }

  #unexpected(wanted: string): never {
    const found =
      this.#at >= this.#text.length ? 'the end of the file' : JSON.stringify(this.#text.slice(this.#at, this.#at + 1));
    return this.#stop(
      'contract/json-syntax',
      `Expected ${wanted} but found ${found}`,
      'Correct the JSON at this place; commas, quotes and brackets before it are the usual cause.',
    );
  }

  #blank(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #value(): JsonValue {
    this.#blank();
    if (!this.#tally.add()) this.#stopAtLimit(tooManyValues(this.#limits));
    switch (this.#text.charCodeAt(this.#at)) {
      case 123:
        return this.#object();
      case 91:
        return this.#array();
      case 34:
        return this.#string();
      case 116:
        return this.#word('true', true);
      case 102:
        return this.#word('false', false);
      case 110:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #word(word: string, value: JsonValue): JsonValue {
    if (!this.#text.startsWith(word, this.#at)) this.#unexpected('a JSON value');
    this.#at += word.length;
    return value;
  }

  #object(): JsonValue {
    if (!this.#tally.open()) this.#stopAtLimit(tooDeep(this.#limits));
    this.#at += 1;
    const object: Record<string, JsonValue> = {};
    this.#blank();
    if (this.#text.charCodeAt(this.#at) === 125) {
      this.#at += 1;
      this.#tally.close();
      return object;
    }
    const depth = this.#path.length;
    for (;;) {
      this.#blank();
      const start = this.#at;
      if (this.#text.charCodeAt(start) !== 34) this.#unexpected('a member name in double quotes');
      const name = this.#string();
      this.#path[depth] = name;
      if (Object.hasOwn(object, name)) {
        this.#report({
          code: 'contract/duplicate-key',
          severity: this.#duplicateKeys,
          message: `Member ${JSON.stringify(name)} occurs twice`,
          offset: start,
          why: 'Readers disagree on which of the two counts, so the contract means different things to different tools.',
          fix: 'Keep one of the two; duplicateKeys (--allow-duplicate-keys) lets the last one win.',
        });
      }
      this.#blank();
      if (this.#text.charCodeAt(this.#at) !== 58) this.#unexpected('":"');
      this.#at += 1;
      const value = this.#value();
      if (name === '__proto__')
        Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      else object[name] = value;
      this.#blank();
      const next = this.#text.charCodeAt(this.#at);
      if (next === 44) this.#at += 1;
      else if (next === 125) break;
      else this.#unexpected('"," or "}"');
    }
    this.#at += 1;
    this.#path.length = depth;
    this.#tally.close();
    return object;
  }

  #array(): JsonValue {
    if (!this.#tally.open()) this.#stopAtLimit(tooDeep(this.#limits));
    this.#at += 1;
    const array: JsonValue[] = [];
    this.#blank();
    if (this.#text.charCodeAt(this.#at) === 93) {
      this.#at += 1;
      this.#tally.close();
      return array;
    }
    const depth = this.#path.length;
    for (;;) {
      this.#path[depth] = array.length;
      array.push(this.#value());
      this.#blank();
      const next = this.#text.charCodeAt(this.#at);
      if (next === 44) this.#at += 1;
      else if (next === 93) break;
      else this.#unexpected('"," or "]"');
    }
    this.#at += 1;
    this.#path.length = depth;
    this.#tally.close();
    return array;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 34) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === 92) return this.#escapedString(start, at);
      if (!(code >= 32)) {
        this.#at = at;
        this.#unexpected(at >= text.length ? 'the closing quote of a string' : 'no control character in a string');
      }
      at += 1;
    }
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    let at = firstEscape;
    for (let code = text.charCodeAt(at); code !== 34; code = text.charCodeAt(at)) {
      if (!(code >= 32)) {
        this.#at = at;
        this.#unexpected(at >= text.length ? 'the closing quote of a string' : 'no control character in a string');
      }
      at += code === 92 ? 2 : 1;
    }
    this.#at = at + 1;
    try {
      return JSON.parse(text.slice(start - 1, at + 1)) as string;
    } catch {
      this.#at = firstEscape;
      return this.#unexpected('a valid escape sequence');
    }
  }

  #number(): number {
    const shape = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    shape.lastIndex = this.#at;
    const token = shape.exec(this.#text)?.[0];
    if (token === undefined) this.#unexpected('a JSON value');
    const value = Number(token);
    if (token.length > 15 || !Number.isFinite(value)) this.#checkPrecision(token, value);
    this.#at += token.length;
    return Number.isFinite(value) ? value : Number.MAX_VALUE * Math.sign(value);
  }

  #checkPrecision(token: string, value: number): void {
    if (isExact(token, value)) return;
    const pointer = joinPointer('', ...this.#path);
    this.#report({
      code: 'contract/number-precision-lost',
      severity: roundingIsHarmless.test(pointer) && Number.isFinite(value) ? 'warning' : 'error',
      message: `Number ${token.slice(0, 60)} cannot be held exactly by a double`,
      offset: this.#at,
      why: 'JavaScript and most JSON readers round it, so two systems see two different values.',
      fix: 'Write it as a string, or use a number that a double holds.',
    });
  }
}

/** True when a double is what the author can have meant: an exact integer, or a fraction of at most 17 digits. */
export function isExact(token: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const digits = token
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
  if (digits.length <= 15) return value !== 0 || digits === '';
  if (/^-?\d+$/.test(token)) return BigInt(token) === BigInt(value);
  return digits.length <= 17;
}
