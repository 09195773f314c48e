import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files over 400 lines look like a missing idea. Whoever keeps one writes the reason here. */
const longFiles: Readonly<Record<string, string>> = {};

const skippedFolders = new Set(['node_modules', 'dist', '.git', '.tmp']);
const files = globSync('**', { cwd: root, exclude: (path) => skippedFolders.has(basename(path)) })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => statSync(join(root, path)).isFile());
/** Written by a program or given as data: their names and lengths are not ours to choose. */
const isGenerated = (path: string): boolean =>
  /^packages\/sdk\/src\/|^docs\/reference\/|\/(cases|golden|fixtures|suites)\/|^pnpm-lock|runtime-source\.ts$/.test(
    path,
  );
const written = files.filter((path) => !isGenerated(path));
const code = written.filter((path) => /\.(ts|mjs)$/.test(path));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const holding = (paths: readonly string[], pattern: RegExp): readonly string[] =>
  paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );

describe('the tree is tidy', () => {
  it('has kebab-case names', () => {
    const conventional = /^([A-Z]+\.md|LICENSE|NOTICE)$/;
    const kebab = /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/;
    expect(
      written.filter((path) => !path.split('/').every((part) => kebab.test(part) || conventional.test(part))),
    ).toEqual([]);
  });

  it('has no file named for having no subject', () => {
    expect(code.filter((path) => /^(utils?|helpers?|common|misc)\.(ts|mjs)$/.test(basename(path)))).toEqual([]);
  });

  it('has no long file without a reason', () => {
    const long = code.filter((path) => read(path).split('\n').length > 401);
    expect(long.sort()).toEqual(Object.keys(longFiles).sort());
  });

  it('leaves no work for later in comments', () => {
    expect(
      holding(
        written.filter((path) => !/\.json$|^LICENSE$/.test(path)),
        new RegExp(`\\b(${['TO', 'FIX'].join('DO|')}ME)\\b`),
      ),
    ).toEqual([]);
  });

  it('names no package registry and no path of the machine it was written on', () => {
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['npm', 'pkg', 'github', 'com'],
    ];
    const pattern = new RegExp(`${hosts.map((host) => host.join('\\.')).join('|')}|(^|[^A-Za-z0-9_.])/(work|farm)/`);
    expect(holding(files, pattern)).toEqual([]);
  });

  it('has one lock file', () => {
    const locks = /^(pnpm-lock\.yaml|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|bun\.lockb?)$/;
    expect(files.filter((path) => locks.test(basename(path)))).toEqual(['pnpm-lock.yaml']);
  });

  it('keeps tests where the runner looks for them', () => {
    expect(files.filter((path) => path.endsWith('.test.ts') && !/^(test|examples)\//.test(path))).toEqual([]);
  });
});
