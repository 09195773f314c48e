// The way from a fresh machine to the pinned tools. Runs on plain Node 20 before anything is installed, so it has no
// dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pnpm = ['npx', '--yes', 'pnpm@12.21.0'];
const windows = process.platform === 'win32';
const pinnedNode = join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node');
const stampFile = join(root, 'node_modules/.millwright-install');

/** Installs when the lock file or a package.json changed since the last time, then continues this very file on Node 24. */
export function rerunOnPinnedNode(file) {
  process.chdir(root);
  install();
  if (realpathSync(process.execPath) === realpathSync(pinnedNode)) return;
  const { status, signal } = spawnSync(pinnedNode, [fileURLToPath(file), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: environment(),
  });
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}

/** Runs one step, its name and duration on stderr. Output goes to stderr as it comes; with `quiet` only when the step fails. */
export function step(name, [command, ...args], { quiet = false, ...options } = {}) {
  const start = performance.now();
  console.error(`> ${name}`);
  const stdio = ['ignore', quiet ? 'pipe' : 2, 2];
  const { status, stdout, error } = spawnSync(command, args, {
    cwd: root,
    stdio,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: environment(),
    shell: windows,
    ...options,
  });
  const ok = status === 0;
  if (!ok && stdout) process.stderr.write(stdout);
  console.error(
    `  ${ok ? 'done' : 'FAILED'} in ${((performance.now() - start) / 1000).toFixed(1)} s${error === undefined ? '' : `: ${error.message}`}`,
  );
  return { ok, status: status ?? 1, stdout: stdout ?? '' };
}

export function pnpmStep(name, args, options) {
  return step(name, [...pnpm, ...args], options);
}

function install() {
  const wanted = fingerprint();
  if (existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  if (!pnpmStep('install (pnpm through npx)', ['install', '--frozen-lockfile', '--reporter=append-only']).ok) {
    console.error(
      `The install failed. Is the network reachable? After a change of a package.json run: ${pnpm.join(' ')} install --no-frozen-lockfile`,
    );
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
}

/** What an install depends on. The platform is part of it: node_modules copied to another machine would hold the wrong binaries. */
function fingerprint() {
  const folders = ['', 'packages', 'examples'].flatMap((parent) =>
    existsSync(join(root, parent))
      ? readdirSync(join(root, parent), { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => join(parent, entry.name))
      : [],
  );
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...folders.map((folder) => join(folder, 'package.json')).sort(),
  ];
  const hash = createHash('sha256').update(`${root} ${process.platform} ${process.arch}`);
  for (const file of files)
    if (existsSync(join(root, file))) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Bins of the workspace first, among them Node 24. CI=1: pnpm must not ask. Colours only where somebody sees them. */
function environment() {
  return {
    ...process.env,
    ...(process.stderr.isTTY ? {} : { NO_COLOR: '1' }),
    CI: '1',
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}
