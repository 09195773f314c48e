// One entry and one chunk per command: what a command does not need is neither read nor compiled at start-up.
// Our own packages are bundled. Libraries of others stay dependencies, so that their licences and security fixes reach users.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { defineConfig } from 'rolldown';

const { dependencies, optionalDependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
);
const installed = { ...dependencies, ...optionalDependencies };

function external(id) {
  if (/^[./\0]/.test(id) || id.startsWith('@millwright/') || /^[A-Za-z]:/.test(id)) return false;
  const name = id.split('/', id.startsWith('@') ? 2 : 1).join('/');
  // A package that is bundled may import what the command line's users would not get.
  if (!isBuiltin(id) && installed[name] === undefined)
    throw new Error(`${name} is imported, but it is no dependency in cli/package.json`);
  return true;
}

export default defineConfig({
  input: { bin: 'src/bin.ts', index: 'src/index.ts' },
  platform: 'node',
  external,
  resolve: { conditionNames: ['@millwright/source', 'import', 'node', 'default'] },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
  },
});
