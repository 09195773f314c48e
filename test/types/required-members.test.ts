import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { types } from '../../generators/src/types/index.ts';
import { load, options, write } from '../client/generate.ts';

const contract = load(new URL('fixtures/composed.yaml', import.meta.url));

/** Declarations in which one part requires what another declares. */
const cases: readonly (readonly [name: string, text: string])[] = [
  [
    'Beside',
    'export type Beside = {\n  code: Code;\n  readonly madeAt: string;\n  note: string | null;\n  other: unknown;\n  parts: {} | null;\n} & Draft;\n',
  ],
  // What the server makes is not asked of a client, and what only a client sends is not promised to it.
  [
    'BesideInput',
    'export type BesideInput = {\n  code: Code;\n  note: string | null;\n  other: unknown;\n  parts: {} | null;\n  secret: string;\n} & DraftInput;\n',
  ],
  ['Branch', 'export type Branch = Draft & {\n  code: Code;\n};\n'],
  ['Named', 'export type Named = Draft & Coded & {\n  code: Code;\n};\n'],
  ['Either', 'export type Either = Draft & ({\n  code: Code;\n} | {\n  note: string | null;\n});\n'],
  ['Coded', 'export type Coded = {\n  code: unknown;\n};\n'],
];

it.each(cases)('%s', async (_, text) => {
  expect(types.generate(await contract, options)[0][0]?.content).toContain(text);
});

// Read by an adapter developer: a required member is never possibly undefined.
const use = `
import type { Beside, BesideInput, Branch, Either, Named, Own } from './types.ts';
export const beside = (value: Beside): readonly [string, string | null, object | null] => [value.code, value.note, value.parts];
export const count = (value: Beside): number | undefined => value.parts.count;
export const branch = (value: Branch): string => value.code;
export const named = (value: Named): string => value.code;
export const either = (value: Either): string | null => ('code' in value && value.code !== undefined ? value.code : (value.note ?? null));
export const own: readonly Own[] = [{ left: 'a' }, { right: 'b' }];
export const sent: BesideInput = { code: 'A', note: null, other: 1, parts: {}, secret: 's' };
// @ts-expect-error one of the two is required
export const neither: Own = {};
// @ts-expect-error the code is required
export const uncoded: Branch = {};
// @ts-expect-error the server sets it
export const touch = (value: Beside): void => void (value.madeAt = '');
`;

it('a required member is there', { timeout: 60_000 }, async () => {
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  };
  const folder = write([
    ...types.generate(await contract, options)[0],
    { path: 'use.ts', content: use },
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['*.ts'] }) },
  ]);
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  expect(spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
});
