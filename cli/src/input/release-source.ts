import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Diagnostic } from '@millwright/contract';
import { UsageFailure } from '../failure.ts';
import type { RevisionSource } from './revision-source.ts';

export const releasedFolder = 'released';
export const releaseManifestName = 'manifest.json';

/** What a release is: every file with the hash of its content, so that a later change of a snapshot is noticed. */
export interface ReleaseManifest {
  readonly format: 'millwright.release-manifest/1';
  readonly version: string;
  /** The release that it was compared with. */
  readonly previous?: string;
  /** Contracts; the other files are what they refer to. Paths relative to the release, sorted. */
  readonly entries: readonly string[];
  /** `sha256:` of each file. */
  readonly files: Readonly<Record<string, string>>;
  /** `sha256:` over the lines `hash path`, in the order of the paths. */
  readonly contentHash: string;
}

export const hashOf = (content: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

export function contentHashOf(files: Readonly<Record<string, string>>): string {
  return hashOf(
    Object.keys(files)
      .sort()
      .map((path) => `${files[path]} ${path}\n`)
      .join(''),
  );
}

/** The three numbers of a version, or undefined. */
export function versionNumbers(version: string): readonly [major: number, minor: number, patch: number] | undefined {
  const parts = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(version);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

/** Negative when the left version is the lower one. */
export function compareVersions(left: string, right: string): number {
  const [before, after] = [versionNumbers(left) ?? [0, 0, 0], versionNumbers(right) ?? [0, 0, 0]];
  return before[0] - after[0] || before[1] - after[1] || before[2] - after[2];
}

/** Released versions beside the contracts of a folder, the lowest first. */
export function releasesIn(folder: string): readonly string[] {
  const released = join(folder, releasedFolder);
  if (!existsSync(released)) return [];
  return readdirSync(released, { withFileTypes: true })
    .filter((item) => item.isDirectory() && versionNumbers(item.name) !== undefined)
    .map(({ name }) => name)
    .sort(compareVersions);
}

/** The part of a release that belongs to paths of the working tree: all of it for the folder of the releases. */
export function openRelease(name: string, wanted: string, paths: readonly string[]): RevisionSource {
  const folder = paths.map(folderOfReleases).find((found) => found !== undefined);
  const versions = folder === undefined ? [] : releasesIn(folder);
  const version = wanted === 'latest' ? versions.at(-1) : versions.find((known) => known === wanted);
  if (folder === undefined || version === undefined) throw noRelease(name, versions, paths);
  const root = join(folder, releasedFolder, version);
  const manifest = readReleaseManifest(root);
  const inside = paths.map((path) =>
    relative(folder, path)
      .split(sep)
      .join('/')
      .replace(/\.(json|ya?ml)$/i, ''),
  );
  const entries = manifest.entries.filter((entry) =>
    inside.some((path) => path === '' || entry.startsWith(`${path}/`) || entry === `${path}.json`),
  );
  if (entries.length === 0)
    throw new UsageFailure(
      `Release ${version} has no ${inside.join(', ')}`,
      `It holds ${manifest.entries.slice(0, 8).join(', ')}${manifest.entries.length > 8 ? ', ...' : ''}.`,
    );
  return {
    name,
    entries: entries.map((entry) => join(root, entry)),
    root,
    version,
    shown: (file) => file,
    worded: (message) => message,
    diagnostics: alterations(root, manifest),
  };
}

/** A release and all before it, the latest first. */
export function openReleases(name: string, wanted: string, paths: readonly string[]): readonly RevisionSource[] {
  const latest = openRelease(name, wanted, paths);
  const folder = paths.map(folderOfReleases).find((found) => found !== undefined) ?? '';
  const earlier = releasesIn(folder).filter((version) => compareVersions(version, latest.version ?? '') < 0);
  return [latest, ...earlier.reverse().map((version) => openRelease(`release:${version}`, version, paths))];
}

function noRelease(name: string, versions: readonly string[], paths: readonly string[]): UsageFailure {
  return new UsageFailure(
    `There is no ${name}`,
    versions.length > 0
      ? `Releases are ${versions.join(', ')}; the last one is release:latest.`
      : `No folder ${releasedFolder} with a release stands beside ${paths.join(', ')}. millwright release cuts the first one.`,
  );
}

/** The nearest folder above a path, or the path itself, in which releases stand. */
function folderOfReleases(path: string): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    if (releasesIn(at).length > 0) return at;
    if (dirname(at) === at || existsSync(join(at, '.git'))) return undefined;
  }
}

/** The manifest of a release; a release without a proper one cannot be trusted. */
function readReleaseManifest(root: string): ReleaseManifest {
  const path = join(root, releaseManifestName);
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as ReleaseManifest;
    const names = [...manifest.entries, ...Object.keys(manifest.files)];
    if (manifest.format === 'millwright.release-manifest/1' && names.every(isInside)) return manifest;
  } catch {
    // Told below, whatever it was.
  }
  throw new UsageFailure(
    `${path} is no manifest of a release`,
    'Restore the release from version control; millwright release writes a release once and never again.',
  );
}

function isInside(path: unknown): boolean {
  return typeof path === 'string' && !/^[\\/]|^[A-Za-z]:|(^|[\\/])\.\.([\\/]|$)|\\|\0/.test(path);
}

/** Files of a release that are not what was released. */
function alterations(root: string, manifest: ReleaseManifest): readonly Diagnostic[] {
  return Object.entries(manifest.files).flatMap(([name, hash]): readonly Diagnostic[] => {
    const path = join(root, name);
    const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    if (isThere && hashOf(readFileSync(path)) === hash) return [];
    return [
      {
        code: 'diff/release-altered',
        severity: 'error',
        message: `${name} of release ${manifest.version} is ${isThere ? 'not what was released' : 'gone'}`,
        location: { file: relative(process.cwd(), path).split(sep).join('/'), line: 1, column: 1, pointer: '' },
        why: 'A release that changes afterwards hides what breaks those who rely on it.',
        fix: 'Restore the file from version control, and release the change under a new version.',
      },
    ];
  });
}
