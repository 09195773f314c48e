import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { findContracts, looksLikeContract } from '../input/find-contracts.ts';
import { count } from '../input/open-contract.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { starterContract } from './starter-contract.ts';

const configName = 'millwright.config.ts';
const starterPath = 'contracts/orders.yaml';

/** `millwright init`: a config, a tsconfig and a first contract; what exists stays as it is. */
export async function init(paths: readonly string[], _flags: object, terminal: Terminal): Promise<ExitCode> {
  const folder = process.cwd();
  const contracts = paths.length > 0 ? givenContracts(paths, folder) : presentContracts(folder);
  const files: Record<string, string> = {
    [configName]: configText(contracts.length > 0 ? contracts : [starterPath]),
    'tsconfig.json': tsconfigText,
    'package.json': packageText(basename(folder)),
    ...(contracts.length > 0 ? {} : { [starterPath]: starterContract }),
  };
  const written = Object.entries(files)
    .filter(([name, text]) => writeNew(resolve(folder, name), text))
    .map(([name]) => name);
  const kept = Object.keys(files).filter((name) => !written.includes(name));
  for (const name of written) terminal.write(`${terminal.colours('green', 'wrote')} ${name}\n`);
  for (const name of kept) terminal.write(`${terminal.colours('dim', 'kept')}  ${name}\n`);
  terminal.progress(`${count(written.length, 'file')} written, ${kept.length} kept`);
  if (kept.includes(configName) && paths.length > 0)
    terminal.complain(`${configName} was there already: see that its contracts name ${contracts.join(', ')}`);
  const install = kept.includes('package.json') ? 'npm install --save-dev millwright' : 'npm install';
  terminal.write(
    `\nNext:\n  ${install.padEnd(34)} millwright and TypeScript for this folder\n  ${'npx millwright lint'.padEnd(34)} check the contract\n  ${'npx millwright generate'.padEnd(34)} types and a client into src/sdk\n`,
  );
  return exitCodes.clean;
}

/** Contracts that were named. A file of another kind would only be noticed by the next command. */
function givenContracts(paths: readonly string[], folder: string): readonly string[] {
  const found = findContracts(paths, folder);
  const foreign = found.find((path) => !/\.(json|ya?ml)$/i.test(path) && !looksLikeContract(path));
  if (foreign !== undefined)
    throw new UsageFailure(
      `${relative(folder, foreign)} is no contract`,
      'Name an OpenAPI, AsyncAPI, Arazzo or JSON Schema file (.yaml, .yml, .json), or a folder that holds some.',
    );
  return found.map((path) => relative(folder, path).split(sep).join('/'));
}

/** The folder contracts/ if it holds some, else the contracts that lie in the folder itself. */
function presentContracts(folder: string): readonly string[] {
  if (existsSync(resolve(folder, 'contracts')) && contractsIn(resolve(folder, 'contracts'), true).length > 0)
    return ['contracts'];
  return contractsIn(folder, false);
}

function contractsIn(folder: string, recursive: boolean): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive })
    .filter((item) => item.isFile() && /\.(json|ya?ml)$/i.test(item.name))
    .map((item) => relative(folder, resolve(item.parentPath, item.name)))
    .filter((name) => looksLikeContract(resolve(folder, name)))
    .sort();
}

function writeNew(path: string, text: string): boolean {
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: 'wx' });
  return true;
}

function configText(contracts: readonly string[]): string {
  // Only a type is imported, so the config works before anything is installed.
  return `import type { MillwrightConfig } from 'millwright';

export default {
  contracts: [${contracts.map(quoted).join(', ')}],
  generate: { out: 'src/sdk' },
  lint: { rules: {} },
} satisfies MillwrightConfig;
`;
}

/** As a person would write it; a name with a quote or a backslash keeps the form of JSON. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  return /['\\]/.test(json.slice(1, -1)) ? json : `'${json.slice(1, -1)}'`;
}

// rewriteRelativeImportExtensions lets Node run the sources as they are and tsc build them: imports end with .ts.
const tsconfigText = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "rewriteRelativeImportExtensions": true,
    "skipLibCheck": true,
    "rootDir": ".",
    "outDir": "dist"
  },
  "include": ["src"]
}
`;

function packageText(name: string): string {
  const safe =
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'contracts';
  return `${JSON.stringify({ name: safe, version: '0.1.0', private: true, type: 'module', engines: { node: '>=22.18' }, scripts: { lint: 'millwright lint', generate: 'millwright generate' }, devDependencies: { millwright: `^${version}`, typescript: '^7.0.2', '@types/node': '^24.0.0' } }, null, 2)}\n`;
}
