import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { UsageFailure } from '../failure.ts';

const ownFolder = 'Name a folder of its own for generated code, such as --out src/sdk.';

/**
 * Refuses an output folder that cannot or must not be swapped. `kept` are files that the swap must not move: contracts and
 * the config. The working directory is among what must stay, because whoever stands in it would lose the ground.
 */
export function checkFolder(folder: string, kept: readonly string[]): void {
  try {
    refuseFolder(folder, kept);
  } catch (error) {
    throw folderFailure(error, folder);
  }
}

function refuseFolder(folder: string, kept: readonly string[]): void {
  const shown = relative(process.cwd(), folder) === '' ? '.' : folder;
  const ground = nearestPresent(folder);
  if (!statSync(ground).isDirectory())
    throw new UsageFailure(
      ground === folder ? `${folder} is a file, not a folder` : `${ground} is a file, so it cannot hold ${folder}`,
      'Name a folder with --out, such as --out src/sdk.',
    );
  // The name may be there though what it leads to is not.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new UsageFailure(`${folder} is a link`, 'Name the folder that it leads to with --out.');
  if (contains(folder, process.cwd()))
    throw new UsageFailure(`${shown} holds the working directory, which must not be swapped away`, ownFolder);
  const inside = kept.find((path) => contains(folder, path));
  if (inside !== undefined)
    throw new UsageFailure(
      `${shown} holds ${relative(process.cwd(), inside)}, from which it would be generated`,
      ownFolder,
    );
  if (ground === folder && ['.git', 'node_modules'].some((name) => existsSync(resolve(folder, name))))
    throw new UsageFailure(`${folder} is the root of a repository or package`, ownFolder);
}

/** The path itself or the closest folder above it that is there. */
function nearestPresent(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

/** True when a path is the folder or lies below it, links followed as far as there is something. */
function contains(folder: string, path: string): boolean {
  const [outer, inner] = [realPath(folder), realPath(path)];
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

function realPath(path: string): string {
  const present = nearestPresent(path);
  return resolve(realpathSync(present), relative(present, path));
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EBUSY: 'it is in use, or another file system begins there',
  EDQUOT: 'the quota of the disk is used up',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'a name is too long for the file system',
  ENOENT: 'the file system takes no files there',
  ENOSPC: 'no space is left on the disk',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  EXDEV: 'another file system begins there',
};

/** What the system refused, as a sentence about the output folder; any other error as it is. */
export function folderFailure(error: unknown, folder: string): unknown {
  const { code, path, message } = error as { readonly [name: string]: unknown };
  if (!(error instanceof Error) || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  const place = typeof path === 'string' && path !== folder ? ` (${path})` : '';
  return new UsageFailure(
    `${folder} cannot be read or written: ${reasons[code] ?? String(message)}${place}`,
    'Check path, permissions and free space, or name another folder with --out. The folder is as it was.',
  );
}
