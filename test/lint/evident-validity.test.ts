import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Contract, type JsonValue, loadContract } from '@millwright/contract';
import { expect, it } from 'vitest';
import { validityOf } from '../../packages/lint/src/evident-validity.ts';

interface Group {
  readonly description: string;
  readonly schema: JsonValue;
  readonly tests: readonly { readonly description: string; readonly data: JsonValue; readonly valid: boolean }[];
}

const suite = fileURLToPath(new URL('../suites/json-schema/tests/', import.meta.url));
const files = globSync(['draft2020-12/*.json', 'draft2020-12/optional/format/*.json', 'draft7/*.json'], { cwd: suite });

it.each(files.sort())('is never wrong about %s', async (file) => {
  const groups = JSON.parse(readFileSync(`${suite}${file}`, 'utf8')) as readonly Group[];
  const wrong: string[] = [];
  for (const { description, schema, tests } of groups) {
    const [contract] = await loadContract({
      entries: ['a.json'],
      files: new Map([['a.json', JSON.stringify(schema)]]),
      dialect: file.startsWith('draft7') ? 'draft-07' : '2020-12',
    });
    const root = (contract as Contract | undefined)?.schemas.find(({ schema: { pointer } }) => pointer === '')?.schema;
    if (root === undefined) continue;
    for (const given of tests)
      if (validityOf(root, given.data, new Set()) === !given.valid) wrong.push(`${description}: ${given.description}`);
  }
  expect(wrong).toEqual([]);
});
