// Reference pages made from the code: one source, no drift. `--check` writes nothing and fails when a page is out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rerunOnPinnedNode, root } from './bootstrap.mjs';

rerunOnPinnedNode(import.meta.url);

const { rules } = await import('../packages/lint/dist/index.js');
const { diagnosticCodes } = await import('../packages/contract/dist/index.js');

const notice = '<!-- Made from the code by `npm run docs`. Do not edit. -->\n\n';
const pages = new Map([
  [
    'rules.md',
    `${notice}# Lint rules\n\n${rules.map(({ id, severity, law, why, fix }) => `## ${id}\n\n${law}\n\n- severity: ${severity}\n- why: ${why}\n- fix: ${fix}\n`).join('\n')}`,
  ],
  [
    'diagnostics.md',
    `${notice}# Diagnostics of reading a contract\n\n| code | law | fix |\n|---|---|---|\n${diagnosticCodes.map(({ code, law, fix }) => `| \`${code}\` | ${law} | ${fix} |`).join('\n')}\n`,
  ],
]);

const folder = join(root, 'docs/reference');
const stale = [...pages].filter(([name, text]) => read(join(folder, name)) !== text);
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`docs/reference/${name} is out of date: run npm run docs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
