import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UsageFailure } from '../failure.ts';

const skippedFolders: ReadonlySet<string> = new Set(['node_modules', 'dist', 'examples', 'released', '.git']);

/**
 * Contract files behind paths: a file stands for itself; a folder for every OpenAPI, AsyncAPI, Arazzo and JSON Schema
 * file below it, in the order of their paths. Folders named examples, released, dist and node_modules are passed over.
 * In a folder a JSON Schema is told by its `$schema`: without it, it looks like any other data.
 */
export function findContracts(paths: readonly string[], folder: string): readonly string[] {
  const found: string[] = [];
  let passedOver = 0;
  for (const path of paths) {
    const absolute = join(folder, relative(folder, absolutePath(path, folder)));
    if (!existsSync(absolute))
      throw new UsageFailure(
        `There is no file or folder ${path}`,
        'Check the path; it is relative to the working directory, or to the config that names it.',
      );
    if (!statSync(absolute).isDirectory()) {
      found.push(absolute);
      continue;
    }
    const candidates = filesBelow(absolute);
    const contracts = candidates.filter(looksLikeContract);
    passedOver += candidates.length - contracts.length;
    found.push(...contracts);
  }
  if (found.length === 0) throw noContract(paths, passedOver);
  return [...new Set(found)];
}

function noContract(paths: readonly string[], passedOver: number): UsageFailure {
  const place = `No contract in ${paths.join(', ')}`;
  const kinds = 'OpenAPI, AsyncAPI, Arazzo or JSON Schema files (.yaml, .yml, .json)';
  if (passedOver === 0) return new UsageFailure(place, `Name a file, or a folder with ${kinds}.`);
  return new UsageFailure(
    `${place}: ${passedOver === 1 ? '1 file was' : `${passedOver} files were`} passed over as data`,
    `Name a folder with ${kinds}. A JSON Schema without $schema looks like data: add "$schema", or name the file itself.`,
  );
}

function absolutePath(path: string, folder: string): string {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) ? path : join(folder, path);
}

/** Files below a folder that may be contracts by their names. */
function filesBelow(folder: string): readonly string[] {
  const names = readdirSync(folder, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1));
  return names.flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return skippedFolders.has(item.name) || item.name.startsWith('.') ? [] : filesBelow(path);
    return /\.(json|ya?ml)$/i.test(item.name) ? [path] : [];
  });
}

/** Told by the beginning of the file, so that package.json, lock files and data are passed over. */
export function looksLikeContract(path: string): boolean {
  return isContractHead(readFileSync(path, 'utf8').slice(0, 4096));
}

/** The signs by which the beginning of a contract is told from data, on the disk and in a git revision. */
export function isContractHead(head: string): boolean {
  return (
    /^\s*["']?(openapi|asyncapi|arazzo|swagger)["']?\s*:/m.test(head) ||
    /^\s*\{?\s*["']?\$schema["']?\s*:\s*["']?https?:\/\/json-schema\.org\//m.test(head) ||
    /["'](openapi|asyncapi|arazzo)["']\s*:\s*["']/.test(head)
  );
}
