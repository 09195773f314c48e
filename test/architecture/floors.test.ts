import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const design = { '@millwright/schemas': 0, '@millwright/contract': 1, '@millwright/diff': 2, '@millwright/lint': 2, '@millwright/codegen': 2, '@millwright/generators': 3, millwright: 4 };
const runTime = { '@millwright/runtime': 1, '@millwright/testing': 2, '@millwright/odoo': 2, '@millwright/mes': 2, '@millwright/quality': 2, '@millwright/sdk': 2 };
const sides: readonly Readonly<Record<string, number>>[] = [design, runTime];

/** Import only downward, never sideways, never across the two sides (ARCHITECTURE.md, Floors). */
describe.each(globSync(['schemas', 'packages/*', 'generators', 'cli'].map((folder) => `${folder}/package.json`), { cwd: root }))('%s', (file) => {
  const manifest = JSON.parse(readFileSync(root + file, 'utf8'));
  const floors = sides.find((side) => manifest.name in side) ?? {};
  const below = Object.keys(floors).filter((name) => (floors[name] ?? 0) < (floors[manifest.name] ?? -1));
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies, ...manifest.devDependencies });
  const ours = (names: readonly string[]): string[] => names.filter((name) => /^(@millwright\/|millwright$)/.test(name));

  it('stands on a floor', () => expect(floors).toHaveProperty([manifest.name]));
  it('declares only packages of lower floors of its side', () => expect(below).toEqual(expect.arrayContaining(ours(declared))));
  it('imports only what it declares', () => {
    const imported = globSync('src/**/*.ts', { cwd: root + file.replace('package.json', '') }).flatMap((source) => {
      const text = readFileSync(root + file.replace('package.json', source), 'utf8');
      return [...text.matchAll(/^\s*(?:import|export|\} from)\b[^'"\n]*['"]((?:@millwright\/)[^'"/]+|millwright)/gm)].map((match) => match[1] ?? '');
    });
    expect(declared).toEqual(expect.arrayContaining(imported));
  });
});
