import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '@millwright/contract';
import type { LoadedConfig } from '../config.ts';
import { UsageFailure } from '../failure.ts';
import { findContracts } from './find-contracts.ts';
import { openGitRevision } from './git-source.ts';
import { openRelease, openReleases } from './release-source.ts';

/** One side of a comparison: where its files are, and what they are called before people. */
export interface RevisionSource {
  /** As the user wrote it. */
  readonly name: string;
  readonly entries: readonly string[];
  /** Files that are held in memory, because they are not on the disk. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Folder that references may not leave, where the side has one of its own. */
  readonly root?: string;
  /** Of a release. */
  readonly version?: string;
  /** The name of a file as people know it. */
  readonly shown: (file: string) => string;
  /** A message with the names of files as people know them. */
  readonly worded: (message: string) => string;
  /** What is wrong with the side as a whole. */
  readonly diagnostics: readonly Diagnostic[];
}

type RevisionName =
  | { readonly kind: 'path'; readonly text: string }
  | { readonly kind: 'git'; readonly text: string; readonly revision: string; readonly path?: string }
  | { readonly kind: 'release'; readonly text: string; readonly version: string };

/**
 * OLD and NEW of the command line. Without NEW a release or git revision is compared with the contracts of the config. With
 * `isTransitive` the bases are OLD, which is a release, and all releases before it, the latest first.
 */
export function openRevisions(
  [first, second]: readonly string[],
  loaded: LoadedConfig,
  { bytesMax, isTransitive }: { readonly bytesMax: number; readonly isTransitive: boolean },
): { readonly bases: readonly RevisionSource[]; readonly revision: RevisionSource } {
  const names = [nameOf(first ?? ''), second === undefined ? undefined : nameOf(second)] as const;
  const paths = pathsOf(names, loaded);
  const open = (name: RevisionName | undefined): RevisionSource => {
    if (name === undefined) return onDisk(paths.join(', '), paths);
    if (name.kind === 'git') return openGitRevision({ ...name, paths, bytesMax });
    return name.kind === 'release' ? openRelease(name.text, name.version, paths) : onDisk(name.text, [name.text]);
  };
  const [old] = names;
  if (isTransitive && old.kind !== 'release')
    throw new UsageFailure(
      `A transitive mode compares with every release, and ${old.text} is none`,
      'Name a release as OLD: millwright diff release:latest contracts.',
    );
  const bases = isTransitive && old.kind === 'release' ? openReleases(old.text, old.version, paths) : [open(old)];
  return { bases, revision: open(names[1]) };
}

function nameOf(text: string): RevisionName {
  if (text.startsWith('release:')) return { kind: 'release', text, version: text.slice('release:'.length) };
  if (!text.startsWith('git:')) return { kind: 'path', text };
  const [revision = '', ...path] = text.slice('git:'.length).split(':');
  return { kind: 'git', text, revision, ...(path.length === 0 ? {} : { path: path.join(':') }) };
}

/** Paths in the working tree that a side without paths of its own stands for: those of the other side, else of the config. */
function pathsOf(
  names: readonly [RevisionName, RevisionName | undefined],
  { config, folder }: LoadedConfig,
): readonly string[] {
  const named = names.find((name) => name?.kind === 'path');
  if (named !== undefined) return [resolve(named.text)];
  if ((config.contracts ?? []).length > 0) return (config.contracts ?? []).map((path) => resolve(folder, path));
  if (names.every((name) => name?.kind === 'git' && name.path !== undefined)) return [];
  if (existsSync('schemas')) return [resolve('schemas')];
  throw new UsageFailure(
    `It is not said which contracts of ${names[0].text} are meant`,
    `Name a file or folder as the other side (millwright diff ${names[0].text} openapi.yaml), or write a config (millwright init).`,
  );
}

function onDisk(name: string, paths: readonly string[]): RevisionSource {
  return {
    name,
    entries: findContracts(paths, process.cwd()),
    shown: (file) => file,
    worded: (message) => message,
    diagnostics: [],
  };
}
