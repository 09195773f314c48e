import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const versions = readdirSync(join(root, 'schemas/released'));

function diff(base: string) {
  const args = ['cli/dist/bin.js', 'diff', base, 'schemas', '--format', 'json', '--quiet'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status, stderr, report: stdout === '' ? undefined : (JSON.parse(stdout) as { readonly verdict: string }) };
}

describe('the canonical contracts against their releases', () => {
  // Adapters in plants are built on the latest release. What breaks them needs a new major version, cut by `millwright release`.
  it('break nothing that the latest release promised', () => {
    const { status, stderr, report } = diff('release:latest');
    expect({ status, stderr, report }).toMatchObject({ status: 0, stderr: '' });
    expect(['none', 'compatible']).toContain(report?.verdict);
  });

  // Exit 3 would say that a file of the snapshot is not what its manifest has the hash of.
  it.each(versions)('release %s stands as it was cut', (version) => {
    expect([0, 1]).toContain(diff(`release:${version}`).status);
  });
});
