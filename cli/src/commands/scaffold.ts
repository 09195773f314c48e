import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Role } from '@millwright/contract';
import { type AdapterSkeleton, type ModelsSnapshot, scaffoldAdapter } from '@millwright/generators';
import { loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { type ContractFlags, contractPaths, count, openContract } from '../input/open-contract.ts';
import { occupied, printRecord, readRecord, recordName, recordOf, writeNew } from '../scaffold/adapter-folder.ts';
import type { Terminal } from '../terminal.ts';

export interface ScaffoldFlags extends ContractFlags {
  readonly out?: string;
  readonly sync?: boolean;
  readonly sdk: string;
  readonly snapshot?: string;
  readonly config?: string;
  readonly format: Format;
}

/** The role in which each system speaks. */
const rolesOfSystems: ReadonlyMap<string, Role> = new Map([
  ['odoo', 'erp'],
  ['mes', 'mes'],
  ['quality', 'quality'],
]);

/** `millwright scaffold adapter`: a project, once; with --sync what a newer contract changes of it. */
export async function scaffold(names: readonly string[], flags: ScaffoldFlags, terminal: Terminal): Promise<ExitCode> {
  const [system = '', ...paths] = names;
  const role = rolesOfSystems.get(system);
  if (role === undefined)
    throw new UsageFailure(
      `There is no adapter for ${system}`,
      `Choose from ${[...rolesOfSystems.keys()].join(', ')}, such as: millwright scaffold adapter mes schemas`,
    );
  const folder = resolve(flags.out ?? `${system}-adapter`);
  const record = flags.sync === true ? readRecord(folder) : undefined;
  const refusal = record === undefined ? occupied(folder) : undefined;
  if (refusal !== undefined) {
    const report = { command: 'scaffold adapter', diagnostics: [refusal], summary: 'Nothing was written.' };
    await writeReport(report, flags.format, terminal);
    return exitCodes.usage;
  }
  if (record !== undefined && record.system !== system)
    throw new UsageFailure(
      `The adapter in ${folder} is for ${record.system}`,
      `Name ${record.system}, or another --out.`,
    );
  const loaded = await loadConfig(flags.config);
  const entries = contractPaths(paths, loaded, `scaffold adapter ${system}`);
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  if (contract === undefined) {
    const summary = 'Nothing was written: the contract has errors.';
    await writeReport({ command: 'scaffold adapter', diagnostics, summary }, flags.format, terminal);
    return exitCodes.invalidContract;
  }
  const sdk = record?.sdk ?? flags.sdk;
  const skeleton = scaffoldAdapter(contract, { system, role, sdk, ...snapshotOf(flags) });
  if (skeleton.parts.length === 0)
    throw new UsageFailure(
      `The contract lets the role ${role} consume and publish nothing`,
      'Name the AsyncAPI documents too, and see x-governance in them.',
    );
  const { added, edited } =
    record === undefined
      ? { added: writeProject(folder, skeleton, system, sdk), edited: [] }
      : (await import('../scaffold/sync-adapter.ts')).syncAdapter(folder, record, skeleton.parts);
  const out = relative(process.cwd(), folder) || '.';
  const summary = `${out}: ${count(added.length, 'file')} added, ${edited.length} edited.`;
  const facts = { out, added, edited };
  await writeReport({ command: 'scaffold adapter', diagnostics, summary, facts }, flags.format, terminal);
  return exitCodes.clean;
}

function writeProject(folder: string, skeleton: AdapterSkeleton, system: string, sdk: string): readonly string[] {
  const record = { path: recordName, content: printRecord(recordOf(system, sdk, skeleton.parts)) };
  return writeNew(folder, [...skeleton.project, ...skeleton.parts.flatMap(({ files }) => files), record]);
}

function snapshotOf({ snapshot }: ScaffoldFlags): { readonly snapshot?: ModelsSnapshot } {
  if (snapshot === undefined) return {};
  const fix = 'Name odoo-models.json, as millwright odoo introspect --out writes it.';
  try {
    const value: unknown = JSON.parse(readFileSync(resolve(snapshot), 'utf8'));
    if (isSnapshot(value)) return { snapshot: value };
  } catch (error) {
    throw new UsageFailure(`${snapshot} cannot be read: ${(error as Error).message}`, fix);
  }
  throw new UsageFailure(`${snapshot} is no snapshot of Odoo's models`, fix);
}

function isSnapshot(value: unknown): value is ModelsSnapshot {
  if (typeof value !== 'object' || value === null || !('models' in value) || !('base' in value)) return false;
  return typeof value.base === 'string' && typeof value.models === 'object' && value.models !== null;
}
