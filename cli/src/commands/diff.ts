import { type Diagnostic, defaultLimits, type Role } from '@millwright/contract';
import { concluded, type DiffFinding } from '@millwright/diff';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { applyApprovals, readApprovals } from '../diff/approvals.ts';
import { compareSides, readSide, type Side, sideOf } from '../diff/compare-sides.ts';
import { type CompatibilityMode, modeOf } from '../diff/compatibility.ts';
import type { DiffReport, ReportedFinding } from '../diff/diff-report.ts';
import { fingerprintsOf } from '../diff/fingerprint.ts';
import { survivorOf } from '../diff/survivor.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { type DiffFormat, writeDiff, writeUnreadable } from '../format/format-diff.ts';
import { type ContractFlags, count, elapsed } from '../input/open-contract.ts';
import { openRevisions } from '../input/revision-source.ts';
import type { Terminal } from '../terminal.ts';

export interface DiffFlags extends ContractFlags {
  readonly failOn: 'error' | 'warning' | 'info' | 'never';
  readonly for?: Role;
  readonly approvals?: string;
  readonly compatibility?: CompatibilityMode;
  readonly config?: string;
  readonly format: DiffFormat;
}

const ranks = { error: 3, warning: 2, info: 1, never: 4 } as const;

/** `millwright diff`: two contracts in, what the change breaks out. */
export async function diff(paths: readonly string[], flags: DiffFlags, terminal: Terminal): Promise<ExitCode> {
  if (paths.length > 2)
    throw new UsageFailure(`${paths.length} contracts were named`, 'Name two: millwright diff OLD NEW.');
  const loaded = await loadConfig(flags.config);
  if (paths.length === 1 && !/^(git|release):/.test(paths[0] ?? ''))
    throw new UsageFailure(
      `It is not said what ${paths[0]} is compared with`,
      `Name both sides, the old one first: millwright diff git:HEAD ${paths[0]}.`,
    );
  const sides = await readSides(paths, flags, loaded);
  if ('faults' in sides) {
    await writeUnreadable('diff', sides.faults, flags.format, terminal);
    return exitCodes.invalidContract;
  }
  const started = performance.now();
  const report = await reportOf(sides, flags);
  const files = sides.bases.reduce((sum, { contract }) => sum + contract.documents.length, 0);
  terminal.progress(
    `compared ${count(files, 'file')} with ${count(sides.revision.contract.documents.length, 'file')} in ${elapsed(started)}`,
  );
  await writeDiff(report, flags.format, terminal);
  return fails(report, flags.failOn) ? exitCodes.findings : exitCodes.clean;
}

/** What is compared; the first base is the one that the version goes on from. */
interface Sides {
  readonly bases: readonly [Side, ...Side[]];
  readonly revision: Side;
}

async function readSides(
  paths: readonly string[],
  flags: DiffFlags,
  loaded: LoadedConfig,
): Promise<Sides | { readonly faults: readonly Diagnostic[] }> {
  const bytesMax = loaded.config.limits?.bytesMax ?? defaultLimits.bytesMax;
  const { isTransitive } = modeOf(flags.compatibility);
  const { bases: old, revision: fresh } = openRevisions(paths, loaded, { bytesMax, isTransitive });
  const bases: Side[] = [];
  const faults: Diagnostic[] = [];
  for (const source of old) {
    const [base, baseFaults] = await readSide(source, flags, loaded);
    if (base !== undefined) bases.push(base);
    faults.push(...baseFaults);
  }
  const [revision, revisionFaults] = await readSide(fresh, flags, loaded);
  const [first, ...others] = bases;
  if (first === undefined || revision === undefined || faults.length > 0)
    return { faults: [...faults, ...revisionFaults] };
  return { bases: [first, ...others], revision };
}

/** Findings of one comparison, as they are reported. */
function findingsOf(base: Side, revision: Side, flags: DiffFlags) {
  const { compatibility } = modeOf(flags.compatibility);
  const compared = compareSides(base, revision, compatibility === undefined ? {} : { compatibility });
  const fingerprints = fingerprintsOf(compared.findings, base.contract, revision.contract);
  const findings = compared.findings.map((finding) => {
    const { location, was } = finding;
    const survivor = location.file === was?.file ? survivorOf(was, base.contract, revision.contract) : undefined;
    return {
      ...finding,
      location: compared.shown(location),
      ...(was === undefined ? {} : { was: compared.shown(was) }),
      ...(survivor === undefined ? {} : { survivor: compared.shown(survivor) }),
      fingerprint: fingerprints.get(finding) as string,
    };
  });
  return { ...compared, findings };
}

async function reportOf({ bases, revision }: Sides, flags: DiffFlags): Promise<DiffReport> {
  const [base, ...earlier] = bases;
  const compared = findingsOf(base, revision, flags);
  const { relation, texts } = compared;
  // What a later release shows already is told once.
  const all = new Map(compared.findings.map((finding) => [finding.fingerprint, finding]));
  for (const older of earlier) {
    const { findings, texts: olderTexts } = findingsOf(older, revision, flags);
    texts.include(olderTexts);
    for (const finding of findings) if (!all.has(finding.fingerprint)) all.set(finding.fingerprint, finding);
  }
  const approvals = flags.approvals === undefined ? [] : readApprovals(flags.approvals);
  const today = new Date().toISOString().slice(0, 10);
  const { valid, faults } = applyApprovals(approvals, new Set(all.keys()), today);
  const isWanted = await wantedBy(flags.for, bases, revision);
  const wanted = [...all.values()].filter(isWanted).sort((left, right) => ranks[right.severity] - ranks[left.severity]);
  return {
    verdict: concluded(wanted).verdict,
    // The next version is one for everybody, whoever asks; the verdict is the role's own.
    requiredBump: compared.requiredBump,
    base: sideOf(base),
    revision: sideOf(revision),
    findings: wanted.map((finding): ReportedFinding => {
      const approval = valid.get(finding.fingerprint);
      return approval === undefined ? finding : { ...finding, approval };
    }),
    faults,
    ...(relation === undefined ? {} : { relation }),
    ...(flags.compatibility === undefined ? {} : { compatibility: flags.compatibility }),
    ...(earlier.length === 0 ? {} : { earlier: earlier.map(sideOf) }),
    ...(flags.for === undefined ? {} : { role: flags.for }),
    texts,
  };
}

async function wantedBy(
  role: Role | undefined,
  bases: readonly Side[],
  revision: Side,
): Promise<(finding: DiffFinding) => boolean> {
  if (role === undefined) return () => true;
  const { concerns } = await import('../diff/role-view.ts');
  const concerned = bases.map((base) => concerns(role, base.contract, revision.contract));
  return (finding) => concerned.some((isConcerned) => isConcerned(finding));
}

/** A fault in the approvals is an error; so is what nobody could prove. */
function fails({ findings, faults }: DiffReport, failOn: DiffFlags['failOn']): boolean {
  const open = findings.filter(({ approval }) => approval === undefined);
  const severities = [
    ...faults.map(({ severity }) => severity),
    ...open.map(({ severity, proof }) => (proof.kind === 'unproven' ? 'error' : severity)),
  ];
  return severities.some((severity) => ranks[severity] >= ranks[failOn]);
}
