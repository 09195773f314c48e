import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const flag = /"(?:allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*(true|false)/;
const base = /"extends"\s*:\s*"(\.{1,2}\/[^"]+)"/;
/** Configurations that extend one another are followed so far. */
const basesMax = 8;

/**
 * How relative imports in generated code end. `ts` where the nearest tsconfig.json, or one that it extends by a relative path,
 * lets imports name source files (Node then runs them as they are), else `js`, which every compiler and bundler takes.
 */
export function importExtensionFor(folder: string): 'js' | 'ts' {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'tsconfig.json');
    if (existsSync(path)) return allowsSources(path) ? 'ts' : 'js';
    if (dirname(at) === at) return 'js';
  }
}

/** The file may hold comments, so its members are looked for as text. */
function allowsSources(path: string): boolean {
  let at = path;
  for (let depth = 0; depth < basesMax && existsSync(at); depth += 1) {
    const text = readFileSync(at, 'utf8');
    const own = flag.exec(text);
    if (own !== null) return own[1] === 'true';
    const extended = base.exec(text)?.[1];
    if (extended === undefined) return false;
    at = resolve(dirname(at), extended.endsWith('.json') ? extended : `${extended}.json`);
  }
  return false;
}
