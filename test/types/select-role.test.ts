import { type GeneratorOptions, selectForRole } from '@millwright/codegen';
import { describe, expect, it } from 'vitest';
import { events } from '../../generators/src/events/index.ts';
import { types } from '../../generators/src/types/index.ts';
import { generateValidators } from '../../generators/src/validators/index.ts';
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

/** What is left of fixtures/exchanged.yaml for each role: functions, then types. */
const exchanges: readonly (readonly [role: Role, functions: readonly string[], names: readonly string[]])[] = [
  ['mes', ['publishLotMade', 'publishLotQuestion', 'subscribeLotAnswer'], ['Answer', 'Lot', 'Question']],
  // The answer that only the laboratory may read is the quality system's to give.
  [
    'quality',
    ['replyLotAnswer', 'replyLotSecret', 'subscribeLotMade', 'subscribeLotQuestion'],
    ['Answer', 'Lot', 'Question', 'Secret'],
  ],
  // A message of its own on the channel of another role.
  ['erp', ['publishLotCosted', 'subscribeLotCosted', 'subscribeLotMade'], ['Cost', 'Lot']],
  ['analytics', ['subscribeLotCosted'], ['Cost']],
  ['laboratory', [], []],
  ['supplier', [], []],
];

describe('selectForRole on channels', () => {
  const exchanged = new URL('fixtures/exchanged.yaml', import.meta.url);

  it.each(exchanges)('%s', async (role, functions, names) => {
    const selected = selectForRole(await load(exchanged), role);
    const text = (files: readonly { readonly content: string }[]): string =>
      files.map(({ content }) => content).join('');
    const found = text(events.generate(selected, { ...options, role })[0].slice(0, 1));
    expect([...found.matchAll(/export function ((?:publish|subscribe|reply)\w+)/g)].map(([, name]) => name)).toEqual(
      functions,
    );
    const [declared] = types.generate(selected, { ...options, role });
    expect([...text(declared).matchAll(/export type (\w+)/g)].map(([, name]) => name)).toEqual(names);
    // No check tells a role the shape of a message that is not for it.
    const checks = text(generateValidators(selected, { ...options, role }));
    const foreign = ['Lot', 'Cost', 'Question', 'Answer', 'Secret', 'Unused'].filter((name) => !names.includes(name));
    for (const name of foreign) expect(checks).not.toMatch(new RegExp(`\\b(${name}|Lot${name}d payload)\\b`));
  });

  it('lets a consumer know that other messages travel on its channel', async () => {
    const selected = selectForRole(await load(exchanged), 'analytics');
    const [files] = events.generate(selected, { ...options, role: 'analytics' });
    expect(files[0]?.content).toMatch(/name: 'LotCosted',[^}]*shared: true/);
    expect(selected.channels.map(({ key }) => key)).toEqual(['lots']);
    expect(selected.channelOperations.every(({ channel }) => selected.channels.includes(channel))).toBe(true);
  });
});
