import type { JsonValue } from '../json.ts';
import type { Limits } from './limits.ts';
import { PlainFlowReader } from './plain-yaml-flow.ts';
import {
  blockScalar,
  isBlank,
  isReserved,
  keyText,
  NotPlain,
  plainEnd,
  plainValue,
  quotedEnd,
  quotedText,
} from './plain-yaml-scalars.ts';
import { Tally } from './tally.ts';

/**
 * Reads the part of YAML 1.2 that contracts are mostly written in: block and flow collections, one-line scalars, literal
 * and simple folded blocks. Everything else (anchors, tags, tabs, scalars over several lines, duplicate keys, errors of
 * any kind) gives undefined, and the full parser reads the file. What is accepted has the value that the full parser
 * gives; a differential test holds the two together. It is here because it is several times faster (docs/adr/0002).
 */
export function parsePlainYaml(text: string, limits: Limits): JsonValue | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|^(?:---|\.\.\.|%)/m.test(text)) return undefined;
  try {
    return new PlainYamlReader(text, limits).read();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class PlainYamlReader {
  readonly #text: string;
  readonly #tally: Tally;
  readonly #flow: PlainFlowReader;
  /** First character of the current line's content, and its column; -1 at the end of the text. */
  #at = 0;
  #indent = -1;

  constructor(text: string, limits: Limits) {
    this.#text = text;
    this.#tally = new Tally(limits);
    this.#flow = new PlainFlowReader(text, this.#tally);
  }

  read(): JsonValue {
    this.#seek(0);
    if (this.#indent === -1) throw new NotPlain();
    const value = this.#block(this.#indent);
    if (this.#indent !== -1) throw new NotPlain();
    return value;
  }

  /** Goes to the next line with content, from the beginning of a line. */
  #seek(lineStart: number): void {
    const text = this.#text;
    let start = lineStart;
    while (start < text.length) {
      let at = start;
      while (text.charCodeAt(at) === 32) at += 1;
      const code = text.charCodeAt(at);
      if (code === 10) start = at + 1;
      else if (code === 35) {
        const end = text.indexOf('\n', at);
        start = end === -1 ? text.length : end + 1;
      } else if (at < text.length) {
        this.#at = at;
        this.#indent = at - start;
        return;
      } else break;
    }
    this.#at = text.length;
    this.#indent = -1;
  }

  /** Ends a line after a value: only blanks and a comment may follow. */
  #endLine(after: number): void {
    const text = this.#text;
    let at = after;
    while (text.charCodeAt(at) === 32) at += 1;
    const code = text.charCodeAt(at);
    if (code === 35 && at > after) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else if (code !== 10 && at < text.length) throw new NotPlain();
    this.#seek(at + 1);
  }

  #block(indent: number): JsonValue {
    const isItem = this.#isItem(this.#at);
    if (!isItem && this.#keyEnd(this.#at) === undefined) return this.#inline(this.#at, indent - 1);
    if (!this.#tally.add() || !this.#tally.open()) throw new NotPlain();
    const value = isItem ? this.#sequence(indent) : this.#mapping(indent);
    this.#tally.close();
    return value;
  }

  #isItem(at: number): boolean {
    const next = this.#text.charCodeAt(at + 1);
    return this.#text.charCodeAt(at) === 45 && (next === 32 || next === 10 || at + 1 >= this.#text.length);
  }

  /** Place of the colon after a one-line key; undefined when the line holds no key. */
  #keyEnd(start: number): number | undefined {
    const text = this.#text;
    const first = text.charAt(start);
    if (first === '"' || first === "'") {
      const end = quotedEnd(text, start);
      return text.charAt(end) === ':' && isBlank(text.charCodeAt(end + 1)) ? end : undefined;
    }
    if (isReserved(text, start)) {
      if (first === '[' || first === '{' || first === '|' || first === '>') return undefined;
      throw new NotPlain();
    }
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 58 && isBlank(text.charCodeAt(at + 1))) return at;
      if (code === 10 || at >= text.length || (code === 35 && text.charCodeAt(at - 1) === 32)) return undefined;
    }
  }

  #mapping(indent: number): JsonValue {
    const object: Record<string, JsonValue> = {};
    while (this.#indent === indent && !this.#isItem(this.#at)) {
      const start = this.#at;
      const colon = this.#keyEnd(start);
      if (colon === undefined) throw new NotPlain();
      const key = keyText(this.#text, start, colon);
      if (Object.hasOwn(object, key) || key === '__proto__') throw new NotPlain();
      object[key] = this.#valueAfter(colon + 1, indent, true);
    }
    if (this.#indent > indent) throw new NotPlain();
    return object;
  }

  #sequence(indent: number): JsonValue {
    const array: JsonValue[] = [];
    while (this.#indent === indent && this.#isItem(this.#at)) {
      const dash = this.#at;
      let at = dash + 1;
      while (this.#text.charCodeAt(at) === 32) at += 1;
      const empty = this.#text.charCodeAt(at) === 10 || at >= this.#text.length || this.#text.charCodeAt(at) === 35;
      if (!empty && (this.#isItem(at) || this.#keyEnd(at) !== undefined)) {
        // A collection that begins on the line of its dash is indented by where it begins.
        this.#at = at;
        this.#indent = indent + (at - dash);
        array.push(this.#block(this.#indent));
      } else array.push(this.#valueAfter(dash + 1, indent, false));
    }
    if (this.#indent > indent) throw new NotPlain();
    return array;
  }

  /** The value behind a colon or dash: on the same line, or as a deeper block; a sequence may stand at its key's own indent. */
  #valueAfter(start: number, indent: number, ofKey: boolean): JsonValue {
    const text = this.#text;
    let at = start;
    while (text.charCodeAt(at) === 32) at += 1;
    const code = text.charCodeAt(at);
    if (code !== 10 && at < text.length && !(code === 35 && at > start)) return this.#inline(at, indent);
    this.#endLine(start);
    if (this.#indent > indent || (ofKey && this.#indent === indent && this.#isItem(this.#at)))
      return this.#block(this.#indent);
    if (!this.#tally.add()) throw new NotPlain();
    return null;
  }

  /** A value that begins in a line; `indent` is that of the collection around it. */
  #inline(start: number, indent: number): JsonValue {
    const text = this.#text;
    const first = text.charAt(start);
    let value: JsonValue;
    let end: number;
    if (first === '[' || first === '{') {
      [value, end] = this.#flow.read(start, indent);
      this.#endLine(end);
    } else {
      if (!this.#tally.add()) throw new NotPlain();
      if (first === '|' || first === '>') {
        [value, end] = blockScalar(text, start, indent);
        this.#seek(end);
      } else {
        const isQuoted = first === '"' || first === "'";
        end = isQuoted ? quotedEnd(text, start) : plainEnd(text, start);
        value = isQuoted ? quotedText(text, start, end) : plainValue(text.slice(start, end));
        this.#endLine(end);
      }
    }
    // A deeper line would continue the scalar.
    if (this.#indent > indent) throw new NotPlain();
    return value;
  }
}
