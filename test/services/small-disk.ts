import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that fills up: a file system in memory. Only root can make one, on Linux. */
export interface SmallDisk {
  readonly folder: string;
  /** Makes it larger, or smaller, without a change of what it holds. */
  resize(megabytes: number): void;
  remove(): void;
}

export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    folder,
    resize: (size) => void execFileSync('mount', ['-o', `remount,size=${size}m`, folder]),
    remove: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}

/** Starts a server that keeps its data on the disk. */
export async function onDisk<Result>({ folder }: SmallDisk, start: () => Promise<Result>): Promise<Result> {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return await start();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** Why there is none; undefined where there is. */
export const smallDiskMissing = ((): string | undefined => {
  try {
    mountSmallDisk(1).remove();
    return undefined;
  } catch (error) {
    return `no disk can be mounted: ${String(error).split('\n')[0]}`;
  }
})();
