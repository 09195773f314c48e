import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkGeneratedPath, type Generator, type GeneratorOptions, selectForRole } from '@millwright/codegen';
import { type Contract, type Diagnostic, type Governance, hasErrors, type Role } from '@millwright/contract';
import { operatorGenerators, generators as sdkGenerators } from '@millwright/generators';
import { type GenerateConfig, type LoadedConfig, loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { importExtensionFor } from '../input/import-extension.ts';
import { contractPaths, count, elapsed, errorsOf, openContract } from '../input/open-contract.ts';
import { openSystems } from '../input/open-systems.ts';
import { watchFiles } from '../input/watch-files.ts';
import { checkFolder } from '../output/check-folder.ts';
import { manifestName, manifestOf, printManifest } from '../output/manifest.ts';
import { compareFolder, isUpToDate, recoverFolder, writeFolder } from '../output/output-folder.ts';
import type { Terminal } from '../terminal.ts';

export interface GenerateFlags {
  readonly out?: string;
  readonly generators?: readonly string[];
  readonly as?: Role;
  readonly systems?: string;
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

/** What one target gives, and how its folder differs from it. */
interface Output {
  readonly target: Target;
  readonly files: ReadonlyMap<string, string>;
  /** Files of the contract that the role does not narrow, because they declare no governance. */
  readonly unrestricted: readonly string[];
}

/** `millwright generate`: contract in, files out. */
export async function generate(paths: readonly string[], flags: GenerateFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadConfig(flags.config);
  const targets = targetsOf(flags, loaded);
  const entries = contractPaths(paths, loaded, 'generate');
  checkTargets(targets, [...(loaded.file === undefined ? [] : [loaded.file]), ...entries]);
  const once = async (entries: readonly string[]): Promise<readonly [ExitCode, readonly string[]]> => {
    const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
    const places = diagnostics.flatMap(({ location }) => (location === undefined ? [] : [resolve(location.file)]));
    if (contract !== undefined) {
      const read = filesOf(contract);
      checkTargets(targets, read);
      return [await generateTargets(contract, diagnostics, targets, flags, terminal), read];
    }
    const errors = count(errorsOf(diagnostics).length, 'error');
    await writeReport(
      { command: 'generate', diagnostics, summary: `Nothing was written: ${errors} in the contract.` },
      flags.format,
      terminal,
    );
    return [exitCodes.invalidContract, places];
  };
  if (flags.watch !== true) return (await once(entries))[0];
  let present = entries;
  const again = async (): Promise<readonly string[]> => {
    present = presentContracts(paths, loaded) ?? present;
    return [...present, ...(await once(present))[1]];
  };
  return await watchFiles(namedPaths(paths, loaded), again, terminal);
}

/** Contracts that there are now; `undefined` when one that was named is gone, which an editor that is saving may cause. */
function presentContracts(paths: readonly string[], loaded: LoadedConfig): readonly string[] | undefined {
  try {
    return contractPaths(paths, loaded, 'generate');
  } catch (error) {
    if (error instanceof UsageFailure) return undefined;
    throw error;
  }
}

/** Files and folders as named, absolute. */
function namedPaths(paths: readonly string[], loaded: LoadedConfig): readonly string[] {
  return paths.length > 0
    ? paths.map((path) => resolve(path))
    : (loaded.config.contracts ?? []).map((path) => resolve(loaded.folder, path));
}

function checkTargets(targets: readonly Target[], kept: readonly string[]): void {
  for (const { folder } of targets) checkFolder(folder, kept);
}

/** Files on disk that a contract was read from. */
function filesOf(contract: Contract): readonly string[] {
  return contract.documents.flatMap(({ uri }) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : []));
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
        ...systemsOf(generators, flags.systems === undefined ? undefined : resolve(flags.systems), target, loaded),
      },
    };
  });
}

/** Systems and names at their brokers, where a generator is chosen that is about them. */
function systemsOf(
  generators: readonly Generator[],
  named: string | undefined,
  target: GenerateConfig,
  loaded: LoadedConfig,
): Pick<GeneratorOptions, 'systems' | 'brokers'> {
  if (!generators.some((generator) => operatorGenerators.includes(generator))) return {};
  const file = named ?? (target.systems === undefined ? undefined : resolve(loaded.folder, target.systems));
  if (file === undefined)
    throw new UsageFailure(
      'The permissions of brokers need a register of the systems',
      'Name it with --systems, such as: millwright generate schemas --generators permissions --systems schemas/governance/systems.yaml --out brokers',
    );
  return { systems: openSystems(file), ...(target.brokers === undefined ? {} : { brokers: target.brokers }) };
}

function chooseGenerators(names: readonly string[] | undefined): readonly Generator[] {
  if (names === undefined) return sdkGenerators;
  const all = [...sdkGenerators, ...operatorGenerators];
  const unknown = names.filter((name) => !all.some((generator) => generator.name === name));
  if (unknown.length > 0)
    throw new UsageFailure(
      `There is no generator ${unknown.join(', ')}`,
      `Choose from ${all.map(({ name }) => name).join(', ')}.`,
    );
  // What a file refers to comes along: clients and events the types, flows all three.
  const isSdk = sdkGenerators.some(({ name }) => names.includes(name));
  const along = [...(isSdk ? ['types'] : []), ...(names.includes('flows') ? ['client', 'events'] : [])];
  const wanted = new Set([...names, ...along]);
  return all.filter(({ name }) => wanted.has(name));
}

async function generateTargets(
  contract: Contract,
  diagnostics: readonly Diagnostic[],
  targets: readonly Target[],
  flags: GenerateFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const all: Diagnostic[] = [...diagnostics];
  const outputs: Output[] = [];
  for (const target of targets) {
    const started = performance.now();
    const [files, found] = runGenerators(contract, target);
    all.push(...found);
    outputs.push({ target, files, unrestricted: unrestrictedFiles(contract, target.options.role) });
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
  const check = flags.check === true;
  const judged = outputs.map((output) => ({
    ...output,
    stale: (check ? staleFiles : write)(output.target.folder, output.files),
  }));
  const stale = judged.flatMap((output) => output.stale);
  for (const { target, unrestricted } of outputs)
    if (unrestricted.length > 0)
      terminal.complain(`${terminal.colours('yellow', 'warning')} ${roleWarning(target, unrestricted)}`);
  await writeReport(
    {
      command: 'generate',
      diagnostics: [...all, ...(check ? stale : [])],
      summary: judged.map((output) => summaryOf(output, output.stale, check)).join('\n'),
      facts: {
        outputs: outputs.map(({ target, files, unrestricted }) => ({
          out: shown(target.folder),
          files: [...files.keys()].sort(),
          ...(unrestricted.length === 0 ? {} : { unrestricted }),
        })),
      },
    },
    flags.format,
    terminal,
  );
  return check && stale.length > 0 ? exitCodes.findings : exitCodes.clean;
}

/** Files with operations that a role gets whole, because nothing in them says who may do what. */
function unrestrictedFiles(contract: Contract, role: Role | undefined): readonly string[] {
  if (role === undefined) return [];
  return contract.entries
    .filter((entry) => {
      const calls = [...contract.operations, ...contract.webhooks].filter((operation) => operation.entry === entry);
      const exchanges = contract.channelOperations.filter((operation) => operation.entry === entry);
      const parts = [...calls, ...exchanges, ...exchanges.flatMap(({ messages }) => messages)];
      // A document that declares anything of its governance grants nothing by silence.
      const isSilent = Object.keys(entry.governance).length === 0;
      return parts.length > 0 && isSilent && parts.every(({ governance }) => grantsNothing(governance));
    })
    .map(({ document }) => document.file);
}

function grantsNothing({ create, update, consume }: Governance): boolean {
  return create === undefined && update === undefined && consume === undefined;
}

function roleWarning({ options, folder }: Target, files: readonly string[]): string {
  const named = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`;
  return `--as ${options.role} leaves out nothing of ${named}: no x-governance there says who may create, update or consume. ${shown(folder)} holds all operations.`;
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
      if (files.has(path) && files.get(path) !== content) throw new Error(`invariant: two generators write ${path}`);
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
  const renew = 'Run millwright generate and commit the result.';
  const tell = (
    names: readonly string[],
    code: string,
    [what, fix]: readonly [string, string],
  ): readonly Diagnostic[] =>
    names.map((name) => ({
      code,
      severity: 'error',
      message: `${name} ${what}`,
      location: { file: shown(resolve(folder, name)), line: 1, column: 1, pointer: '' },
      fix,
    }));
  return [
    ...tell(changed, 'generate/file-changed', ['differs from what the contract gives', renew]),
    ...tell(missing, 'generate/file-missing', ['is missing', renew]),
    ...tell(orphaned, 'generate/file-orphaned', [
      'is not generated any more',
      'Run millwright generate, which removes it, and commit the result.',
    ]),
  ];
}

/** Writes what differs and tells it as information, so that an unchanged folder keeps its times. */
function write(folder: string, files: ReadonlyMap<string, string>): readonly Diagnostic[] {
  recoverFolder(folder);
  if (isUpToDate(compareFolder(folder, files))) return [];
  writeFolder(folder, files);
  return [{ code: 'generate/written', severity: 'info', message: shown(folder) }];
}

function summaryOf({ target, files, unrestricted }: Output, stale: readonly Diagnostic[], check: boolean): string {
  const folder = shown(target.folder);
  const whole = unrestricted.length === 0 ? '' : ` Not narrowed to ${target.options.role}: no governance declared.`;
  if (check && stale.length === 0) return `${folder} is up to date.${whole}`;
  if (check) return `${folder} is out of date: ${count(stale.length, 'file')}. Run millwright generate.${whole}`;
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  const size = bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const state = stale.length > 0 ? 'written' : 'up to date';
  return `${folder}: ${count(files.size, 'file')}, ${size}, ${state}. Relative imports end with .${target.options.importExtension}.${whole}`;
}

function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}
