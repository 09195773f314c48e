import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Contract, type Diagnostic, loadContract, type Schema } from '@millwright/contract';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { findContracts, looksLikeContract } from '../input/find-contracts.ts';
import { contractPaths, count, elapsed, errorsOf, loadOptions, openContract } from '../input/open-contract.ts';
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

/** True when a flag or the config says which contracts hold the schemas. */
function namesContracts(flags: ValidateFlags, { config }: LoadedConfig): boolean {
  return flags.contract !== undefined || (config.contracts ?? []).length > 0;
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

interface OpenedSchema {
  readonly contract: Contract | undefined;
  readonly schema?: Schema;
  readonly diagnostics: readonly Diagnostic[];
}

/** `--schema` is a file with an optional pointer, or a name in the contracts of --contract or the config. */
async function openSchema(flags: ValidateFlags, loaded: LoadedConfig, terminal: Terminal): Promise<OpenedSchema> {
  const [path = '', pointer = ''] = (flags.schema ?? '').split('#');
  if (path !== '' && existsSync(path)) return await openSchemaFile(path, pointer, flags, loaded);
  if (/[\\/#]|\.(json|ya?ml)$/i.test(flags.schema ?? ''))
    throw new UsageFailure(
      `There is no schema file ${path === '' ? flags.schema : path}`,
      'Check the path; it is relative to the working directory. A schema of a contract is given by its name, such as --schema WorkOrder.',
    );
  if (!namesContracts(flags, loaded))
    throw new UsageFailure(
      `No contract was named that could hold the schema ${flags.schema}`,
      'Add --contract <file or folder>, or write a config that names the contracts (millwright init). A schema file is given by its path.',
    );
  const entries =
    flags.contract === undefined ? contractPaths([], loaded, 'validate') : findContracts(flags.contract, process.cwd());
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  return { contract, diagnostics };
}

const anchorName = '.millwright-schema.json';

async function openSchemaFile(
  path: string,
  pointer: string,
  flags: ValidateFlags,
  loaded: LoadedConfig,
): Promise<OpenedSchema> {
  if (statSync(path).isDirectory())
    throw new UsageFailure(
      `${path} is a folder, not a schema file`,
      'Name a file with --schema, or the folder with --contract and a schema of it with --schema.',
    );
  // The pointer is read as a reference from a schema of our own beside the file.
  const anchor = resolve(path, '..', anchorName);
  const target = `${encodeURI(relative(resolve(path, '..'), resolve(path)))}#${pointer}`;
  const [contract, diagnostics] = await loadContract({
    ...loadOptions(flags, loaded),
    entries: [resolve(path), anchor],
    files: new Map([[anchor, JSON.stringify({ $ref: target })]]),
  });
  const errors = errorsOf(diagnostics);
  const ofUsers = diagnostics.filter(({ location }) => location?.file.endsWith(anchorName) !== true);
  if (errors.length > 0 && errorsOf(ofUsers).length === 0) throw noSuchSchema(path, pointer, errors[0] as Diagnostic);
  const schema = contract?.schemas.find(({ schema: candidate }) => candidate.document.uri.endsWith(`/${anchorName}`))
    ?.schema.ref;
  return { contract, diagnostics: ofUsers, ...(schema === undefined ? {} : { schema }) };
}

/** The reference is ours, so the fault is told of what the user wrote. */
function noSuchSchema(path: string, pointer: string, { code, message, fix }: Diagnostic): UsageFailure {
  if (code !== 'contract/reference-dangling')
    return new UsageFailure(`--schema ${path}#${pointer} cannot be used: ${message}`, fix ?? 'Name another schema.');
  return new UsageFailure(
    `${path} holds nothing at #${pointer}`,
    pointer.startsWith('/')
      ? `Correct the pointer behind ${path}#, such as ${path}#/$defs/Order.`
      : `Write a JSON pointer, which begins with /, such as ${path}#/$defs/Order, or a name that the file gives as $anchor.`,
  );
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
