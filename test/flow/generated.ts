import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile, GeneratorOptions } from '@millwright/codegen';
import { type Contract, type Diagnostic, loadContract } from '@millwright/contract';
import { client } from '../../generators/src/client/index.ts';
import { events } from '../../generators/src/events/index.ts';
import { flows } from '../../generators/src/flows/index.ts';
import { types } from '../../generators/src/types/index.ts';

const options: GeneratorOptions = { importExtension: 'ts', runtime: 'inline', validators: false };

export function generate(contract: Contract): readonly [readonly GeneratedFile[], readonly Diagnostic[]] {
  const [own, diagnostics] = flows.generate(contract, options);
  return [
    [...[types, client, events].flatMap((generator) => generator.generate(contract, options)[0]), ...own],
    diagnostics,
  ];
}

/** Writes the modules of a contract where the dependencies of the tests are found; returns the folder. */
export function write(name: string, files: readonly GeneratedFile[]): string {
  const folder = fileURLToPath(new URL(`../.tmp/flow-${name}`, import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

export async function contractOf(
  entries: readonly string[],
  files?: Readonly<Record<string, string>>,
): Promise<Contract> {
  const given = files === undefined ? {} : { files: new Map(Object.entries(files)) };
  const [contract, diagnostics] = await loadContract({ entries, ...given });
  if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return contract;
}
