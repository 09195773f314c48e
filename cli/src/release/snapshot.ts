import { dirname, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contract, isJsonObject, type JsonValue, type SourceDocument } from '@millwright/contract';
import { canonical } from '../diff/fingerprint.ts';
import { UsageFailure } from '../failure.ts';
import { contentHashOf, hashOf, type ReleaseManifest, releaseManifestName } from '../input/release-source.ts';

/** Files of a release by their paths in it, `/` as separator. */
export interface Snapshot {
  readonly manifest: ReleaseManifest;
  readonly files: ReadonlyMap<string, string>;
}

export interface SnapshotOptions {
  readonly version: string;
  readonly previous?: string;
  /** Folder that the paths in the release are relative to. */
  readonly folder: string;
}

/**
 * Every document of a contract as canonical JSON: members in one order, no trace of comments or indentation, so that its hash
 * changes when its meaning may have. References between the documents stay relative and follow the files to their new ending.
 */
export function snapshotOf(contract: Contract, { version, previous, folder }: SnapshotOptions): Snapshot {
  const local = contract.documents.filter(({ uri }) => uri.startsWith('file:'));
  const targets = new Map(local.map((document) => [document, targetOf(document, folder)]));
  checkTargets(targets);
  const byPath = new Map([...targets].map(([document, target]) => [pathIn(document, folder), target]));
  const files = new Map<string, string>();
  const hashes: Record<string, string> = {};
  for (const [document, target] of [...targets].sort(([, left], [, right]) => (left < right ? -1 : 1))) {
    const rename = (name: string): string => renamed(name, pathIn(document, folder), byPath);
    const content = `${canonical(withTargets(document.value, rename), 2)}\n`;
    files.set(target, content);
    hashes[target] = hashOf(content);
  }
  const manifest: ReleaseManifest = {
    format: 'millwright.release-manifest/1',
    version,
    ...(previous === undefined ? {} : { previous }),
    entries: [...new Set(contract.entries.map(({ document }) => targets.get(document) ?? ''))]
      .filter((target) => target !== '')
      .sort(),
    files: hashes,
    contentHash: contentHashOf(hashes),
  };
  files.set(releaseManifestName, `${JSON.stringify(manifest, null, 2)}\n`);
  return { manifest, files };
}

/** The folder that holds every entry: the one that was named, else the nearest common one. */
export function folderOf(entries: readonly string[], named: string | undefined): string {
  if (named !== undefined) return named;
  const [first = '', ...others] = entries.map((entry) => dirname(entry));
  let common = first;
  while (
    !others.every((folder) => folder === common || folder.startsWith(common.endsWith(sep) ? common : common + sep))
  )
    common = dirname(common);
  return common;
}

function pathIn({ uri }: SourceDocument, folder: string): string {
  return relative(folder, fileURLToPath(uri)).split(sep).join('/');
}

function targetOf(document: SourceDocument, folder: string): string {
  const path = pathIn(document, folder);
  if (path.startsWith('../') || /^[A-Za-z]:/.test(path))
    throw new UsageFailure(
      `${document.file} lies outside ${folder}, and a release holds all that it refers to`,
      'Name the folder that holds all of the files: millwright release 1.0.0 <folder>.',
    );
  return path.replace(/\.(json|ya?ml)$/i, '.json');
}

function checkTargets(targets: ReadonlyMap<SourceDocument, string>): void {
  const seen = new Map<string, SourceDocument>();
  for (const [document, target] of targets) {
    const other = seen.get(target);
    if (other !== undefined || target === releaseManifestName)
      throw new UsageFailure(
        `${document.file} ${other === undefined ? 'has the name of the manifest' : `and ${other.file} would be one file`} in a release`,
        'Rename the file.',
      );
    seen.set(target, document);
  }
}

/** A reference to a file of the release, with the ending that the file has there; anything else as it was. */
function renamed(name: string, from: string, byPath: ReadonlyMap<string, string>): string {
  const [path = '', ...fragment] = name.split('#');
  if (path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path)) return name;
  const target = byPath.get(posix.join(posix.dirname(from), decoded(path)));
  if (target === undefined) return name;
  return [path.replace(/\.(json|ya?ml)$/i, '.json'), ...fragment].join('#');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Members whose text refers to a file; what a discriminator maps to may be a reference as well. */
const references: ReadonlySet<string> = new Set(['$ref', '$dynamicRef', 'operationRef', 'url']);

function withTargets(value: JsonValue, rename: (name: string) => string, isMapping = false): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withTargets(item as JsonValue, rename));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === 'string' && (isMapping || references.has(name))
        ? rename(member)
        : withTargets(member, rename, name === 'mapping'),
    ]),
  );
}
