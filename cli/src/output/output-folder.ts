import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { UsageFailure } from '../failure.ts';
import { folderFailure } from './check-folder.ts';
import { type Manifest, manifestName, sha256 } from './manifest.ts';

/** How a folder on disk differs from what would be generated now. Paths relative to the folder, sorted. */
export interface FolderDifference {
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  /** Generated once, not any more. */
  readonly orphaned: readonly string[];
}

/** True when nothing differs. */
export function isUpToDate({ changed, missing, orphaned }: FolderDifference): boolean {
  return changed.length + missing.length + orphaned.length === 0;
}

/** Compares a folder with the files that belong into it, the manifest among them. */
export function compareFolder(folder: string, files: ReadonlyMap<string, string>): FolderDifference {
  try {
    return differenceOf(folder, files);
  } catch (error) {
    throw folderFailure(error, folder);
  }
}

function differenceOf(folder: string, files: ReadonlyMap<string, string>): FolderDifference {
  const present = existsSync(folder) ? filesBelow(folder) : [];
  const changed: string[] = [];
  const missing: string[] = [];
  for (const [name, content] of files) {
    if (!present.includes(name)) missing.push(name);
    else if (sha256(readFileSync(join(folder, name))) !== sha256(content)) changed.push(name);
  }
  const previous = readManifest(folder)?.files ?? {};
  const orphaned = present.filter(
    (name) => !files.has(name) && (Object.hasOwn(previous, name) || isGenerated(join(folder, name))),
  );
  return { changed: changed.sort(), missing: missing.sort(), orphaned: orphaned.sort() };
}

/**
 * Puts generated files into a folder as a whole: they are written beside it and the two folders are swapped by renaming,
 * so a reader or a crash sees the old output or the new, never a mixture. Files that Millwright did not write are kept.
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const stage = besides(folder, 'new');
  const previous = besides(folder, 'old');
  const made: string[] = [];
  recoverFolder(folder);
  try {
    const existed = existsSync(folder);
    const foreign = existed ? foreignFiles(folder, files) : [];
    makeFolder(stage, made);
    for (const name of foreign)
      cpSync(join(folder, name), join(stage, name), {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
      });
    for (const [name, content] of files) {
      makeFolder(dirname(join(stage, name)));
      writeFileSync(join(stage, name), content, { flag: 'wx' });
    }
    if (existed) renameSync(folder, previous);
    renameSync(stage, folder);
  } catch (error) {
    withdraw(folder, made);
    throw folderFailure(error, folder);
  }
  // The new output stands; the next run takes away what cannot be removed now.
  attempt(() => rmSync(previous, { recursive: true, force: true }));
}

/** Finishes or undoes a swap that was cut short, and takes away what it had staged. */
export function recoverFolder(folder: string): void {
  const previous = besides(folder, 'old');
  try {
    if (existsSync(previous)) {
      if (existsSync(folder)) rmSync(previous, { recursive: true, force: true });
      else renameSync(previous, folder);
    }
    rmSync(besides(folder, 'new'), { recursive: true, force: true });
  } catch (error) {
    throw folderFailure(error, folder);
  }
}

/** Leaves things as they were before a write that failed. What fails here as well must not hide why it failed. */
function withdraw(folder: string, made: readonly string[]): void {
  attempt(() => recoverFolder(folder));
  for (const parent of made.toReversed()) attempt(() => rmdirSync(parent));
}

/** Does what may fail without harm. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The caller has something more important to tell.
  }
}

/** Makes a folder and those above it, and notes them. A recursive mkdir of Node never ends where none can be made (/proc). */
function makeFolder(folder: string, made: string[] = []): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

function besides(folder: string, what: string): string {
  return join(dirname(folder), `.${basename(folder)}.millwright-${what}`);
}

function foreignFiles(folder: string, files: ReadonlyMap<string, string>): readonly string[] {
  const previous = readManifest(folder)?.files ?? {};
  const foreign = filesBelow(folder).filter(
    (name) => name !== manifestName && !Object.hasOwn(previous, name) && !isGenerated(join(folder, name)),
  );
  const clash = foreign.find((name) => files.has(name));
  if (clash !== undefined)
    throw new UsageFailure(
      `${join(folder, clash)} was not written by Millwright and would be overwritten`,
      'Move the file, or name another folder with --out.',
    );
  return foreign;
}

/** Files below a folder, `/` as separator. Links are listed, not followed. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((item) => !item.isDirectory())
    .map((item) => relative(folder, join(item.parentPath, item.name)).split(sep).join('/'))
    .sort();
}

function isGenerated(path: string): boolean {
  if (!lstatSync(path).isFile() || !path.endsWith('.ts')) return false;
  return readFileSync(path, 'utf8').slice(0, 200).includes('Generated by Millwright');
}

/** Manifest of a folder; undefined when there is none that can be read. */
function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest;
    return manifest.format === 'millwright.manifest/1' && typeof manifest.files === 'object' && manifest.files !== null
      ? manifest
      : undefined;
  } catch {
    return undefined;
  }
}
