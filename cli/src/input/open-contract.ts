import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Contract, type Diagnostic, type LoadOptions, loadContract, type Result } from '@millwright/contract';
import type { LoadedConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { findContracts } from './find-contracts.ts';

/** Flags that every command with a contract has. */
export interface ContractFlags {
  readonly root?: string;
  readonly allowRemote?: readonly string[];
  readonly allowDuplicateKeys?: boolean;
}

/** Paths of the command line, else of the config; `[]` is wrong usage. */
export function contractPaths(paths: readonly string[], loaded: LoadedConfig, command: string): readonly string[] {
  if (paths.length > 0) return findContracts(paths, process.cwd());
  if ((loaded.config.contracts ?? []).length > 0) return findContracts(loaded.config.contracts ?? [], loaded.folder);
  throw new UsageFailure(
    'No contract was named',
    `Name a file or folder (millwright ${command} openapi.yaml), or write a config (millwright init).`,
  );
}

/** Reads the contracts; progress goes to stderr. */
export async function openContract(
  entries: readonly string[],
  flags: ContractFlags,
  loaded: LoadedConfig,
  terminal: Terminal,
): Promise<Result<Contract>> {
  const started = performance.now();
  const result = await loadContract({ entries, ...loadOptions(flags, loaded) });
  const [contract] = result;
  if (contract !== undefined)
    terminal.progress(
      `read ${count(contract.documents.length, 'file')}, ${count(contract.schemas.length, 'schema')}, ${count(contract.operations.length + contract.webhooks.length, 'HTTP operation')}, ${count(contract.channels.length, 'channel')} in ${elapsed(started)}`,
    );
  return result;
}

/** How contracts are read, by flags and config. */
export function loadOptions(flags: ContractFlags, loaded: LoadedConfig): Omit<LoadOptions, 'entries'> {
  const allowRemote = flags.allowRemote ?? loaded.config.allowRemote ?? [];
  const root = rootOf(flags, loaded);
  return {
    ...(flags.allowDuplicateKeys === true ? { duplicateKeys: 'warning' } : {}),
    ...(root === undefined ? {} : { root }),
    ...(loaded.config.limits === undefined ? {} : { limits: loaded.config.limits }),
    ...(allowRemote.length === 0 ? {} : { allowRemote, fetchRemote }),
  };
}

/** A root that is not there would refuse every reference, or none. */
function rootOf({ root: flag }: ContractFlags, { config, folder }: LoadedConfig): string | undefined {
  const named = flag ?? config.root;
  if (named === undefined) return undefined;
  const root = flag === undefined ? resolve(folder, named) : resolve(flag);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageFailure(
      `There is no folder ${named}, which $ref may not leave`,
      `Name an existing folder ${flag === undefined ? 'as root in the config, relative to it' : 'with --root, relative to the working directory'}.`,
    );
  return root;
}

async function fetchRemote(uri: string): Promise<Uint8Array> {
  // A redirect would lead past the allow-list.
  const response = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** Time since a mark, for people. */
export function elapsed(started: number): string {
  const ms = performance.now() - started;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Diagnostics that are errors, for the exit code. */
export function errorsOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'error');
}
