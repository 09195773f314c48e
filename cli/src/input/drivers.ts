import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StoreFailure } from '../failure.ts';

/** A driver of the user, found from the working directory: the same that his program loads. The command line brings none of its own. */
export async function importDriver<Driver>(name: string, purpose: string): Promise<Driver> {
  let file: string;
  try {
    file = createRequire(join(process.cwd(), 'package.json')).resolve(name);
  } catch {
    throw new StoreFailure(
      'driver/missing',
      `${purpose} needs the package ${name}, which is not installed here`,
      `Run the command in the folder of a project that has it, or install it here: npm install ${name}.`,
    );
  }
  const loaded = (await import(pathToFileURL(file).href)) as { readonly default?: Driver } & Driver;
  return loaded.default ?? loaded;
}

/** Node calls its SQLite experimental on stderr; whoever runs a command can do nothing about that. */
export async function importSqlite(): Promise<typeof import('node:sqlite')> {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
