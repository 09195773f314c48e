// Packs what would be published and has publint and attw judge the tarballs, because only they show what a user gets.
// `node .ci/packages.mjs pack <folder>` packs and stops: the end-to-end test installs those tarballs.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pnpmStep, rerunOnPinnedNode, root, step } from './bootstrap.mjs';
import { build } from './build.mjs';

const published = ['./schemas', './packages/*', './generators', './cli'].flatMap((folder) => ['--filter', folder]);

rerunOnPinnedNode(import.meta.url);
const [, , command, folder] = process.argv;
const packs = resolve(folder ?? join(root, '.tmp/packs'));
rmSync(packs, { recursive: true, force: true });
mkdirSync(packs, { recursive: true });

let ok = build();
ok = pnpmStep('pack', ['-r', ...published, 'pack', '--pack-destination', packs], { quiet: true }).ok && ok;
if (command !== 'pack') {
  for (const tarball of readdirSync(packs)) {
    const path = join(packs, tarball);
    ok = step(`publint ${tarball}`, ['publint', 'run', '--strict', path], { quiet: true }).ok && ok;
    // The schemas are data: there are no types to judge.
    if (tarball.startsWith('millwright-schemas-')) continue;
    ok = step(`attw ${tarball}`, ['attw', '--profile', 'esm-only', path], { quiet: true }).ok && ok;
  }
}
process.exitCode = ok ? 0 : 1;
