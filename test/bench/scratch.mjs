// Folders that live as long as one question.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives `use` a folder and a maker of fresh, absent folder names in it; removes all of it afterwards. */
export async function withScratch(use) {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-'));
  let count = 0;
  const fresh = () => {
    count += 1;
    return join(folder, `out-${count}`);
  };
  try {
    return await use(folder, fresh);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
