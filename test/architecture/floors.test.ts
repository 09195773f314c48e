import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const floorsOfDesign = {
  '@millwright/schemas': 0,
  '@millwright/contract': 1,
  '@millwright/diff': 2,
  '@millwright/lint': 2,
  '@millwright/codegen': 2,
  '@millwright/generators': 3,
  millwright: 4,
};
const floorsOfRunTime = {
  '@millwright/runtime': 1,
  '@millwright/testing': 2,
  '@millwright/sdk': 2,
  '@millwright/odoo': 3,
  '@millwright/mes': 3,
  '@millwright/quality': 3,
};
/** The command line looks after stores and servers of the run-time (docs/adr/0008). */
const acrossTheSides: Readonly<Record<string, readonly string[]>> = { millwright: ['@millwright/runtime'] };
const sides: readonly Readonly<Record<string, number>>[] = [floorsOfDesign, floorsOfRunTime];
const manifests = globSync(
  ['schemas/package.json', 'packages/*/package.json', 'generators/package.json', 'cli/package.json'],
  { cwd: root },
);

/** Import only downward, never sideways, never across the two sides (ARCHITECTURE.md, Floors). */
describe.each(manifests.sort())('%s', (file) => {
  const { name, ...manifest } = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const floors = sides.find((side) => name in side) ?? {};
  const below = [
    ...Object.keys(floors).filter((other) => (floors[other] ?? 0) < (floors[name] ?? 0)),
    ...(acrossTheSides[name] ?? []),
  ];
  const declared = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) =>
    Object.keys(manifest[key] ?? {}),
  );
  const imported = importsOf(join(root, dirname(file), 'src'));

  it('stands on a floor', () => expect(Object.keys(floors)).toContain(name));
  it('declares only packages of lower floors', () =>
    expect(below).toEqual(expect.arrayContaining(declared.filter(isOurs))));
  it('imports only what it declares', () => expect(declared).toEqual(expect.arrayContaining(imported.filter(isOurs))));
  if (name === '@millwright/contract')
    it('opens no socket', () => {
      expect(imported.filter((module) => /^(node:)?(net|tls|https?|http2|dgram|dns)$/.test(module))).toEqual([]);
    });
});

function isOurs(name: string): boolean {
  return name === 'millwright' || name.startsWith('@millwright/');
}

/** The compiler reads the imports, because templates of generators hold text that looks like one. */
function importsOf(folder: string): readonly string[] {
  const modules = globSync('**/*.ts', { cwd: folder }).flatMap((source) =>
    ts.preProcessFile(readFileSync(join(folder, source), 'utf8')).importedFiles.map((imported) => imported.fileName),
  );
  return [...new Set(modules.map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name)))];
}
