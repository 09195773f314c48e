import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Contract, loadContract } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { generators } from '../../generators/src/index.ts';
import { types } from '../../generators/src/types/index.ts';
import { load, options, write } from '../client/generate.ts';
import { corpus } from '../corpora/corpus.ts';

const compilers = ['typescript-5.9', 'typescript-6', 'typescript'] as const;

/** Real documents; those that are not available are left out. */
const documents: readonly (readonly [folder: string, file: string])[] = [
  ['katana', 'katana-openapi.yaml'],
  ['epcis', 'EPCIS-JSON-Schema.json'],
  // Its definitions repeat members such as `description`: the publisher's mistake, let through on purpose.
  ['b2mml', 'Schema/AllSchemas.json'],
  ['eryxon-mes', 'openapi.json'],
  ['cloudevents', 'formats/cloudevents.json'],
  ['data-contract-standard', 'schema/odcs-json-schema-latest.json'],
];

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  skipLibCheck: false,
  noEmit: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noPropertyAccessFromIndexSignature: true,
  types: [],
};

/** Sixty-four alternatives three times over, side by side: 262,144 combinations, more than TypeScript is willing to build. */
function unionsText(): string {
  const branches = (letter: string): object[] =>
    Array.from({ length: 64 }, (_, at) => ({
      type: 'object',
      required: [letter],
      properties: { [letter]: { const: at } },
    }));
  const defs = {
    A: { oneOf: branches('a') },
    B: { oneOf: branches('b') },
    C: { oneOf: branches('c') },
    All: { allOf: ['A', 'B', 'C'].map((name) => ({ $ref: `#/$defs/${name}` })) },
  };
  const parts = Array.from({ length: 20_000 }, (_, at) => `part-${at}`);
  return JSON.stringify({
    $defs: { ...defs, Parts: { type: 'string', enum: parts } },
    properties: { all: { $ref: '#/$defs/All' }, part: { $ref: '#/$defs/Parts' } },
  });
}

/** What a user of a contract gets: types, validators, client and event functions with their runtime. */
function everything(
  contract: Contract,
  folder: string,
): readonly { readonly path: string; readonly content: string }[] {
  return generators.flatMap((generator) =>
    generator
      .generate(contract, { ...options, validators: true })[0]
      .map(({ path, content }) => ({ path: `${folder}/${path}`, content })),
  );
}

function typesText(contract: Contract): string {
  return types.generate(contract, options)[0][0]?.content ?? '';
}

async function loadAny(path: string): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({ entries: [path], duplicateKeys: 'warning' });
  if (contract === undefined) throw new Error(`${path}: ${diagnostics.map(({ message }) => message).join('\n')}`);
  return contract;
}

async function project(): Promise<string> {
  const found = documents.flatMap(([name, file]) =>
    corpus(name) === undefined ? [] : [[name, `${corpus(name)}${file}`] as const],
  );
  const github = fileURLToPath(
    new URL('../node_modules/@octokit/openapi/generated/api.github.com.json', import.meta.url),
  );
  const unions = write([{ path: 'unions.json', content: unionsText() }]);
  const paths = [
    ...found,
    ...(existsSync(github) ? [['github', github] as const] : []),
    ['unions', `${unions}/unions.json`] as const,
  ];
  const files = [
    { path: 'types.ts', content: typesText(await load(new URL('fixtures/schemas.yaml', import.meta.url))) },
  ];
  for (const [name, path] of paths) files.push(...everything(await loadAny(path), name));
  files.push({ path: 'use.ts', content: readFileSync(new URL('fixtures/use.ts.txt', import.meta.url), 'utf8') });
  files.push(
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['**/*.ts'] }) },
  );
  return write(files);
}

describe('generated code', () => {
  it('of real contracts compiles in strict projects of every supported TypeScript', { timeout: 240_000 }, async () => {
    const folder = await project();
    for (const compiler of compilers) {
      const tsc = fileURLToPath(new URL(`../node_modules/${compiler}/bin/tsc`, import.meta.url));
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
      expect(`${compiler}: ${stdout.slice(0, 2_000)}`).toBe(`${compiler}: `);
      expect(status).toBe(0);
    }
  });
});

describe('key order', () => {
  it('leaves no trace in the output', async () => {
    const text = unionsText();
    const reversed = JSON.stringify(reverseKeys(JSON.parse(text)));
    const [first, second] = [
      write([{ path: 'a.json', content: text }]),
      write([{ path: 'a.json', content: reversed }]),
    ];
    expect(reversed).not.toBe(text);
    expect(typesText(await loadAny(`${second}/a.json`))).toBe(typesText(await loadAny(`${first}/a.json`)));
  });
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reverseKeys(member)]),
  );
}
