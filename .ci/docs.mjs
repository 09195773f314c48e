// Reference pages made from the code and the contracts: one source, no drift. `--check` writes nothing and fails when a page
// is out of date. The pages are TypeScript that reads the sources of the packages, so no build is needed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { rerunOnPinnedNode, root } from './bootstrap.mjs';

rerunOnPinnedNode(import.meta.url);

const { status } = spawnSync(
  process.execPath,
  ['--conditions=@millwright/source', join(root, '.ci/docs/write.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
