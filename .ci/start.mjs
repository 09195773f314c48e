// `npm start`: from a fresh clone to a generated, type-checked SDK. Progress goes to stderr, the summary to stdout.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rerunOnPinnedNode, root, step } from './bootstrap.mjs';
import { build } from './build.mjs';

rerunOnPinnedNode(import.meta.url);

const millwright = ['node', join(root, 'cli/dist/bin.js')];
const job = [
  ['lint the canonical contracts', [...millwright, 'lint', 'schemas']],
  ['generate the SDK', ['npm', 'run', '--silent', 'generate']],
  ['type-check the SDK', ['tsc', '-b', 'packages/sdk']],
  ['validate the example payloads', [...millwright, 'validate', 'schemas/examples', '--contract', 'schemas']],
];

const lines = [];
let ok = build();
for (const [name, command] of ok ? job : []) {
  const result = step(name, command, { quiet: true });
  lines.push(`  ${result.ok ? 'ok    ' : 'FAILED'}  ${name}${lastLine(result.stdout)}`);
  ok &&= result.ok;
  if (!ok) break;
}

console.log(`\nMillwright ${ok ? 'is ready' : 'stopped: the reason stands above'}\n\n${lines.join('\n')}`);
if (ok) {
  const files = readdirSync(join(root, 'packages/sdk/src'), { recursive: true }).filter((name) =>
    name.endsWith('.ts'),
  ).length;
  console.log(`
  The contracts       schemas/             objects, APIs, events, flows as YAML
  The generated SDK   packages/sdk/src/    ${files} files
  How it is used      examples/quickstart/src/

Next
  npm test                                             every test
  node cli/dist/bin.js --help                          all commands
  node cli/dist/bin.js generate openapi.yaml --out sdk a client for a contract of your own`);
}
process.exitCode = ok ? 0 : 1;

function lastLine(text) {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? '' : `: ${line.trim()}`;
}
