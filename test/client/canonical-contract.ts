import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GeneratedFile, GeneratorOptions } from '@millwright/codegen';
import type { Contract } from '@millwright/contract';
import { generators } from '../../generators/src/index.ts';
import { load } from './generate.ts';

const schemas = new URL('../../schemas/', import.meta.url);

/** API and event documents of the canonical contracts, in the order of their names. */
export const canonicalDocuments: readonly string[] = ['apis', 'events'].flatMap((folder) =>
  readdirSync(new URL(folder, schemas))
    .sort()
    .map((file) => fileURLToPath(new URL(`${folder}/${file}`, schemas))),
);

export function loadCanonical(): Promise<Contract> {
  return load(...canonicalDocuments.map((file) => pathToFileURL(file)));
}

/** What every generator writes, validators included; nothing but the files themselves is needed to run it. */
export function generateAll(contract: Contract, options: Partial<GeneratorOptions> = {}): readonly GeneratedFile[] {
  const files = generators.flatMap(
    (generator) =>
      generator.generate(contract, { importExtension: 'ts', runtime: 'inline', validators: true, ...options })[0],
  );
  // Client and events write the same runtime where they share files.
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
