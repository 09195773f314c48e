import { type Contract, loadContract } from '@millwright/contract';
import { diff } from '@millwright/diff';
import { describe, expect, it } from 'vitest';
import { contractOf, factsPairs } from './facts-cases.ts';

async function contractFrom(text: string): Promise<Contract> {
  const [contract] = await loadContract({ entries: ['a.yaml'], files: new Map([['a.yaml', text]]) });
  if (contract === undefined) throw new Error('the case cannot be read');
  return contract;
}

const api = (version: string, more = ''): string => `openapi: 3.1.0
info:
  title: Orders
  version: ${version}
${more}paths: {}
`;
const file = (...lines: readonly string[]): string =>
  `$schema: https://json-schema.org/draft/2020-12/schema\n${lines.join('\n')}\n`;

/** Places are `line pointer`, the base first. */
const cases: readonly (readonly [code: string, before: string, after: string, was: string, location: string])[] = [
  ['version-decreased', api('2.0.0'), api('1.0.0'), '4 /info/version', '4 /info/version'],
  [
    'tag-removed',
    api('1.0.0', 'tags:\n  - name: a\n  - name: b\n'),
    api('2.0.0', 'tags:\n  - name: a\n'),
    '7 /tags/1',
    '5 /tags',
  ],
  [
    'role-lost-right',
    api('1.0.0', 'x-governance:\n  owner: it\n  consume: [mes]\n'),
    api('2.0.0', 'x-governance:\n  owner: it\n'),
    '7 /x-governance/consume',
    '5 /x-governance',
  ],
  [
    'owner-changed',
    api('1.0.0', 'x-governance:\n  owner: a\n'),
    api('2.0.0', 'x-governance:\n  owner: b\n'),
    '6 /x-governance/owner',
    '6 /x-governance/owner',
  ],
  [
    'request-max-length-decreased',
    file('type: string', 'maxLength: 9'),
    file('type: string', 'maxLength: 8'),
    '3 /maxLength',
    '3 /maxLength',
  ],
  ['request-max-length-added', file('type: string'), file('type: string', 'maxLength: 8'), '1 ', '3 /maxLength'],
  ['request-enum-value-removed', file('title: A', 'enum: [a, b]'), file('title: A', 'const: a'), '3 /enum', '3 /const'],
  [
    'request-type-dropped',
    file('title: A', 'type: [string, integer]'),
    file('title: A', 'type: string'),
    '3 /type',
    '3 /type',
  ],
  [
    'request-property-became-required',
    file('type: object'),
    file('type: object', 'required: [a]'),
    '1 ',
    '3 /required',
  ],
  [
    'request-object-closed',
    file('type: object'),
    file('type: object', 'additionalProperties: false'),
    '1 ',
    '3 /additionalProperties',
  ],
  ['request-items-constrained', file('type: array'), file('type: array', 'items: {type: string}'), '1 ', '3 /items'],
  [
    'request-optional-property-removed',
    file('type: object', 'properties:', '  a: {}', '  b: {}'),
    file('type: object', 'properties:', '  b: {}'),
    '4 /properties/a',
    '3 /properties',
  ],
  [
    'state-machine-removed',
    file('type: object', 'x-states: {property: status, initial: [a], transitions: [{from: a, to: b}]}'),
    file('type: object'),
    '3 /x-states',
    '1 ',
  ],
];

describe('a change of a whole document', () => {
  for (const [code, before, after, was, location] of cases)
    it(`points at its member, not at the first line: ${code}`, async () => {
      const { findings } = diff(await contractFrom(before), await contractFrom(after));
      const finding = findings.find((found) => found.code === `diff/${code}`);
      const shown = (place: { readonly line: number; readonly pointer: string } | undefined): string | undefined =>
        place && `${place.line} ${place.pointer}`;
      expect([shown(finding?.was), shown(finding?.location)]).toEqual([was, location]);
    });

  it('points at the whole document only where the document itself came or went, or has nothing to point at', async () => {
    const whole = new Set<string>();
    for (const { before, after } of factsPairs())
      for (const { kind, location, was } of diff(await contractOf(before), await contractOf(after)).findings)
        if (location.pointer === '' && (was === undefined || was.pointer === '')) whole.add(kind);
    expect([...whole].sort()).toEqual(['schema-added', 'schema-removed']);
  });
});
