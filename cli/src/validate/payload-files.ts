import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Diagnostic,
  defaultLimits,
  isJsonObject,
  type JsonValue,
  locate,
  readDocument,
  type Schema,
  type SourceDocument,
} from '@millwright/contract';
import { UsageFailure } from '../failure.ts';
import { type PayloadChecker, unknownSchema, type Violation, wordViolation } from './payload-checker.ts';

/** How many values were looked at. */
export interface PayloadResult {
  readonly values: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Data files behind a path: the file itself, or every .json, .ndjson and .yaml file below a folder. */
export function payloadFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && /\.(json|jsonl|ndjson|ya?ml)$/i.test(item.name))
    .map((item) => join(item.parentPath, item.name))
    .sort();
}

/**
 * Checks one data file. In a folder `<object>/valid` the value must obey the schema of that name; in `<object>/invalid`
 * the file holds `{keyword, pointer, instance}` and the instance must fail just there.
 */
export function checkPayloadFile(file: string, schema: Schema | undefined, checker: PayloadChecker): PayloadResult {
  if (/\.(jsonl|ndjson)$/i.test(file)) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const results = lines.map((line, index) =>
      checkLine(line, index + 1, relative(process.cwd(), file), schema, checker),
    );
    return {
      values: results.filter(({ values }) => values > 0).length,
      diagnostics: results.flatMap(({ diagnostics }) => diagnostics),
    };
  }
  const shown = relative(process.cwd(), file).startsWith('..') ? file : relative(process.cwd(), file);
  const [document, problems] = readDocument(
    { file: shown, uri: pathToFileURL(file).href, bytes: readFileSync(file) },
    defaultLimits,
  );
  if (document === undefined) return { values: 1, diagnostics: problems };
  const verdict = basename(dirname(file));
  const chosen =
    schema ??
    (verdict === 'valid' || verdict === 'invalid' ? checker.find(basename(dirname(dirname(file)))) : undefined);
  if (chosen === undefined && isEvent(document.value))
    return {
      values: 1,
      diagnostics: [
        ...problems,
        ...checker.checkEvent(document.value).map((violation) => diagnosticOf(document, '', violation)),
      ],
    };
  if (chosen === undefined && (verdict === 'valid' || verdict === 'invalid'))
    throw unknownSchema(checker, basename(dirname(dirname(file))));
  if (chosen === undefined)
    throw new UsageFailure(
      `No schema was named for ${shown}, and it is no CloudEvent`,
      'Add --schema <name or file>, or put it into a folder <schema name>/valid or <schema name>/invalid.',
    );
  if (verdict === 'invalid' && isJsonObject(document.value) && Object.hasOwn(document.value, 'instance'))
    return { values: 1, diagnostics: [...problems, ...checkRefused(document, document.value, chosen, checker)] };
  return {
    values: 1,
    diagnostics: [
      ...problems,
      ...checker.check(chosen, document.value).map((violation) => diagnosticOf(document, '', violation)),
    ],
  };
}

function isEvent(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return isJsonObject(value) && typeof value['specversion'] === 'string' && typeof value['type'] === 'string';
}

function checkRefused(
  document: SourceDocument,
  wrapper: Readonly<Record<string, JsonValue>>,
  schema: Schema,
  checker: PayloadChecker,
): readonly Diagnostic[] {
  const { keyword, pointer } = wrapper;
  const violations = checker.check(schema, wrapper['instance'] as JsonValue);
  if (violations.some((violation) => violation.keyword === keyword && violation.pointer === pointer)) return [];
  const told = violations.map((violation) => `${violation.keyword} at "${violation.pointer}"`).join(', ');
  return [
    {
      code: 'validate/refusal-missing',
      severity: 'error',
      message: `Expected ${String(keyword)} at "${String(pointer)}" to fail, but ${told === '' ? 'the value was accepted' : `this failed: ${told}`}`,
      location: locate(document, '/instance'),
      fix: 'Correct the example, or the schema that lets it through.',
    },
  ];
}

function diagnosticOf(document: SourceDocument, prefix: string, violation: Violation): Diagnostic {
  return {
    code: 'validate/payload-invalid',
    severity: 'error',
    message: wordViolation(violation),
    location: locate(document, prefix + violation.pointer, 'value'),
    fix: fixOf(violation),
  };
}

function fixOf({ keyword }: Violation): string {
  return keyword === 'depth'
    ? 'Shorten the chain of references in the schema, or the nesting of the value.'
    : `Make the value obey keyword ${JSON.stringify(keyword)} of the schema.`;
}

/** Checks one line of newline-delimited JSON; blank lines are passed over. */
export function checkLine(
  line: string,
  number: number,
  file: string,
  schema: Schema | undefined,
  checker: PayloadChecker,
): PayloadResult {
  if (line.trim() === '') return { values: 0, diagnostics: [] };
  const at = (pointer: string, column = 1): Diagnostic['location'] => ({ file, line: number, column, pointer });
  const [document, problems] = readDocument(
    { file: `${file}.json`, uri: `memory:${number}`, bytes: line },
    defaultLimits,
  );
  if (document === undefined)
    return {
      values: 1,
      diagnostics: problems.map((problem) => ({
        ...problem,
        location: at(problem.location?.pointer ?? '', problem.location?.column) as NonNullable<Diagnostic['location']>,
      })),
    };
  if (schema === undefined && !isEvent(document.value))
    return {
      values: 1,
      diagnostics: [
        {
          code: 'validate/schema-unknown',
          severity: 'error',
          message: 'The value is no CloudEvent, so its schema must be named',
          location: at('') as NonNullable<Diagnostic['location']>,
          fix: 'Add --schema <name or file>.',
        },
      ],
    };
  const violations =
    schema === undefined
      ? checker.checkEvent(document.value as Readonly<Record<string, JsonValue>>)
      : checker.check(schema, document.value);
  return {
    values: 1,
    diagnostics: violations.map((violation) => ({
      code: 'validate/payload-invalid',
      severity: 'error',
      message: wordViolation(violation),
      location: at(violation.pointer, locate(document, violation.pointer, 'value').column) as NonNullable<
        Diagnostic['location']
      >,
      fix: fixOf(violation),
    })),
  };
}
