// dist/ of every package: declarations and libraries by tsc, the command line as a few bundled chunks by rolldown.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rerunOnPinnedNode, root, step } from './bootstrap.mjs';

/** True when both parts succeeded; the second runs in any case, so that one type error does not hide a broken bundle. */
export function build() {
  const declarations = step('build libraries and declarations (tsc)', [
    'tsc',
    '-b',
    'cli',
    'packages/sdk',
    'packages/quality',
    'packages/mes',
    'packages/testing',
    'packages/diff',
  ]);
  const bundle = step(
    'bundle the command line (rolldown)',
    [join(root, 'cli/node_modules/.bin/rolldown'), '-c', 'rolldown.config.mjs'],
    { cwd: join(root, 'cli'), quiet: true },
  );
  return declarations.ok && bundle.ok;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  rerunOnPinnedNode(import.meta.url);
  process.exitCode = build() ? 0 : 1;
}
