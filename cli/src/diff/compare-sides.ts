import {
  type Contract,
  type Diagnostic,
  defaultLimits,
  loadContract,
  type SourceLocation,
  toJsonSchema,
} from '@millwright/contract';
import { type ContractDiff, type DiffOptions, diff, type Relation, relate } from '@millwright/diff';
import type { LoadedConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';
import { type ContractFlags, errorsOf, loadOptions } from '../input/open-contract.ts';
import type { RevisionSource } from '../input/revision-source.ts';
import { readSnapshot, type SnapshotSide } from '../odoo/read-snapshot.ts';
import { type ReportedSide, SourceTexts } from './diff-report.ts';

/** A side that was read. */
export interface Side {
  readonly source: RevisionSource;
  readonly contract: Contract;
  /** The side is a snapshot of an Odoo database, and the contract what stands for it. */
  readonly snapshot?: SnapshotSide;
}

/** Reads one side. What is wrong with it is told by the names that people know. */
export async function readSide(
  source: RevisionSource,
  flags: ContractFlags,
  loaded: LoadedConfig,
): Promise<readonly [side: Side | undefined, faults: readonly Diagnostic[]]> {
  if (source.diagnostics.length > 0) return [undefined, source.diagnostics];
  const snapshot = snapshotOf(source, loaded);
  if (snapshot !== undefined && !('document' in snapshot)) return [undefined, snapshot];
  const files = snapshot?.files ?? source.files;
  const [contract, diagnostics] = await loadContract({
    entries: source.entries,
    ...loadOptions(flags, loaded),
    ...(files === undefined ? {} : { files }),
    ...(source.root === undefined ? {} : { root: source.root }),
  });
  if (contract !== undefined) return [{ source, contract, ...(snapshot === undefined ? {} : { snapshot }) }, []];
  const faults = errorsOf(diagnostics).map((diagnostic) => ({
    ...diagnostic,
    message: source.worded(diagnostic.message),
    ...(diagnostic.location === undefined
      ? {}
      : { location: { ...diagnostic.location, file: source.shown(diagnostic.location.file) } }),
  }));
  return [undefined, faults];
}

function snapshotOf({ entries, files }: RevisionSource, { config }: LoadedConfig) {
  const [file, ...others] = entries;
  if (file === undefined || others.length > 0) return undefined;
  return readSnapshot(file, files?.get(file), { ...defaultLimits, ...config.limits });
}

/** What the engine says about two sides, with the texts that its places lie in. */
export interface Compared extends ContractDiff {
  readonly relation?: Relation;
  readonly texts: SourceTexts;
  readonly shown: (location: SourceLocation) => SourceLocation;
}

export function compareSides(base: Side, revision: Side, options: DiffOptions = {}): Compared {
  checkKinds(base, revision);
  const texts = new SourceTexts();
  const shown = new Map<string, (location: SourceLocation) => SourceLocation>();
  for (const { source, contract, snapshot } of [base, revision]) {
    texts.add(snapshot === undefined ? contract.documents : [snapshot.document], source.shown);
    for (const { file } of contract.documents)
      shown.set(file, (location) => ({ ...(snapshot?.place(location) ?? location), file: source.shown(file) }));
  }
  const relation = relationOf(base.contract, revision.contract);
  return {
    ...diff(base.contract, revision.contract, options),
    ...(relation === undefined ? {} : { relation }),
    texts,
    shown: (location) => shown.get(location.file)?.(location) ?? location,
  };
}

const kindNames = {
  openapi: 'OpenAPI',
  asyncapi: 'AsyncAPI',
  arazzo: 'Arazzo',
  jsonschema: 'JSON Schema',
  odoo: 'a snapshot of Odoo',
} as const;

/** An OpenAPI document and an AsyncAPI document have nothing to compare: everything would be removed and added. */
function checkKinds(base: Side, revision: Side): void {
  const kinds = ({ contract, snapshot }: Side) =>
    snapshot === undefined ? [...new Set(contract.entries.map(({ kind }) => kind))] : (['odoo'] as const);
  const [before, after]: readonly (keyof typeof kindNames)[][] = [[...kinds(base)], [...kinds(revision)]];
  if (before?.some((kind) => after?.includes(kind))) return;
  const worded = (side: Side): string =>
    `${side.source.name} is ${kinds(side)
      .map((kind) => kindNames[kind])
      .join(' and ')}`;
  throw new UsageFailure(`${worded(base)}, ${worded(revision)}`, 'Compare two contracts of the same kind.');
}

/** How the values of two schema files relate, where each side is nothing else. */
function relationOf(base: Contract, revision: Contract): Relation | undefined {
  const [left, right] = [base, revision].map(({ entries, schemas }) =>
    entries.length === 1 && entries[0]?.kind === 'jsonschema'
      ? schemas.find(({ role, schema }) => role === 'document' && schema.document === entries[0]?.document)?.schema
      : undefined,
  );
  return left === undefined || right === undefined ? undefined : relate(toJsonSchema(left), toJsonSchema(right));
}

/** Name and version of a side; several documents have a version only when they agree on it. */
export function sideOf({ source, contract }: Side): ReportedSide {
  const versions = new Set(contract.entries.map(({ version }) => version));
  return { file: source.name, version: source.version ?? (versions.size === 1 ? ([...versions][0] ?? '') : '') };
}
