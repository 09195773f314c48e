import { existsSync, statSync, watch } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { Terminal } from '../terminal.ts';

const settleMs = 100;
/** How far the clock of a file system may be behind that of the process. */
const clockLagMs = 50;

/**
 * Runs again whenever a file changes, also one that changes during a run; ends with the process. A run gives the files that
 * it read. Files that an earlier run read stay watched, because a run that fails does not reach all of them. Where a root is a
 * folder, a file that is added beside those that were read counts too; one in a folder that is new does not.
 */
export async function watchFiles(
  roots: readonly string[],
  run: () => Promise<readonly string[]>,
  terminal: Terminal,
): Promise<never> {
  const files = new Set(roots);
  for (;;) {
    const startedMs = Date.now();
    const before = new Map([...files].map((file) => [file, stampOf(file)]));
    for (const file of await run()) files.add(resolve(file));
    terminal.progress('watching for changes; press Ctrl+C to stop');
    await nextChange(files, roots, () => [...files].some((file) => isNewer(file, before, startedMs)));
  }
}

/** True when a file is another than before the run, or, if the run found it, changed since it began. */
function isNewer(file: string, before: ReadonlyMap<string, string>, startedMs: number): boolean {
  const known = before.get(file);
  if (known !== undefined) return stampOf(file) !== known;
  return (statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0) > startedMs - clockLagMs;
}

/** Differs when a file was written, replaced, made or removed. */
function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'absent' : `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

/** Watches first and looks then, so that no change falls between. */
function nextChange(files: ReadonlySet<string>, roots: readonly string[], isDue: () => boolean): Promise<void> {
  return new Promise((settle) => {
    let isSettled = false;
    const end = (): void => {
      if (isSettled) return;
      isSettled = true;
      for (const watcher of watchers) watcher.close();
      setTimeout(settle, settleMs);
    };
    // Folders are watched, because editors replace files instead of writing into them.
    const folders = new Set([...roots.filter(isFolder), ...[...files].map((file) => dirname(file)).filter(isFolder)]);
    const isAdded = (path: string): boolean =>
      /\.(json|ya?ml)$/i.test(path) && roots.some((root) => path.startsWith(`${root}${sep}`)) && existsSync(path);
    const watchers = [...folders].map((folder) =>
      watch(folder, (_event, name) => {
        if (name === null || files.has(resolve(folder, name)) || isAdded(resolve(folder, name))) end();
      }),
    );
    if (isDue()) end();
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
