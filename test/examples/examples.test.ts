import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A reader copies an example first of all: each must run as it stands and print what it says it prints. */
describe.each(globSync('examples/*/package.json', { cwd: root }).map(dirname))('%s', (example) => {
  it('prints what expected.txt holds', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@millwright/source', '--disable-warning=ExperimentalWarning', 'src/index.ts'],
      { cwd: join(root, example), encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe(readFileSync(join(root, example, 'expected.txt'), 'utf8'));
    expect(status).toBe(0);
  });
});
