import type { Diagnostic, Result } from '../diagnostic.ts';
import type { SourceDocument } from '../document.ts';
import type { JsonValue } from '../json.ts';
import type { Limits } from './limits.ts';
import { rememberYamlTree, startOfPointer } from './locate.ts';
import { type ParseProblem, parseJson } from './parse-json.ts';
import { parsePlainYaml } from './parse-plain-yaml.ts';
import { parseYaml } from './parse-yaml.ts';
import { positionAt } from './position.ts';

/** Bytes of a file and what to call it. */
export interface DocumentSource {
  readonly file: string;
  readonly uri: string;
  readonly bytes: Uint8Array | string;
}

/** Bytes -> text -> value: UTF-8 only, JSON or YAML by name, else by the first character. */
export function readDocument(
  source: DocumentSource,
  limits: Limits,
  duplicateKeys: 'error' | 'warning' = 'error',
): Result<SourceDocument> {
  const { file, uri, bytes } = source;
  if (bytes.length > limits.bytesMax) {
    return [
      undefined,
      [
        problemAtStart(
          file,
          'contract/too-large',
          `The file is larger than ${limits.bytesMax} bytes`,
          'Split it, or raise limits.bytesMax in the config.',
        ),
      ],
    ];
  }
  const text = typeof bytes === 'string' ? bytes.replace(/^\ufeff/, '') : decode(bytes);
  if (text === undefined)
    return [
      undefined,
      [problemAtStart(file, 'contract/not-utf-8', 'The file is not valid UTF-8', 'Save it as UTF-8.')],
    ];
  if (text.trim() === '')
    return [
      undefined,
      [
        problemAtStart(
          file,
          'contract/empty-file',
          'The file is empty',
          'Write a contract into it, or take it off the list.',
        ),
      ],
    ];
  const syntax = syntaxOf(file, text);
  return syntax === 'json'
    ? readJson({ file, uri, syntax, text }, limits, duplicateKeys)
    : readYaml(file, uri, text, limits);
}

/** Without a byte order mark, as the text is in memory. */
function decode(bytes: Uint8Array): string | undefined {
  // JSON and YAML begin with ASCII and hold no NUL, so a NUL in front is one half of a UTF-16 or UTF-32 character.
  if (bytes[0] === 0 || bytes[1] === 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function syntaxOf(file: string, text: string): 'json' | 'yaml' {
  if (/\.json[a-z]*$/i.test(file)) return 'json';
  if (/\.ya?ml$/i.test(file)) return 'yaml';
  return /^\s*[{[]/.test(text) ? 'json' : 'yaml';
}

function readJson(
  source: Omit<SourceDocument, 'value'>,
  limits: Limits,
  duplicateKeys: 'error' | 'warning',
): Result<SourceDocument> {
  const [value, problems] = parseJson(source.text, limits, duplicateKeys);
  return finish({ ...source, value: value ?? null }, problems, value !== undefined);
}

function readYaml(file: string, uri: string, text: string, limits: Limits): Result<SourceDocument> {
  const plain = parsePlainYaml(text, limits);
  if (plain !== undefined) return [{ file, uri, syntax: 'yaml', text, value: plain }, []];
  const { value, problems, tree } = parseYaml(text, limits);
  const document: SourceDocument = { file, uri, syntax: 'yaml', text, value: value ?? null };
  rememberYamlTree(document, tree);
  return finish(document, problems, value !== undefined);
}

function finish(
  document: SourceDocument,
  problems: readonly ParseProblem[],
  readable: boolean,
): Result<SourceDocument> {
  const diagnostics = problems.map((problem): Diagnostic => {
    const { offset, pointer, ...rest } = problem;
    const at = offset === 0 && pointer !== '' ? (startOfPointer(document, pointer) ?? 0) : offset;
    return { ...rest, location: { file: document.file, ...positionAt(document.text, at), pointer } };
  });
  const usable = readable && !diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  return [usable ? document : undefined, diagnostics];
}

function problemAtStart(file: string, code: string, message: string, fix: string): Diagnostic {
  return { code, severity: 'error', message, fix, location: { file, line: 1, column: 1, pointer: '' } };
}

/** A document made of text in memory; used where a value has no file, such as one line of NDJSON. */
export function documentOf(file: string, text: string, value: JsonValue): SourceDocument {
  return { file, uri: `memory:${encodeURIComponent(file)}`, syntax: 'json', text, value };
}
