import type { JsonValue } from '../json.ts';
import {
  keyLengthMax,
  keyText,
  NotPlain,
  plainValue,
  quotedEnd,
  quotedText,
  reservedStart,
} from './plain-yaml-scalars.ts';
import type { Tally } from './tally.ts';

/** Reads flow collections, `[...]` and `{...}`, of the plain subset of YAML. */
export class PlainFlowReader {
  readonly #text: string;
  readonly #tally: Tally;
  #at = 0;

  constructor(text: string, tally: Tally) {
    this.#text = text;
    this.#tally = tally;
  }

  /** The collection that begins at a bracket; `indent` is that of the block around it. */
  read(start: number, indent: number): readonly [value: JsonValue, end: number] {
    this.#at = start;
    const value = this.#collection(indent);
    return [value, this.#at];
  }

  #collection(indent: number): JsonValue {
    if (!this.#tally.add() || !this.#tally.open()) throw new NotPlain();
    const open = this.#text.charAt(this.#at);
    const close = open === '[' ? ']' : '}';
    const array: JsonValue[] = [];
    const object: Record<string, JsonValue> = {};
    this.#at += 1;
    this.#blank(indent);
    while (this.#text.charAt(this.#at) !== close) {
      if (open === '[') array.push(this.#value(indent));
      else this.#pair(indent, object);
      this.#blank(indent);
      if (this.#text.charAt(this.#at) === ',') {
        this.#at += 1;
        this.#blank(indent);
      } else if (this.#text.charAt(this.#at) !== close) throw new NotPlain();
    }
    this.#at += 1;
    this.#tally.close();
    return open === '[' ? array : object;
  }

  #blank(indent: number): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 32) this.#at += 1;
      else if (code === 10) {
        const start = this.#at + 1;
        let at = start;
        while (text.charCodeAt(at) === 32) at += 1;
        if (text.charCodeAt(at) !== 10 && at - start <= indent) throw new NotPlain();
        this.#at = at;
      } else if (code === 35) throw new NotPlain();
      else return;
    }
  }

  #pair(indent: number, object: Record<string, JsonValue>): void {
    const start = this.#at;
    const first = this.#text.charAt(start);
    const end = first === '"' || first === "'" ? quotedEnd(this.#text, start) : this.#plainEnd(start);
    const key = keyText(this.#text, start, end);
    this.#at = end;
    while (this.#text.charCodeAt(this.#at) === 32) this.#at += 1;
    if (
      this.#text.charAt(this.#at) !== ':' ||
      this.#text.charCodeAt(this.#at + 1) !== 32 ||
      Object.hasOwn(object, key) ||
      key === '__proto__' ||
      this.#at - start >= keyLengthMax
    )
      throw new NotPlain();
    this.#at += 1;
    this.#blank(indent);
    object[key] = this.#value(indent);
  }

  #value(indent: number): JsonValue {
    const first = this.#text.charAt(this.#at);
    if (first === '[' || first === '{') return this.#collection(indent);
    if (!this.#tally.add()) throw new NotPlain();
    const start = this.#at;
    if (first === '"' || first === "'") {
      this.#at = quotedEnd(this.#text, start);
      const value = quotedText(this.#text, start, this.#at);
      if (!/[,\]} \n]/.test(this.#text.charAt(this.#at))) throw new NotPlain();
      return value;
    }
    this.#at = this.#plainEnd(start);
    const after = /[ \n]*/y;
    after.lastIndex = this.#at;
    after.exec(this.#text);
    if (!/[,\]}]/.test(this.#text.charAt(after.lastIndex))) throw new NotPlain();
    return plainValue(this.#text.slice(start, this.#at));
  }

  #plainEnd(start: number): number {
    const text = this.#text;
    const first = text.charAt(start);
    if (
      first === '' ||
      reservedStart.test(first) ||
      (first === '-' && /[\s,[\]{}]/.test(text.charAt(start + 1))) ||
      first === '?' ||
      first === ':'
    )
      throw new NotPlain();
    let at = start;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 44 || code === 91 || code === 93 || code === 123 || code === 125 || code === 10) break;
      if (code === 58 && /[\s,[\]{}]/.test(text.charAt(at + 1))) break;
      if (code === 35 && text.charCodeAt(at - 1) === 32) throw new NotPlain();
    }
    while (text.charCodeAt(at - 1) === 32) at -= 1;
    return at;
  }
}
