import type { JsonValue } from '../json.ts';
import type { Limits } from './limits.ts';

/** Leaves the plain subset: the full parser decides. Never leaves this module. */
class NotPlain extends Error {}

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

const reservedStart = /[,[\]{}#&*!|>'"%@`]/;

class PlainYamlReader {
  readonly #text: string;
  readonly #limits: Limits;
  /** First character of the current line's content, and its column; -1 at the end of the text. */
  #at = 0;
  #indent = -1;
  #nodes = 0;
  #depth = 0;

  constructor(text: string, limits: Limits) {
    this.#text = text;
    this.#limits = limits;
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

  #enter(): void {
    this.#nodes += 1;
    this.#depth += 1;
    if (this.#nodes > this.#limits.nodesMax || this.#depth > this.#limits.depthMax) throw new NotPlain();
  }

  #block(indent: number): JsonValue {
    this.#enter();
    let value: JsonValue;
    if (this.#isItem(this.#at)) value = this.#sequence(indent);
    else if (this.#keyEnd(this.#at) !== undefined) value = this.#mapping(indent);
    else value = this.#inline(this.#at, indent - 1);
    this.#depth -= 1;
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
      const end = this.#quotedEnd(start);
      return text.charAt(end) === ':' && isBlank(text.charCodeAt(end + 1)) ? end : undefined;
    }
    if (
      reservedStart.test(first) ||
      ((first === '?' || first === ':' || first === '-') && isBlank(text.charCodeAt(start + 1)))
    ) {
      if (first === '[' || first === '{' || first === '|' || first === '>') return undefined;
      throw new NotPlain();
    }
    for (let at = start; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 58 && isBlank(text.charCodeAt(at + 1))) return at;
      if (code === 10 || at >= text.length || (code === 35 && text.charCodeAt(at - 1) === 32)) return undefined;
    }
  }

  #keyText(start: number, end: number): string {
    const first = this.#text.charAt(start);
    if (first === '"' || first === "'") return this.#quoted(start, end);
    const key = this.#text.slice(start, end).trimEnd();
    const value = plainValue(key);
    if (typeof value === 'string' ? key === '<<' : !(typeof value === 'number' && Number.isSafeInteger(value)))
      throw new NotPlain();
    return key;
  }

  #mapping(indent: number): JsonValue {
    const object: Record<string, JsonValue> = {};
    while (this.#indent === indent && !this.#isItem(this.#at)) {
      const start = this.#at;
      const colon = this.#keyEnd(start);
      if (colon === undefined) throw new NotPlain();
      const key = this.#keyText(start, colon);
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
    if (code !== 10 && at < text.length && !(code === 35 && at > start)) {
      this.#enter();
      const value = this.#inline(at, indent);
      this.#depth -= 1;
      return value;
    }
    this.#endLine(start);
    if (this.#indent > indent || (ofKey && this.#indent === indent && this.#isItem(this.#at)))
      return this.#block(this.#indent);
    this.#nodes += 1;
    return null;
  }

  /** A value that begins in a line; `indent` is that of the collection around it. */
  #inline(start: number, indent: number): JsonValue {
    const first = this.#text.charAt(start);
    if (first === '|' || first === '>') return this.#blockScalar(start, indent);
    let value: JsonValue;
    let end: number;
    if (first === '"' || first === "'") {
      end = this.#quotedEnd(start);
      value = this.#quoted(start, end);
    } else if (first === '[' || first === '{') {
      const flow = { at: start };
      value = this.#flow(flow, indent);
      end = flow.at;
    } else {
      end = this.#plainEnd(start);
      value = plainValue(this.#text.slice(start, end));
    }
    this.#endLine(end);
    // A deeper line would continue the scalar.
    if (this.#indent > indent) throw new NotPlain();
    return value;
  }

  #plainEnd(start: number): number {
    const text = this.#text;
    const first = text.charAt(start);
    if (
      reservedStart.test(first) ||
      ((first === '-' || first === '?' || first === ':') && isBlank(text.charCodeAt(start + 1)))
    )
      throw new NotPlain();
    // Looked for in the line alone: a search that runs on to the end of the text makes the whole quadratic.
    let line = text.slice(start, this.#lineEnd(start));
    const comment = line.indexOf(' #');
    if (comment !== -1) line = line.slice(0, comment);
    // Blanks only: a no-break space at the end belongs to the value.
    while (line.endsWith(' ')) line = line.slice(0, -1);
    if (line.includes(': ') || line.endsWith(':')) throw new NotPlain();
    return start + line.length;
  }

  #lineEnd(start: number): number {
    const end = this.#text.indexOf('\n', start);
    return end === -1 ? this.#text.length : end;
  }

  #quotedEnd(start: number): number {
    const text = this.#text;
    const quote = text.charCodeAt(start);
    for (let at = start + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 10) break;
      if (code === 92 && quote === 34) at += 1;
      else if (code === quote) {
        if (quote === 39 && text.charCodeAt(at + 1) === 39) at += 1;
        else return at + 1;
      }
    }
    throw new NotPlain();
  }

  #quoted(start: number, end: number): string {
    const inner = this.#text.slice(start + 1, end - 1);
    if (this.#text.charCodeAt(start) === 39) return inner.replaceAll("''", "'");
    if (!inner.includes('\\')) return inner;
    if (/\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(inner.replaceAll('\\\\', ''))) throw new NotPlain();
    return JSON.parse(`"${inner}"`) as string;
  }

  #blockScalar(start: number, indent: number): string {
    const text = this.#text;
    const header = /[|>](-?) *(?: #[^\n]*)?(?:\n|$)/y;
    header.lastIndex = start;
    const match = header.exec(text);
    if (match === null) throw new NotPlain();
    const lines: string[] = [];
    let contentIndent = -1;
    let lineStart = header.lastIndex;
    while (lineStart < text.length) {
      let end = text.indexOf('\n', lineStart);
      if (end === -1) end = text.length;
      let at = lineStart;
      while (at < end && text.charCodeAt(at) === 32) at += 1;
      if (at === end) {
        if (contentIndent === -1 || end - lineStart > contentIndent) throw new NotPlain();
        lines.push('');
      } else {
        if (contentIndent === -1) contentIndent = at - lineStart;
        if (at - lineStart < contentIndent) break;
        lines.push(text.slice(lineStart + contentIndent, end));
      }
      lineStart = end + 1;
    }
    if (contentIndent <= indent || contentIndent === -1) throw new NotPlain();
    while (lines.at(-1) === '') lines.pop();
    this.#seek(Math.min(lineStart, text.length));
    if (this.#indent > indent) throw new NotPlain();
    const body = text.charAt(start) === '|' ? lines.join('\n') : fold(lines);
    return match[1] === '-' ? body : `${body}\n`;
  }

  #flow(flow: { at: number }, indent: number): JsonValue {
    this.#enter();
    const open = this.#text.charAt(flow.at);
    const close = open === '[' ? ']' : '}';
    const array: JsonValue[] = [];
    const object: Record<string, JsonValue> = {};
    flow.at += 1;
    this.#flowBlank(flow, indent);
    while (this.#text.charAt(flow.at) !== close) {
      if (open === '[') array.push(this.#flowValue(flow, indent));
      else this.#flowPair(flow, indent, object);
      this.#flowBlank(flow, indent);
      if (this.#text.charAt(flow.at) === ',') {
        flow.at += 1;
        this.#flowBlank(flow, indent);
      } else if (this.#text.charAt(flow.at) !== close) throw new NotPlain();
    }
    flow.at += 1;
    this.#depth -= 1;
    return open === '[' ? array : object;
  }

  #flowBlank(flow: { at: number }, indent: number): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(flow.at);
      if (code === 32) flow.at += 1;
      else if (code === 10) {
        const start = flow.at + 1;
        let at = start;
        while (text.charCodeAt(at) === 32) at += 1;
        if (text.charCodeAt(at) !== 10 && at - start <= indent) throw new NotPlain();
        flow.at = at;
      } else if (code === 35) throw new NotPlain();
      else return;
    }
  }

  #flowPair(flow: { at: number }, indent: number, object: Record<string, JsonValue>): void {
    const start = flow.at;
    const first = this.#text.charAt(start);
    const end = first === '"' || first === "'" ? this.#quotedEnd(start) : this.#flowPlainEnd(start);
    const key = this.#keyText(start, end);
    flow.at = end;
    while (this.#text.charCodeAt(flow.at) === 32) flow.at += 1;
    if (
      this.#text.charAt(flow.at) !== ':' ||
      this.#text.charCodeAt(flow.at + 1) !== 32 ||
      Object.hasOwn(object, key) ||
      key === '__proto__'
    )
      throw new NotPlain();
    flow.at += 1;
    this.#flowBlank(flow, indent);
    object[key] = this.#flowValue(flow, indent);
  }

  #flowValue(flow: { at: number }, indent: number): JsonValue {
    const first = this.#text.charAt(flow.at);
    if (first === '[' || first === '{') return this.#flow(flow, indent);
    this.#nodes += 1;
    const start = flow.at;
    if (first === '"' || first === "'") {
      flow.at = this.#quotedEnd(start);
      const value = this.#quoted(start, flow.at);
      if (!/[,\]} \n]/.test(this.#text.charAt(flow.at))) throw new NotPlain();
      return value;
    }
    flow.at = this.#flowPlainEnd(start);
    const after = /[ \n]*/y;
    after.lastIndex = flow.at;
    after.exec(this.#text);
    if (!/[,\]}]/.test(this.#text.charAt(after.lastIndex))) throw new NotPlain();
    return plainValue(this.#text.slice(start, flow.at));
  }

  #flowPlainEnd(start: number): number {
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

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || Number.isNaN(code);
}

/** Lines between blank ones become one line; a blank line becomes a line end. More-indented lines keep theirs, so they are not simple. */
function fold(lines: readonly string[]): string {
  let text = lines[0] as string;
  let blank = 0;
  if (text.startsWith(' ')) throw new NotPlain();
  for (const line of lines.slice(1)) {
    if (line === '') blank += 1;
    else {
      if (line.startsWith(' ')) throw new NotPlain();
      text += (blank === 0 ? ' ' : '\n'.repeat(blank)) + line;
      blank = 0;
    }
  }
  return text;
}

/** Core schema (YAML 1.2.2, section 10.3.2) of a plain scalar. */
function plainValue(text: string): JsonValue {
  const first = text.charCodeAt(0);
  // Letters other than those of null, true and false, and most words, are settled at once.
  if (first >= 65 && !/^[nNtTfF~]/.test(text)) return text;
  if (text === '~' || text === 'null' || text === 'Null' || text === 'NULL' || text === '') return null;
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === 'FALSE') return false;
  if (!/^[-+.\d]/.test(text)) return text;
  if (/^[-+]?(?:\d+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value) || (text.length > 15 && !Number.isSafeInteger(value))) throw new NotPlain();
    return value;
  }
  if (/^(?:0[ox]|[-+]?\.(?:inf|nan))/i.test(text)) throw new NotPlain();
  return text;
}
