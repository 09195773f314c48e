import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Diagnostic, Schema } from '@millwright/contract';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { looksLikeContract } from '../input/find-contracts.ts';
import { contractPaths, count, elapsed, errorsOf, openContract } from '../input/open-contract.ts';
import { namesContracts, openSchema } from '../input/open-schema.ts';
import type { Terminal } from '../terminal.ts';
import { judgeByAsyncApiParser } from '../validate/deep.ts';
import { type Mode, PayloadChecker, unknownSchema } from '../validate/payload-checker.ts';
import { checkLine, checkPayloadFile, type PayloadResult, payloadFiles } from '../validate/payload-files.ts';

export interface ValidateFlags {
  readonly schema?: string;
  readonly contract?: readonly string[];
  readonly mode: Mode;
  readonly deep?: boolean;
  readonly root?: string;
  readonly allowRemote?: readonly string[];
  readonly allowDuplicateKeys?: boolean;
  readonly config?: string;
  readonly format: Format;
}

/** `millwright validate`: contracts by themselves, or data against a schema. */
export async function validate(paths: readonly string[], flags: ValidateFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadConfig(flags.config);
  const fromStdin = paths.includes('-');
  const given = paths.filter((path) => path !== '-');
  for (const path of given)
    if (!existsSync(path))
      throw new UsageFailure(
        `There is no file or folder ${path}`,
        'Check the path; it is relative to the working directory.',
      );
  const files = given.flatMap((path) => payloadFiles(resolve(path)));
  const data = files.filter((file) => flags.schema !== undefined || !looksLikeContract(file));
  if (flags.schema !== undefined && data.length === 0 && !fromStdin) throw noData(given);
  const hasContracts = namesContracts(flags, loaded);
  // Without anything to judge data by, contracts were meant, and what lies beside them is passed over.
  const areContracts = flags.schema === undefined && !hasContracts && data.length < files.length;
  if (!fromStdin && (data.length === 0 || areContracts)) return await validateContracts(paths, flags, loaded, terminal);
  if (flags.schema === undefined && !hasContracts) throw noSchema(data);
  return await validateData(data, fromStdin, flags, loaded, terminal);
}

function noData(given: readonly string[]): UsageFailure {
  return new UsageFailure(
    given.length === 0 ? 'A schema was named, but no data' : `No data in ${given.join(', ')}`,
    'Name files or folders with .json, .ndjson, .jsonl or .yaml files, or "-" for one JSON value a line from stdin.',
  );
}

function noSchema(data: readonly string[]): UsageFailure {
  const [first] = data;
  const more = data.length > 1 ? ` and ${count(data.length - 1, 'more file')}` : '';
  const ways =
    'Add --schema <file> or --contract <file or folder>, or write a config that names the contracts (millwright init).';
  if (first === undefined) return new UsageFailure('No schema was named for the values from stdin', ways);
  return new UsageFailure(
    `No contract was found and no schema was named: ${relative(process.cwd(), first)}${more} can only be data`,
    `${ways} A contract is told by its openapi, asyncapi, arazzo or $schema member.`,
  );
}

async function validateContracts(
  paths: readonly string[],
  flags: ValidateFlags,
  loaded: LoadedConfig,
  terminal: Terminal,
): Promise<ExitCode> {
  const entries = contractPaths(paths, loaded, 'validate');
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  const deep = contract !== undefined && flags.deep === true ? await judgeByAsyncApiParser(contract) : [];
  const all = [...diagnostics, ...deep];
  const failures = errorsOf(all).length;
  const summary =
    failures === 0
      ? `${count(contract?.documents.length ?? entries.length, 'file')} valid${flags.deep === true ? ', the AsyncAPI parser agrees' : ''}.`
      : `${count(failures, 'error')}.`;
  await writeReport({ command: 'validate', diagnostics: all, summary }, flags.format, terminal);
  return failures === 0 ? exitCodes.clean : exitCodes.invalidContract;
}

async function validateData(
  files: readonly string[],
  fromStdin: boolean,
  flags: ValidateFlags,
  loaded: LoadedConfig,
  terminal: Terminal,
): Promise<ExitCode> {
  const opened = await openSchema(flags, loaded, terminal);
  if (opened.contract === undefined) {
    await writeReport(
      { command: 'validate', diagnostics: opened.diagnostics, summary: 'The contract cannot be read.' },
      flags.format,
      terminal,
    );
    return exitCodes.invalidContract;
  }
  const started = performance.now();
  const checker = new PayloadChecker(opened.contract, flags.mode);
  const schema = opened.schema ?? (flags.schema === undefined ? undefined : checker.find(flags.schema));
  if (flags.schema !== undefined && schema === undefined) throw unknownSchema(checker, flags.schema);
  const results = files.map((file) => checkPayloadFile(file, schema, checker));
  if (fromStdin) results.push(await checkStdin(schema, checker, terminal));
  const diagnostics = results.flatMap((result) => result.diagnostics);
  const values = results.reduce((sum, result) => sum + result.values, 0);
  const failures = errorsOf(diagnostics).length;
  const summary =
    values === 0 && failures === 0
      ? `No value was read${fromStdin ? ' from stdin' : ''}, so nothing was checked.`
      : `${count(values, 'value')} checked in ${elapsed(started)}: ${failures === 0 ? 'all as they should be' : count(failures, 'error')}.`;
  await writeReport({ command: 'validate', diagnostics, summary, facts: { values } }, flags.format, terminal);
  return failures === 0 ? exitCodes.clean : exitCodes.findings;
}

async function checkStdin(
  schema: Schema | undefined,
  checker: PayloadChecker,
  terminal: Terminal,
): Promise<PayloadResult> {
  if (process.stdin.isTTY) terminal.progress('reading one JSON value a line from the terminal; end with Ctrl+D');
  const diagnostics: Diagnostic[] = [];
  let values = 0;
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const result = checkLine(line, number, '<stdin>', schema, checker);
    values += result.values;
    diagnostics.push(...result.diagnostics);
  }
  return { values, diagnostics };
}
