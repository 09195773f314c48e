// The generated validators as a user ships them, and the same schemas as the peer takes them.
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameSchemas } from '@millwright/codegen';
import { loadContract, toJsonSchema } from '@millwright/contract';
import { runOnce } from './measure.mjs';
import { millwright, schemas, tsc } from './programs.mjs';

const compilerOptions = {
  strict: true,
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'dom'],
  types: [],
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
  rootDir: 'ts',
  outDir: 'js',
};

/** Generates into `ts` and compiles into `js` of a folder; gives the folder of the compiled modules. */
export function compileValidators(folder) {
  const source = join(folder, 'ts');
  const flags = ['--generators', 'validators', '--import-extension', 'ts'];
  const args = () => [millwright, 'generate', schemas, ...flags, '--out', source];
  runOnce({ label: 'millwright generate', memory: false, args });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['ts'] }));
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the generated validators do not compile\n${stdout.slice(0, 4000)}`);
  return join(folder, 'js');
}

/** The canonical contracts, and the schema of each type name in them. */
async function canonicalSchemas() {
  const entries = ['apis', 'events', 'objects'].flatMap((part) => globSync(join(schemas, part, '*.yaml')).sort());
  const [contract, diagnostics] = await loadContract({ entries });
  if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return nameSchemas(contract).byName;
}

/** One self-contained JSON Schema for each of some type names. */
export async function jsonSchemasOf(names) {
  const byName = await canonicalSchemas();
  return new Map(names.map((name) => [name, toJsonSchema(byName.get(name))]));
}

/** One JSON Schema document with all type names, and the reference of each in it: what they share is compiled once. */
export async function jsonSchemaOfAll() {
  const all = [...(await canonicalSchemas()).values()];
  const document = toJsonSchema({ kind: 'schema', anyOf: all.map((ref) => ({ kind: 'schema', ref })) });
  const { anyOf } = Object.values(document.$defs)[0];
  return { document, references: anyOf.map(({ $ref }) => $ref) };
}
