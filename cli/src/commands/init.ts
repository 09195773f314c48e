import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { findContracts } from '../input/find-contracts.ts';
import { count } from '../input/open-contract.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { starterContract } from './starter-contract.ts';

/** `millwright init`: a config, a tsconfig and a first contract; what exists stays as it is. */
export async function init(paths: readonly string[], _flags: object, terminal: Terminal): Promise<ExitCode> {
  const folder = process.cwd();
  const given = paths.length > 0 ? findContracts(paths, folder).map((path) => relative(folder, path)) : undefined;
  const contracts = given ?? (existsSync(resolve(folder, 'contracts')) ? ['contracts'] : ['contracts/orders.yaml']);
  const files: Record<string, string> = {
    'millwright.config.ts': configText(contracts),
    'tsconfig.json': tsconfigText,
    'package.json': packageText(basename(folder)),
    ...(contracts[0] === 'contracts/orders.yaml' ? { 'contracts/orders.yaml': starterContract } : {}),
  };
  const written = Object.entries(files)
    .filter(([name, text]) => writeNew(resolve(folder, name), text))
    .map(([name]) => name);
  const kept = Object.keys(files).filter((name) => !written.includes(name));
  for (const name of written) terminal.write(`${terminal.colours('green', 'wrote')} ${name}\n`);
  for (const name of kept) terminal.write(`${terminal.colours('dim', 'kept')}  ${name}\n`);
  terminal.progress(`${count(written.length, 'file')} written, ${kept.length} kept`);
  terminal.write(
    `\nNext:\n  npx millwright lint         check the contract\n  npx millwright generate     types and a client into src/sdk\n`,
  );
  return exitCodes.clean;
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
  contracts: ${JSON.stringify(contracts).replaceAll('"', "'").replaceAll(',', ', ')},
  generate: { out: 'src/sdk' },
  lint: { rules: {} },
} satisfies MillwrightConfig;
`;
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
