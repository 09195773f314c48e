import type { JsonValue } from '../json.ts';

/** Leaves the plain subset: the full parser decides. Never leaves the fast reader. */
export class NotPlain extends Error {}

/** Begins no plain scalar, in whatever collection. */
export const reservedStart = /[,[\]{}#&*!|>'"%@`]/;

/** A line end counts as blank, and so does the end of the text. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 10 || Number.isNaN(code);
}

/** True for what begins neither a plain scalar nor a key of one. */
export function isReserved(text: string, start: number): boolean {
  const first = text.charAt(start);
  return (
    reservedStart.test(first) ||
    ((first === '?' || first === ':' || first === '-') && isBlank(text.charCodeAt(start + 1)))
  );
}

/** End of a plain scalar of a block collection. */
export function plainEnd(text: string, start: number): number {
  if (isReserved(text, start)) throw new NotPlain();
  // Looked for in the line alone: a search that runs on to the end of the text makes the whole quadratic.
  let line = text.slice(start, lineEnd(text, start));
  const comment = line.indexOf(' #');
  if (comment !== -1) line = line.slice(0, comment);
  line = withoutBlanksAtEnd(line);
  if (line.includes(': ') || line.endsWith(':')) throw new NotPlain();
  return start + line.length;
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/** End of a quoted scalar that ends in its line. */
export function quotedEnd(text: string, start: number): number {
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

/** What a quoted scalar says. */
export function quotedText(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (text.charCodeAt(start) === 39) return inner.replaceAll("''", "'");
  if (!inner.includes('\\')) return inner;
  if (/\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(inner.replaceAll('\\\\', ''))) throw new NotPlain();
  return JSON.parse(`"${inner}"`) as string;
}

/** A key on one line must end sooner (YAML 1.2.2, section 7.4.2). */
export const keyLengthMax = 1_024;

/** A key in the text that it has; integers are taken as text. */
export function keyText(text: string, start: number, end: number): string {
  if (end - start >= keyLengthMax) throw new NotPlain();
  const first = text.charAt(start);
  if (first === '"' || first === "'") return quotedText(text, start, end);
  const key = withoutBlanksAtEnd(text.slice(start, end));
  const value = plainValue(key);
  if (typeof value === 'string' ? key === '<<' : !(typeof value === 'number' && Number.isSafeInteger(value)))
    throw new NotPlain();
  return key;
}

/** Blanks only: a no-break space at the end belongs to the value. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (line.charCodeAt(end - 1) === 32) end -= 1;
  return end === line.length ? line : line.slice(0, end);
}

/** A literal or folded block, and the beginning of the line after it; `indent` is that of the collection around it. */
export function blockScalar(text: string, start: number, indent: number): readonly [value: string, end: number] {
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
  const body = text.charAt(start) === '|' ? lines.join('\n') : fold(lines);
  return [match[1] === '-' ? body : `${body}\n`, Math.min(lineStart, text.length)];
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
export function plainValue(text: string): JsonValue {
  const first = text.charCodeAt(0);
  // Letters other than those of null, true and false, and most words, are settled at once.
  if (first >= 65 && !/^[nNtTfF~]/.test(text)) return text;
  if (text === '~' || text === 'null' || text === 'Null' || text === 'NULL' || text === '') return null;
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === 'FALSE') return false;
  if (!/^[-+.\d]/.test(text)) return text;
  if (/^[-+]?(?:\d+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/.test(text)) {
    const value = Number(text);
    // Of the long numbers only whole ones are certain: a fraction may have been rounded to one.
    if (!Number.isFinite(value) || (text.length > 15 && !(Number.isSafeInteger(value) && /^[-+]?\d+$/.test(text))))
      throw new NotPlain();
    return value;
  }
  if (/^(?:0[ox]|[-+]?\.(?:inf|nan))/i.test(text)) throw new NotPlain();
  return text;
}
