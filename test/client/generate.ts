import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile, Generator } from '@millwright/codegen';
import { type Contract, loadContract } from '@millwright/contract';
import { onTestFinished } from 'vitest';
import { client } from '../../generators/src/client/index.ts';
import { events } from '../../generators/src/events/index.ts';
import { types } from '../../generators/src/types/index.ts';

export const options = { importExtension: 'ts', runtime: 'inline', validators: false } as const;

/** Loads documents that stand beside the test. */
export async function load(...urls: readonly URL[]): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({ entries: urls.map((url) => fileURLToPath(url)) });
  if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return contract;
}

/** Files of types, client and events of a contract. */
export function generate(contract: Contract): readonly GeneratedFile[] {
  const generators: readonly Generator[] = [types, client, events];
  return generators.flatMap((generator) => generator.generate(contract, options)[0]);
}

/** Writes files into a new folder that lives as long as the running test. */
export function write(files: readonly { readonly path: string; readonly content: string }[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
