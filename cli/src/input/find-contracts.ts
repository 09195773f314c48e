import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UsageFailure } from '../failure.ts';

const skippedFolders: ReadonlySet<string> = new Set(['node_modules', 'dist', 'examples', 'released', '.git']);

/**
 * Contract files behind paths: a file stands for itself; a folder for every OpenAPI, AsyncAPI, Arazzo and JSON Schema
 * file below it, in the order of their paths. Folders named examples, released, dist and node_modules are passed over.
 */
export function findContracts(paths: readonly string[], folder: string): readonly string[] {
  const found: string[] = [];
  for (const path of paths) {
    const absolute = join(folder, relative(folder, absolutePath(path, folder)));
    if (!existsSync(absolute))
      throw new UsageFailure(
        `There is no file or folder ${path}`,
        'Check the path; it is relative to the working directory, or to the config that names it.',
      );
    if (statSync(absolute).isDirectory()) found.push(...contractsBelow(absolute));
    else found.push(absolute);
  }
  if (found.length === 0)
    throw new UsageFailure(
      `No contract in ${paths.join(', ')}`,
      'Name a file, or a folder with OpenAPI, AsyncAPI, Arazzo or JSON Schema files (.yaml, .yml, .json).',
    );
  return [...new Set(found)];
}

function absolutePath(path: string, folder: string): string {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) ? path : join(folder, path);
}

function contractsBelow(folder: string): readonly string[] {
  const names = readdirSync(folder, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1));
  return names.flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory())
      return skippedFolders.has(item.name) || item.name.startsWith('.') ? [] : contractsBelow(path);
    return /\.(json|ya?ml)$/i.test(item.name) && looksLikeContract(path) ? [path] : [];
  });
}

/** Told by the beginning of the file, so that package.json, lock files and data are passed over. */
export function looksLikeContract(path: string): boolean {
  const head = readFileSync(path, 'utf8').slice(0, 4096);
  return (
    /^\s*["']?(openapi|asyncapi|arazzo|swagger)["']?\s*:/m.test(head) ||
    /^\s*\{?\s*["']?\$schema["']?\s*:\s*["']?https?:\/\/json-schema\.org\//m.test(head) ||
    /["'](openapi|asyncapi|arazzo)["']\s*:\s*["']/.test(head)
  );
}
