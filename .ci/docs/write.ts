// Writes the pages that are out of date; with `--check` names them and fails.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.ts';

const check = process.argv.includes('--check');
for (const [path, text] of await pages()) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (read(file) === text) continue;
  if (check) {
    console.error(`${path} is out of date: run npm run docs`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.error(`wrote ${path}`);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
