import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosticCodes } from '@millwright/contract';
import { expect, it } from 'vitest';

// Breaks for whoever asks `millwright explain` about a code that the tool itself printed.
it('every code that the sources report is explained, and no other', () => {
  const folder = new URL('../../packages/contract/src', import.meta.url).pathname;
  const used = new Set<string>();
  for (const item of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!item.isFile() || item.name === 'diagnostic-codes.ts') continue;
    for (const [, code] of readFileSync(join(item.parentPath, item.name), 'utf8').matchAll(/'(contract\/[a-z0-9-]+)'/g))
      used.add(code as string);
  }
  expect(diagnosticCodes.map(({ code }) => code)).toEqual([...used].sort());
});
