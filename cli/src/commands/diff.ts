import { type Diagnostic, defaultLimits, type Role } from '@millwright/contract';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { applyApprovals, readApprovals } from '../diff/approvals.ts';
import { compareSides, readSide, type Side, sideOf } from '../diff/compare-sides.ts';
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
  const report = await reportOf(sides.base, sides.revision, flags);
  terminal.progress(
    `compared ${count(sides.base.contract.documents.length, 'file')} with ${count(sides.revision.contract.documents.length, 'file')} in ${elapsed(started)}`,
  );
  await writeDiff(report, flags.format, terminal);
  return fails(report, flags.failOn) ? exitCodes.findings : exitCodes.clean;
}

async function readSides(
  paths: readonly string[],
  flags: ContractFlags,
  loaded: LoadedConfig,
): Promise<{ readonly base: Side; readonly revision: Side } | { readonly faults: readonly Diagnostic[] }> {
  const bytesMax = loaded.config.limits?.bytesMax ?? defaultLimits.bytesMax;
  const [old, fresh] = openRevisions(paths, loaded, bytesMax);
  const [base, baseFaults] = await readSide(old, flags, loaded);
  const [revision, revisionFaults] = await readSide(fresh, flags, loaded);
  if (base === undefined || revision === undefined) return { faults: [...baseFaults, ...revisionFaults] };
  return { base, revision };
}

async function reportOf(base: Side, revision: Side, flags: DiffFlags): Promise<DiffReport> {
  const approvals = flags.approvals === undefined ? [] : readApprovals(flags.approvals);
  const { findings, verdict, requiredBump, relation, texts, shown } = compareSides(base, revision);
  const fingerprints = fingerprintsOf(findings, base.contract, revision.contract);
  const today = new Date().toISOString().slice(0, 10);
  const { valid, faults } = applyApprovals(approvals, new Set(fingerprints.values()), today);
  // The next version is one for everybody, whoever asks; the verdict is the role's own.
  const roleView = flags.for === undefined ? undefined : await import('../diff/role-view.ts');
  const isWanted = roleView?.concerns(flags.for as Role, base.contract, revision.contract) ?? (() => true);
  const wanted = findings.filter(isWanted);
  const reported = wanted.map((finding): ReportedFinding => {
    const fingerprint = fingerprints.get(finding) as string;
    const approval = valid.get(fingerprint);
    const { location, was } = finding;
    const survivor = location.file === was?.file ? survivorOf(was, base.contract, revision.contract) : undefined;
    return {
      ...finding,
      location: shown(location),
      ...(was === undefined ? {} : { was: shown(was) }),
      ...(survivor === undefined ? {} : { survivor: shown(survivor) }),
      fingerprint,
      ...(approval === undefined ? {} : { approval }),
    };
  });
  return {
    verdict: roleView?.verdictOf(wanted) ?? verdict,
    requiredBump,
    base: sideOf(base),
    revision: sideOf(revision),
    findings: reported,
    faults,
    ...(relation === undefined ? {} : { relation }),
    ...(flags.for === undefined ? {} : { role: flags.for }),
    texts,
  };
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
