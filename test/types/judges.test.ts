import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nameSchemas } from '@millwright/codegen';
import { compile } from 'json-schema-to-typescript';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { types } from '../../generators/src/types/index.ts';
import { load, options, write } from '../client/generate.ts';

/** Members that json-schema-to-typescript adds to every object that does not forbid them: we leave undeclared members untyped. */
const judgeOptions = { additionalProperties: false, bannerComment: '', unreachableDefinitions: true } as const;

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/** The OpenAPI fixture as one JSON Schema, which is what the second judge reads. */
function asJsonSchema(text: string): string {
  const { schemas } = (parse(text) as { readonly components: { readonly schemas: Readonly<Record<string, unknown>> } })
    .components;
  const properties = Object.fromEntries(Object.keys(schemas).map((name) => [name, { $ref: `#/$defs/${name}` }]));
  return JSON.stringify({ type: 'object', properties, $defs: schemas }).replaceAll('#/components/schemas/', '#/$defs/');
}

it('agrees with openapi-typescript and json-schema-to-typescript', { timeout: 120_000 }, async () => {
  const url = new URL('fixtures/judged.yaml', import.meta.url);
  const text = readFileSync(url, 'utf8');
  const contract = await load(url);
  const names = [...nameSchemas(contract).byName.keys()];
  const checks = names.flatMap((name) => [
    `export const ${name}1: Mutual<Ours.${name}, First['schemas']['${name}']> = true;`,
    `export const ${name}2: Mutual<Ours.${name}, NonNullable<Second['${name}']> | Extract<Ours.${name}, null>> = true;`,
  ]);
  const judge = [
    "import type * as Ours from './types.ts';",
    "import type { components as First } from './first.ts';",
    "import type { Second } from './second.ts';",
    'type Mutual<A, B> = 0 extends 1 & B ? false : [A] extends [B] ? ([B] extends [A] ? true : false) : false;',
    ...checks,
  ];
  const folder = write([
    { path: 'types.ts', content: types.generate(contract, options)[0][0]?.content ?? '' },
    { path: 'first.ts', content: astToString(await openapiTS(text)) },
    { path: 'second.ts', content: await compile(JSON.parse(asJsonSchema(text)), 'Second', judgeOptions) },
    { path: 'judge.ts', content: judge.join('\n') },
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['*.ts'] }) },
  ]);
  expect(names).toHaveLength(9);
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
