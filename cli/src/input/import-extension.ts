import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * How relative imports in generated code end. `ts` where the nearest tsconfig.json lets imports name source files
 * (Node then runs them as they are), else `js`, which every compiler and bundler takes.
 */
export function importExtensionFor(folder: string): 'js' | 'ts' {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'tsconfig.json');
    // The file may hold comments, so the flags are looked for as text.
    if (existsSync(path))
      return /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(
        readFileSync(path, 'utf8'),
      )
        ? 'ts'
        : 'js';
    if (dirname(at) === at) return 'js';
  }
}
