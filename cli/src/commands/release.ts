import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { type Contract, type Diagnostic, loadContract } from '@millwright/contract';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { type Compared, compareSides, readSide, type Side } from '../diff/compare-sides.ts';
import type { ReportedFinding } from '../diff/diff-report.ts';
import { fingerprintsOf } from '../diff/fingerprint.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import type { Format } from '../format/report.ts';
import { type ContractFlags, contractPaths, count, errorsOf, openContract } from '../input/open-contract.ts';
import { compareVersions, openRelease, releasedFolder, releasesIn, versionNumbers } from '../input/release-source.ts';
import { writeFolder } from '../output/output-folder.ts';
import { changelogOf } from '../release/changelog.ts';
import { folderOf, snapshotOf } from '../release/snapshot.ts';
import type { Terminal } from '../terminal.ts';

export interface ReleaseFlags extends ContractFlags {
  readonly dryRun?: boolean;
  readonly config?: string;
  readonly format: Format;
}

type Bump = Compared['requiredBump'];

/** `millwright release`: contracts in, a snapshot out that is never written again. */
export async function release(
  [version = '', ...paths]: readonly string[],
  flags: ReleaseFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  if (versionNumbers(version) === undefined)
    throw new UsageFailure(
      `${JSON.stringify(version)} is no version`,
      'Write three numbers, such as 1.2.0; the paths of the contracts come after it.',
    );
  const loaded = await loadConfig(flags.config);
  const entries = contractPaths(paths, loaded, `release ${version}`);
  const folder = folderOf(entries, namedFolder(paths, loaded));
  const latest = checkFree(version, folder);
  const [contract, diagnostics] = await openContract(entries, flags, loaded, terminal);
  if (contract === undefined) return unreadable(errorsOf(diagnostics), flags, terminal);
  const compared = latest === undefined ? undefined : await sinceLatest(latest, { contract, folder }, flags, loaded);
  if (compared !== undefined && 'faults' in compared) return unreadable(compared.faults, flags, terminal);
  const findings = compared === undefined ? [] : compared.findings;
  const bump = compared?.requiredBump ?? 'none';
  if (latest !== undefined && isTooLow(version, latest, bump))
    return refuse({ version, latest, bump, findings }, flags, terminal);
  const { files, manifest } = snapshotOf(contract, {
    version,
    folder,
    ...(latest === undefined ? {} : { previous: latest }),
  });
  const target = join(folder, releasedFolder, version);
  const faults = await reread(target, files, manifest.entries, loaded);
  if (faults.length > 0) return unreadable(faults, flags, terminal);
  const shown = relative(process.cwd(), target).split(sep).join('/');
  if (flags.dryRun !== true)
    writeFolder(target, new Map([...files, ['CHANGELOG.md', changelogOf(version, latest, findings)]]));
  const since =
    latest === undefined
      ? 'the first release'
      : `since ${latest}: ${count(findings.length, 'finding')}, ${bump} at least`;
  await writeReport(
    {
      command: 'release',
      diagnostics: [],
      summary: `${flags.dryRun === true ? `Would write ${shown}, wrote nothing` : `Wrote ${shown}`}: ${count(Object.keys(manifest.files).length, 'file')}, ${manifest.contentHash}; ${since}.`,
      facts: {
        version,
        previous: latest ?? null,
        requiredBump: bump,
        folder: shown,
        written: flags.dryRun !== true,
        manifest,
      },
    },
    flags.format,
    terminal,
  );
  return exitCodes.clean;
}

/** The one folder that was named, by the command line or else the config. */
function namedFolder(paths: readonly string[], { config, folder }: LoadedConfig): string | undefined {
  const named =
    paths.length > 0
      ? paths.map((path) => resolve(path))
      : (config.contracts ?? []).map((path) => resolve(folder, path));
  const [only] = named;
  return named.length === 1 && only !== undefined && statSync(only).isDirectory() ? only : undefined;
}

/** The latest release; a version that exists or does not go on from it is refused. */
function checkFree(version: string, folder: string): string | undefined {
  const versions = releasesIn(folder);
  const latest = versions.at(-1);
  if (versions.includes(version))
    throw new UsageFailure(
      `Release ${version} exists, and a release is never written again`,
      `Take a version above ${latest}.`,
    );
  if (latest !== undefined && compareVersions(version, latest) < 0)
    throw new UsageFailure(`Release ${version} is not above ${latest}, the latest`, `Take a version above ${latest}.`);
  return latest;
}

/** A snapshot that cannot be read later would be worth nothing: it is read before it is written. */
async function reread(
  target: string,
  files: ReadonlyMap<string, string>,
  entries: readonly string[],
  { config }: LoadedConfig,
): Promise<readonly Diagnostic[]> {
  const [, diagnostics] = await loadContract({
    entries: entries.map((entry) => join(target, entry)),
    files: new Map([...files].map(([name, content]) => [join(target, name), content])),
    root: target,
    ...(config.limits === undefined ? {} : { limits: config.limits }),
  });
  return errorsOf(diagnostics);
}

interface Findings {
  readonly findings: readonly ReportedFinding[];
  readonly requiredBump: Bump;
}

async function sinceLatest(
  latest: string,
  { contract, folder }: { readonly contract: Contract; readonly folder: string },
  flags: ContractFlags,
  loaded: LoadedConfig,
): Promise<Findings | { readonly faults: readonly Diagnostic[] }> {
  const [base, faults] = await readSide(openRelease(`release:${latest}`, latest, [folder]), flags, loaded);
  if (base === undefined) return { faults };
  const revision: Side = {
    contract,
    source: { name: folder, entries: [], shown: (file) => file, worded: (message) => message, diagnostics: [] },
  };
  const { findings, requiredBump } = compareSides(base, revision);
  const fingerprints = fingerprintsOf(findings, base.contract, contract);
  return {
    requiredBump,
    findings: findings.map((finding) => ({ ...finding, fingerprint: fingerprints.get(finding) as string })),
  };
}

/** True when the step from the latest release is smaller than the findings demand. */
function isTooLow(version: string, latest: string, bump: Bump): boolean {
  const [major, minor] = versionNumbers(version) ?? [0, 0];
  const [latestMajor, latestMinor] = versionNumbers(latest) ?? [0, 0];
  if (bump === 'major') return major <= latestMajor;
  return bump === 'minor' && major <= latestMajor && minor <= latestMinor;
}

async function refuse(
  { version, latest, bump, findings }: { version: string; latest: string; bump: Bump; findings: Findings['findings'] },
  flags: ReleaseFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const [major = 0, minor = 0] = versionNumbers(latest) ?? [];
  const least = bump === 'major' ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
  const reasons = bump === 'major' ? findings.filter(({ severity }) => severity === 'error') : findings;
  await writeReport(
    {
      command: 'release',
      diagnostics: reasons,
      summary: `Nothing was written: ${version} is too low, what changed since ${latest} demands ${least} at least.`,
      facts: { version, previous: latest, requiredBump: bump, least, written: false },
    },
    flags.format,
    terminal,
  );
  return exitCodes.findings;
}

async function unreadable(faults: readonly Diagnostic[], flags: ReleaseFlags, terminal: Terminal): Promise<ExitCode> {
  await writeReport(
    {
      command: 'release',
      diagnostics: faults,
      summary: `Nothing was written: ${count(faults.length, 'error')} in the contracts.`,
    },
    flags.format,
    terminal,
  );
  return exitCodes.invalidContract;
}
