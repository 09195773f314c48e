import { type GeneratorOptions, selectForRole } from '@millwright/codegen';
import { describe, expect, it } from 'vitest';
import { types } from '../../generators/src/types/index.ts';
import { load, options } from '../client/generate.ts';

type Role = NonNullable<GeneratorOptions['role']>;

/** What is left of fixtures/governed.yaml for each role: operations, then types. */
const cases: readonly (readonly [role: Role, operations: readonly string[], names: readonly string[]])[] = [
  ['erp', ['createItem', 'listItems'], ['Item']],
  ['mes', ['listItems'], ['Item']],
  ['quality', ['holdLot'], ['Hold']],
  ['supplier', [], []],
];

describe('selectForRole', () => {
  it.each(cases)('%s', async (role, operations, names) => {
    const contract = await load(new URL('fixtures/governed.yaml', import.meta.url));
    const selected = selectForRole(contract, role);
    expect(selected.operations.map(({ id }) => id).sort()).toEqual(operations);
    const [files] = types.generate(selected, { ...options, role });
    expect([...(files[0]?.content ?? '').matchAll(/export type (\w+)/g)].map(([, name]) => name)).toEqual(names);
  });

  it('keeps everything of a contract without governance', async () => {
    const contract = await load(new URL('fixtures/schemas.yaml', import.meta.url));
    expect(selectForRole(contract, 'mes').operations).toEqual(contract.operations);
  });
});
