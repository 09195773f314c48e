import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

/** Corpora are other people's files, too large to commit; they stand beside the clone where they are available. */
const corpora = new URL('../../../shared/corpora/', import.meta.url);

/** Folder of a corpus, or undefined where it is not available. */
export function corpus(name: string): string | undefined {
  const folder = fileURLToPath(new URL(`${name}/`, corpora));
  return existsSync(folder) ? folder : undefined;
}

/** Tests on a corpus. Without the corpus one skipped test takes their place and names what is missing. */
export function describeCorpus(name: string, tests: (folder: string) => void): void {
  const folder = corpus(name);
  describe(`corpus ${name}`, () => {
    if (folder === undefined) it.skip(`needs ../shared/corpora/${name}`);
    else tests(folder);
  });
}
