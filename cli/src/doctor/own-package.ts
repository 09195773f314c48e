import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageFailure } from '../failure.ts';

/** A package of the user, found from the working directory: the same that the user's program loads. */
export async function importOwnPackage<Module>(name: string, purpose: string): Promise<Module> {
  let file: string;
  try {
    file = createRequire(join(process.cwd(), 'package.json')).resolve(name);
  } catch {
    throw new UsageFailure(
      `${purpose} needs the package ${name}, which is not installed here`,
      `Run the command where your program is, or install it: npm install ${name}`,
    );
  }
  const loaded = (await import(pathToFileURL(file).href)) as { readonly default?: Module } & Module;
  return loaded.default ?? loaded;
}
