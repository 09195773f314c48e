import { watch } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkGeneratedPath, type Generator, type GeneratorOptions, selectForRole } from '@millwright/codegen';
import { type Contract, type Diagnostic, hasErrors, type Role } from '@millwright/contract';
import { generators as allGenerators } from '@millwright/generators';
import { type GenerateConfig, type LoadedConfig, loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { importExtensionFor } from '../input/import-extension.ts';
import { contractPaths, count, elapsed, openContract } from '../input/open-contract.ts';
import { manifestName, manifestOf, printManifest } from '../output/manifest.ts';
import { compareFolder, isUpToDate, writeFolder } from '../output/output-folder.ts';
import type { Terminal } from '../terminal.ts';

export interface GenerateFlags {
  readonly out?: string;
  readonly generators?: readonly string[];
  readonly as?: Role;
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly importExtension?: 'js' | 'ts';
  readonly runtime?: 'inline' | '@millwright/runtime';
  readonly root?: string;
  readonly allowRemote?: readonly string[];
  readonly allowDuplicateKeys?: boolean;
  readonly config?: string;
  readonly format: Format;
}

/** One output folder with everything decided. */
interface Target {
  readonly folder: string;
  readonly generators: readonly Generator[];
  readonly options: GeneratorOptions;
}

/** `millwright generate`: contract in, files out. */
export async function generate(paths: readonly string[], flags: GenerateFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadConfig(flags.config);
  const targets = targetsOf(flags, loaded);
  const entries = contractPaths(paths, loaded, 'generate');
  const once = async (): Promise<readonly [ExitCode, Contract | undefined]> => {
    const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
    if (contract === undefined) {
      await writeReport(
        {
          command: 'generate',
          diagnostics,
          summary: `Nothing was written: ${count(errorCount(diagnostics), 'error')} in the contract.`,
        },
        flags.format,
        terminal,
      );
      return [exitCodes.invalidContract, undefined];
    }
    return [await generateTargets(contract, diagnostics, targets, flags, terminal), contract];
  };
  if (flags.watch !== true) return (await once())[0];
  return await watchContract(once, entries, terminal);
}

function errorCount(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}

function targetsOf(flags: GenerateFlags, loaded: LoadedConfig): readonly Target[] {
  const configured = [loaded.config.generate ?? []].flat() as readonly GenerateConfig[];
  if (flags.out === undefined && configured.length === 0)
    throw new UsageFailure(
      'No output folder was named',
      'Add --out <folder>, such as: millwright generate openapi.yaml --out src/sdk',
    );
  const base =
    flags.out === undefined
      ? configured
      : [{ ...(configured.length === 1 ? configured[0] : {}), out: resolve(process.cwd(), flags.out) }];
  return base.map((target) => {
    const folder = resolve(loaded.folder, target.out);
    const role = flags.as ?? target.as;
    const generators = chooseGenerators(flags.generators ?? target.generators);
    return {
      folder,
      generators,
      options: {
        ...(role === undefined ? {} : { role }),
        importExtension: flags.importExtension ?? target.importExtension ?? importExtensionFor(dirname(folder)),
        runtime: flags.runtime ?? target.runtime ?? 'inline',
        validators: generators.some(({ name }) => name === 'validators'),
      },
    };
  });
}

function chooseGenerators(names: readonly string[] | undefined): readonly Generator[] {
  if (names === undefined) return allGenerators;
  const unknown = names.filter((name) => !allGenerators.some((generator) => generator.name === name));
  if (unknown.length > 0)
    throw new UsageFailure(
      `There is no generator ${unknown.join(', ')}`,
      `Choose from ${allGenerators.map(({ name }) => name).join(', ')}.`,
    );
  // Clients and events refer to the types, so the types come along.
  return allGenerators.filter(({ name }) => name === 'types' || names.includes(name));
}

async function generateTargets(
  contract: Contract,
  diagnostics: readonly Diagnostic[],
  targets: readonly Target[],
  flags: GenerateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const all: Diagnostic[] = [...diagnostics];
  const outputs: { readonly target: Target; readonly files: ReadonlyMap<string, string> }[] = [];
  for (const target of targets) {
    const started = performance.now();
    const [files, found] = runGenerators(contract, target);
    all.push(...found);
    outputs.push({ target, files });
    terminal.progress(`generated ${count(files.size, 'file')} for ${shown(target.folder)} in ${elapsed(started)}`);
  }
  if (hasErrors(all)) {
    await writeReport(
      { command: 'generate', diagnostics: all, summary: 'Nothing was written.' },
      flags.format,
      terminal,
    );
    return exitCodes.invalidContract;
  }
  const stale = outputs.flatMap(({ target, files }) =>
    flags.check === true ? staleFiles(target.folder, files) : write(target.folder, files),
  );
  const summary = summaryOf(outputs, stale, flags.check === true);
  await writeReport(
    {
      command: 'generate',
      diagnostics: [...all, ...(flags.check === true ? stale : [])],
      summary,
      facts: {
        outputs: outputs.map(({ target, files }) => ({ out: shown(target.folder), files: [...files.keys()].sort() })),
      },
    },
    flags.format,
    terminal,
  );
  return flags.check === true && stale.length > 0 ? exitCodes.findings : exitCodes.clean;
}

function runGenerators(
  contract: Contract,
  { generators, options }: Target,
): readonly [ReadonlyMap<string, string>, readonly Diagnostic[]] {
  const selected = options.role === undefined ? contract : selectForRole(contract, options.role);
  const files = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const generator of generators) {
    const [generated, found] = generator.generate(selected, options);
    diagnostics.push(...found);
    for (const { path, content } of generated) {
      if (files.has(path)) throw new Error(`invariant: two generators write ${path}`);
      files.set(checkGeneratedPath(path), content);
    }
  }
  const settings = {
    generators: generators.map(({ name }) => name).join(','),
    ...(options.role === undefined ? {} : { as: options.role }),
    importExtension: options.importExtension,
    runtime: options.runtime,
  };
  files.set(manifestName, printManifest(manifestOf(contract, settings, files)));
  return [files, diagnostics];
}

function staleFiles(folder: string, files: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const { changed, missing, orphaned } = compareFolder(folder, files);
  const tell = (names: readonly string[], code: string, what: string): readonly Diagnostic[] =>
    names.map((name) => ({
      code,
      severity: 'error',
      message: `${name} ${what}`,
      location: { file: shown(resolve(folder, name)), line: 1, column: 1, pointer: '' },
      fix: 'Run millwright generate and commit the result.',
    }));
  return [
    ...tell(changed, 'generate/file-changed', 'differs from what the contract gives'),
    ...tell(missing, 'generate/file-missing', 'is missing'),
    ...tell(orphaned, 'generate/file-orphaned', 'is not generated any more'),
  ];
}

/** Writes what differs and tells it as information, so that an unchanged folder keeps its times. */
function write(folder: string, files: ReadonlyMap<string, string>): readonly Diagnostic[] {
  if (isUpToDate(compareFolder(folder, files))) return [];
  writeFolder(folder, files);
  return [{ code: 'generate/written', severity: 'info', message: shown(folder) }];
}

function summaryOf(
  outputs: readonly { readonly target: Target; readonly files: ReadonlyMap<string, string> }[],
  stale: readonly Diagnostic[],
  check: boolean,
): string {
  return outputs
    .map(({ target, files }) => {
      const folder = shown(target.folder);
      if (check)
        return stale.length === 0
          ? `${folder} is up to date.`
          : `${folder} is out of date: ${count(stale.length, 'file')}. Run millwright generate.`;
      const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
      const size = bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
      const state = stale.some(({ message }) => message === folder) ? 'written' : 'up to date';
      return `${folder}: ${count(files.size, 'file')}, ${size}, ${state}. Relative imports end with .${target.options.importExtension}.`;
    })
    .join('\n');
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

const settleMs = 100;

/** Generates again whenever a file of the contract changes; ends with the process. */
async function watchContract(
  once: () => Promise<readonly [ExitCode, Contract | undefined]>,
  entries: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  for (;;) {
    const [, contract] = await once();
    const files = new Set([
      ...entries.map((entry) => resolve(entry)),
      ...(contract?.documents ?? []).flatMap(({ uri }) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : [])),
    ]);
    terminal.progress('watching for changes; press Ctrl+C to stop');
    await nextChange(files);
  }
}

function nextChange(files: ReadonlySet<string>): Promise<void> {
  return new Promise((settle) => {
    // Folders are watched, because editors replace files instead of writing into them.
    const watchers = [...new Set([...files].map((file) => dirname(file)))].map((folder) =>
      watch(folder, (_event, name) => {
        if (name !== null && !files.has(resolve(folder, name))) return;
        for (const watcher of watchers) watcher.close();
        setTimeout(settle, settleMs);
      }),
    );
  });
}
