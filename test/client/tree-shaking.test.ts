import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generateAll, loadCanonical } from './canonical-contract.ts';
import { write } from './generate.ts';

const bundler = fileURLToPath(new URL('../../cli/node_modules/rolldown/bin/cli.mjs', import.meta.url));

/** Text of the entry's chunk, and the names of the chunks that are only loaded when they are needed. */
function bundle(files: Parameters<typeof write>[0], entry: string): readonly [text: string, later: readonly string[]] {
  const folder = write([
    ...files,
    { path: 'entry.ts', content: entry },
    { path: 'package.json', content: '{ "type": "module" }' },
  ]);
  const { status, stderr } = spawnSync(process.execPath, [bundler, 'entry.ts', '--dir', 'out', '--format', 'esm'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const chunks = readdirSync(join(folder, 'out')).sort();
  const first = chunks.find((name) => name.startsWith('entry')) as string;
  return [readFileSync(join(folder, 'out', first), 'utf8'), chunks.filter((name) => name !== first)];
}

it.skipIf(!existsSync(bundler))(
  'a bundle holds the operations that are called and no other',
  { timeout: 120_000 },
  async () => {
    const files = generateAll(await loadCanonical());
    const entry = `import { createClient, getItem } from './client.ts';
import { itemNumber } from './types.ts';
export const run = (baseUrl: string) => getItem(createClient({ baseUrl }), { path: { itemNumber: itemNumber('A') } });
`;
    const [text, later] = bundle(files, entry);
    expect(text).toContain('id: "getItem"');
    // Not another operation, of this module or another; not the constants and constructors of other types; no paging.
    const paths = [...text.matchAll(/path: "([^"]*)"/g)].map(([, path]) => path);
    expect(paths).toEqual(['/items/{itemNumber}']);
    for (const absent of ['createItem', 'work-orders', 'WorkOrderNumber', 'quarantine', 'paging-failed'])
      expect(text).not.toContain(absent);
    // Validators come with the first answer; their text of errors with the first violation.
    expect(text).not.toMatch(/additionalProperties/);
    expect(later.some((name) => name.startsWith('validators'))).toBe(true);
    expect(later.some((name) => name.startsWith('validator-schemas'))).toBe(true);
  },
);

it.skipIf(!existsSync(bundler))(
  'a bundle holds the events that are published and no other',
  { timeout: 120_000 },
  async () => {
    const files = generateAll(await loadCanonical());
    const [text] = bundle(files, "export { createBus, publishWorkOrderReleased } from './events.ts';\n");
    const addresses = [...text.matchAll(/address: "([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(['{plant}/production/work-order/released/v1']);
    expect(text).not.toContain('HoldPlaced');
  },
);
