import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Contract, type Diagnostic, loadContract, type Schema } from '@millwright/contract';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { findContracts, looksLikeContract } from '../input/find-contracts.ts';
import { contractPaths, count, elapsed, errorsOf, openContract } from '../input/open-contract.ts';
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
  const given = paths.filter((path) => path !== '-');
  for (const path of given)
    if (!existsSync(path))
      throw new UsageFailure(
        `There is no file or folder ${path}`,
        'Check the path; it is relative to the working directory.',
      );
  const files = given.flatMap((path) => payloadFiles(resolve(path)));
  const data = files.filter((file) => flags.schema !== undefined || !looksLikeContract(file));
  if (data.length === 0 && !paths.includes('-')) return await validateContracts(paths, flags, loaded, terminal);
  return await validateData(data, paths.includes('-'), flags, loaded, terminal);
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
  const summary = `${count(values, 'value')} checked in ${elapsed(started)}: ${failures === 0 ? 'all as they should be' : count(failures, 'error')}.`;
  await writeReport({ command: 'validate', diagnostics, summary, facts: { values } }, flags.format, terminal);
  return failures === 0 ? exitCodes.clean : exitCodes.findings;
}

interface OpenedSchema {
  readonly contract: Contract | undefined;
  readonly schema?: Schema;
  readonly diagnostics: readonly Diagnostic[];
}

/** `--schema` is a file with an optional pointer, or a name in the contracts of --contract or the config. */
async function openSchema(flags: ValidateFlags, loaded: LoadedConfig, terminal: Terminal): Promise<OpenedSchema> {
  const [path = '', pointer = ''] = (flags.schema ?? '').split('#');
  if (path !== '' && existsSync(path)) {
    // The pointer is read as a reference from a schema of our own beside the file.
    const anchor = resolve(path, '..', '.millwright-schema.json');
    const [contract, diagnostics] = await loadContract({
      entries: [resolve(path), anchor],
      files: new Map([
        [anchor, JSON.stringify({ $ref: `${encodeURI(relative(resolve(path, '..'), resolve(path)))}#${pointer}` })],
      ]),
      ...(flags.root === undefined ? {} : { root: flags.root }),
    });
    const schema = contract?.schemas.find(({ schema: candidate }) =>
      candidate.document.uri.endsWith('/.millwright-schema.json'),
    )?.schema.ref;
    return { contract, diagnostics, ...(schema === undefined ? {} : { schema }) };
  }
  const entries =
    flags.contract === undefined
      ? contractPaths([], loaded, 'validate - --contract schemas')
      : findContracts(flags.contract, process.cwd());
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  return { contract, diagnostics };
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
