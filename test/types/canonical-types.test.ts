import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generateAll, loadCanonical } from '../client/canonical-contract.ts';
import { write } from '../client/generate.ts';

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
};

it('an adapter compiles, and each of its mistakes does not', { timeout: 120_000 }, async () => {
  const folder = write([
    ...generateAll(await loadCanonical()),
    { path: 'adapter.ts', content: readFileSync(new URL('fixtures/adapter.ts.txt', import.meta.url), 'utf8') },
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['**/*.ts'] }) },
  ]);
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  expect(spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
});

it('every member and every exported name says what it means', async () => {
  const files = generateAll(await loadCanonical());
  const types = files.find(({ path }) => path === 'types.ts')?.content.split('\n') ?? [];
  const isCommented = (line: number): boolean => types[line - 1]?.trim().endsWith('*/') === true;
  const members = types.flatMap((text, line) => (/^ +(readonly )?('[^']+'|\w+)\??: [^=]*;$/.test(text) ? [line] : []));
  expect(members.length).toBeGreaterThan(500);
  expect(members.filter((line) => !isCommented(line)).map((line) => types[line])).toEqual([]);
  const exported = types.flatMap((text, line) => (/^export (type|const|function) /.test(text) ? [line] : []));
  // The type of an enum stands right under its constants, which carry the text.
  const bare = exported.filter((line) => !isCommented(line) && types[line - 1] !== '} as const;');
  expect(bare.map((line) => types[line])).toEqual([]);
  const functions = files
    .filter(({ path }) => /^(client|events)\//.test(path))
    .map(({ content }) => content.split('\n'));
  const undocumented = functions.flatMap((lines) =>
    lines.filter(
      (text, line) => /^export (async )?function/.test(text) && lines[line - 1]?.trim().endsWith('*/') !== true,
    ),
  );
  expect(undocumented).toEqual([]);
});

it('a long union has each alternative on a line of its own', async () => {
  const types = generateAll(await loadCanonical()).find(({ path }) => path === 'types.ts')?.content;
  expect(types).toContain('export type WorkOrderDemand =\n  | WorkOrderDemandSalesOrder\n  | WorkOrderDemandProject\n');
  expect(types).toContain("export type UnitCode =\n  | 'C62'\n  | 'KGM'\n");
  expect(types).not.toMatch(/[ \t]$/m);
});
