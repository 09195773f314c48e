import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { selectForRole } from '@millwright/codegen';
import type { Role } from '@millwright/contract';
import { expect, it } from 'vitest';
import { generateAll, loadCanonical } from '../client/canonical-contract.ts';
import { write } from '../client/generate.ts';

interface Names {
  readonly has: readonly string[];
  readonly lacks: readonly string[];
}

/** What the SDK of each role offers and what it must not: by role, then by generated module. */
const rights = JSON.parse(readFileSync(new URL('fixtures/role-rights.json', import.meta.url), 'utf8')) as Readonly<
  Record<Role, Readonly<Record<string, Names>>>
>;

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2022', 'dom', 'dom.iterable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  noUnusedLocals: true,
  noEmit: true,
  types: [],
};

const exported = (name: string): string => (/^[A-Z]/.test(name) ? `type ${name}` : name);

/** Every line after an expect-error must fail and every other line must pass. */
function usageOf(role: Role): string {
  return Object.entries(rights[role])
    .flatMap(([module, { has, lacks }]) => [
      ...has.map((name) => `export { ${exported(name)} } from './${module}.ts';`),
      ...lacks.flatMap((name) => [
        `// @ts-expect-error ${role} has no right to it`,
        `export { ${exported(name)} } from './${module}.ts';`,
      ]),
    ])
    .join('\n');
}

const roles = Object.keys(rights) as readonly Role[];

it('the SDK of a role compiles and lacks what the role has no right to', { timeout: 240_000 }, async () => {
  const contract = await loadCanonical();
  const files = roles.flatMap((role) => [
    ...generateAll(selectForRole(contract, role), { role }).map(({ path, content }) => ({
      path: `${role}/${path}`,
      content,
    })),
    { path: `${role}/use.ts`, content: usageOf(role) },
  ]);
  const folder = write([
    ...files,
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['**/*.ts'] }) },
  ]);
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout.slice(0, 3_000)).toBe('');
  expect(status).toBe(0);
});

it('every name of the table exists in the SDK of all roles', async () => {
  const files = generateAll(await loadCanonical());
  const declared = new Set(
    files.flatMap(({ content }) =>
      [...content.matchAll(/export (?:async )?(?:function\*?|interface|type) (\w+)/g)].map(([, name]) => name),
    ),
  );
  const missing = roles.flatMap((role) =>
    Object.values(rights[role]).flatMap(({ has, lacks }) => [...has, ...lacks].filter((name) => !declared.has(name))),
  );
  expect(missing).toEqual([]);
});

it.each(['warehouse', 'laboratory', 'supplier'] as const)(
  '%s exchanges no event, so it gets no file for events',
  async (role) => {
    const files = generateAll(selectForRole(await loadCanonical(), role), { role });
    expect(files.filter(({ path }) => path.startsWith('events'))).toEqual([]);
  },
);

it('there is a write shape for what a client sends and for nothing else', async () => {
  const files = generateAll(await loadCanonical());
  const types = files.find(({ path }) => path === 'types.ts')?.content ?? '';
  const clients = files.filter(({ path }) => path.startsWith('client/')).map(({ content }) => content);
  const inputs = [...types.matchAll(/^export type (\w+Input) = /gm)].map(([, name]) => name as string);
  expect(inputs).toContain('WorkOrderInput');
  // A shape is sent as it is, or it is a part of one that is.
  const isSent = (name: string): boolean =>
    clients.some((text) => new RegExp(`readonly body\\??: [^;]*\\b${name}\\b`).test(text)) ||
    inputs.some((other) => other !== name && partOf(types, other).includes(`${name};`));
  expect(inputs.filter((name) => !isSent(name))).toEqual([]);
});

function partOf(types: string, name: string): string {
  const start = types.indexOf(`export type ${name} = `);
  return types.slice(start, types.indexOf('\nexport ', start + 1));
}
