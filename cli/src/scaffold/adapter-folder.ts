import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '@millwright/contract';
import type { AdapterSkeleton, SkeletonFile } from '@millwright/generators';
import { ScaffoldFailure } from '../failure.ts';

/** What a project was made of. A file that the user took away is not written again, because its part is named here. */
export interface AdapterRecord {
  readonly system: string;
  readonly sdk: string;
  readonly parts: { readonly [key: string]: { readonly files: readonly string[] } };
}

export const recordName = 'millwright-adapter.json';

/** Says why a folder is refused that holds anything: a skeleton is written once. */
export function occupied(folder: string): Diagnostic | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (found.isDirectory() && readdirSync(folder).length === 0) return undefined;
  const hint = existsSync(join(folder, recordName)) ? ', or add --sync to follow a newer contract' : '';
  return {
    code: 'scaffold/folder-not-empty',
    severity: 'error',
    message: found.isDirectory() ? `${folder} is not empty` : `${folder} is a file`,
    why: 'What is there may be the work of somebody, and a project is written only once.',
    fix: `Name a new folder with --out${hint}.`,
  };
}

export function readRecord(folder: string): AdapterRecord {
  const file = join(folder, recordName);
  try {
    const record: AdapterRecord = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof record.system === 'string' && typeof record.sdk === 'string' && typeof record.parts === 'object')
      return record;
  } catch (error) {
    if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  throw new ScaffoldFailure(
    'scaffold/no-adapter',
    `${folder} holds no readable ${recordName}, so it is not known what was scaffolded there`,
    'Name the folder of a scaffolded project with --out, or restore the file from version control.',
  );
}

export function recordOf(system: string, sdk: string, parts: AdapterSkeleton['parts']): AdapterRecord {
  const named = parts.map(({ key, files }) => [key, { files: files.map(({ path }) => path) }] as const);
  return { system, sdk, parts: Object.fromEntries(named) };
}

export const printRecord = (record: AdapterRecord): string => `${JSON.stringify(record, null, 2)}\n`;

/** Writes files that are not there; gives the paths of those. */
export function writeNew(folder: string, files: readonly SkeletonFile[]): readonly string[] {
  return files.flatMap(({ path, content }) => {
    const file = join(folder, path);
    if (existsSync(file)) return [];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { flag: 'wx' });
    return [path];
  });
}
