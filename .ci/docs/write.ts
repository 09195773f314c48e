// Writes the pages that are out of date and removes those that nothing makes; with `--check` names them and fails.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.ts';

const check = process.argv.includes('--check');
const root = fileURLToPath(new URL('../../', import.meta.url));
const made = await pages();
for (const [path, text] of made) {
  const file = join(root, path);
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

for (const path of globSync(['docs/reference/**/*.md', 'cli/src/program/diff-examples/*.ts'], { cwd: root })) {
  const name = path.replaceAll('\\', '/');
  if (made.has(name)) continue;
  if (check) {
    console.error(`${name} is made by nothing: run npm run docs`);
    process.exitCode = 1;
  } else {
    rmSync(join(root, path));
    console.error(`removed ${name}`);
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
