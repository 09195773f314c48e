import type { JsonValue } from '@millwright/contract';
import { isIdentifier } from './identifiers.ts';

declare const codeBrand: unique symbol;

/**
 * Text of a program. It can only be made by the doors of this file, each of which escapes what it lets in, so text of a
 * contract cannot become code: a plain string does not fit where `Code` is asked for.
 */
export type Code = string & { readonly [codeBrand]: true };

/** Template of code: the literal parts are ours, the holes take only `Code`. */
export function code(parts: TemplateStringsArray, ...holes: readonly Code[]): Code {
  let text = parts[0] as string;
  for (let index = 0; index < holes.length; index += 1) text += (holes[index] as string) + (parts[index + 1] as string);
  return text as Code;
}

/** No code. */
export const nothing: Code = '' as Code;

/** Parts with a separator between them; empty parts are kept. */
export function join(
  parts: readonly Code[],
  separator: '' | ', ' | ' | ' | ' & ' | ' && ' | ' || ' | '\n' | '\n\n' | '; ',
): Code {
  return parts.join(separator) as Code;
}

/** Every line that is not empty, moved right by `levels` times two blanks. */
export function indent(text: Code, levels = 1): Code {
  const margin = '  '.repeat(levels);
  // Between line ends, but not before an empty line; faster than one pattern over the whole.
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) if (lines[index] !== '') lines[index] = margin + lines[index];
  return lines.join('\n') as Code;
}

// Line ends inside strings, lone surrogates, and the controls that reorder or hide text on screen (Trojan Source, CVE-2021-42574).
const unsafeInString =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\\'\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|<(?=[/!])/g;

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  if (character === "'") return "\\'";
  if (character === '\n') return '\\n';
  if (character === '<') return '\\x3c';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A string literal in single quotes with the same value as `value`. */
export function stringLiteral(value: string): Code {
  return `'${value.replace(unsafeInString, escapeCharacter)}'` as Code;
}

/** A JSON value as an expression (or a literal type). Members are sorted, so key order of the source leaves no trace. */
export function literal(value: JsonValue): Code {
  if (typeof value === 'string') return stringLiteral(value);
  if (value === null || typeof value !== 'object') return String(Object.is(value, -0) ? 0 : value) as Code;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]` as Code;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${key(name)}: ${literal((value as Record<string, JsonValue>)[name] as JsonValue)}`);
  return (members.length === 0 ? '{}' : `{ ${members.join(', ')} }`) as Code;
}

/** Name of a member in an object literal, interface or type. `__proto__` is computed, else it would set the prototype. */
export function key(name: string): Code {
  if (name === '__proto__') return "['__proto__']" as Code;
  return (/^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name)) as Code;
}

/** Access to a member: `.name` or `['name']`. */
export function access(name: string): Code {
  return (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${stringLiteral(name)}]`) as Code;
}

/** An identifier made by a NameScope. Anything else is a bug of ours and throws. */
export function identifier(name: string): Code {
  if (!isIdentifier(name)) throw new Error(`invariant: ${JSON.stringify(name)} is not an identifier`);
  return name as Code;
}

/** A regular expression with the meaning of a JSON Schema pattern: unanchored, by code points where that compiles. */
export function pattern(source: string, flags: 'u' | '' = 'u'): Code {
  return `new RegExp(${stringLiteral(source)}${flags === '' ? '' : `, '${flags}'`})` as Code;
}

// One line of plain characters, among them none that ends a comment or begins a tag: most texts are.
const plainLine = /^[ -)+-?A-~]*$/;

/** Lines of text made harmless inside a comment. */
function commentLines(text: string): readonly string[] {
  if (plainLine.test(text)) return [text.trimEnd()];
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029\v\f]/).map((line) =>
    line
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
      .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
      .replaceAll('*/', '*\\/')
      .replace(/^(\s*)@/, '$1\\@')
      .trimEnd(),
  );
}

/** One block tag of a JSDoc comment: `@deprecated`, `@example`, `@default`, `@see`. */
export interface CommentTag {
  readonly tag: 'deprecated' | 'example' | 'defaultValue' | 'see' | 'remarks' | 'throws';
  readonly text: string;
}

/** A JSDoc comment with a line end after it, or nothing when there is no text. */
export function comment(text: string | undefined, tags: readonly CommentTag[] = []): Code {
  const lines = text === undefined || text.trim() === '' ? [] : [...commentLines(text.trim())];
  for (const { tag, text: value } of tags) {
    const [first = '', ...rest] = commentLines(value.trim());
    lines.push(`@${tag}${first === '' ? '' : ` ${first}`}`, ...rest);
  }
  if (lines.length === 0) return nothing;
  if (lines.length === 1) return `/** ${lines[0]} */\n` as Code;
  return `/**\n${lines.map((line) => (line === '' ? ' *' : ` * ${line}`)).join('\n')}\n */\n` as Code;
}

/** First lines of a generated file. */
export function fileHeader(title: string, version: string): Code {
  const oneLine = commentLines(`${title} ${version}`).join(' ').trim().slice(0, 120);
  return `/* Generated by Millwright from ${oneLine}. Do not edit. */\n` as Code;
}
