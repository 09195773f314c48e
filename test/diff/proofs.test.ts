import { loadContract } from '@millwright/contract';
import { type DiffFinding, diff } from '@millwright/diff';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/** The same document before and after, as a body that is sent and a body that is answered. */
async function findings(before: string, after: string): Promise<readonly DiffFinding[]> {
  const load = async (schema: string, version: string) => {
    const content = { 'application/json': { schema: parse(schema) } };
    const document = {
      openapi: '3.1.0',
      info: { title: 'Orders', version },
      paths: { '/orders': { post: { requestBody: { content }, responses: { 200: { description: 'ok', content } } } } },
    };
    const [contract, diagnostics] = await loadContract({
      entries: ['/orders.json'],
      files: new Map([['/orders.json', JSON.stringify(document)]]),
    });
    if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    return contract;
  };
  return diff(await load(before, '1.0.0'), await load(after, '2.0.0')).findings;
}

const shown = ({ severity, code, proof }: DiffFinding): string => `${severity} ${code} ${proof.kind}`;

const closed = 'type: object\nadditionalProperties: false\n';

/** What a change means for whom: the request side may widen, the response side may narrow. */
const cases: readonly (readonly [what: string, before: string, after: string, want: readonly string[]])[] = [
  ['nothing', `${closed}properties: {a: {type: string}}`, `${closed}properties: {a: {type: string}}`, []],
  [
    'a member that became required',
    `${closed}properties: {a: {type: string}}`,
    `${closed}properties: {a: {type: string}}\nrequired: [a]`,
    ['error diff/request-property-became-required witness', 'info diff/response-property-became-required contained'],
  ],
  [
    'a member that became optional',
    `${closed}properties: {a: {type: string}}\nrequired: [a]`,
    `${closed}properties: {a: {type: string}}`,
    ['error diff/response-property-became-optional witness', 'info diff/request-property-became-optional contained'],
  ],
  [
    'a value less: who sends it is refused',
    'enum: [a, b]',
    'enum: [a]',
    ['error diff/request-enum-value-removed witness', 'info diff/response-enum-value-removed contained'],
  ],
  [
    'a value more: only who relies on the known ones notices',
    'enum: [a]',
    'enum: [a, b]',
    ['warning diff/response-enum-value-added witness', 'info diff/request-enum-value-added contained'],
  ],
  [
    'a bound that another rule makes pointless',
    'type: string\nmaxLength: 9\npattern: ^[a-z]{3}$',
    'type: string\nmaxLength: 5\npattern: ^[a-z]{3}$',
    ['info diff/request-max-length-decreased contained', 'info diff/response-max-length-decreased contained'],
  ],
  [
    'a member of an open object that gets a type: only undeclared members can show it',
    'type: object\nproperties: {a: {type: string}}',
    'type: object\nproperties: {a: {type: string}, b: {type: integer}}',
    ['warning diff/request-optional-property-added witness', 'info diff/response-optional-property-added contained'],
  ],
  [
    'another constant: the only value that readers know never comes again',
    'const: a',
    'const: b',
    [
      'error diff/request-enum-value-removed witness',
      'error diff/response-enum-value-added witness',
      'info diff/request-enum-value-added contained',
      'info diff/response-enum-value-removed contained',
    ],
  ],
  [
    'a rule about names that nobody declares: for it they are declared',
    'type: object\nproperties: {a: {type: string}}',
    'type: object\nproperties: {a: {type: string}}\npatternProperties: {^x-: {type: string}}',
    ['error diff/request-pattern-properties-added witness', 'info diff/response-pattern-properties-added contained'],
  ],
  [
    'a branch of oneOf that accepts less: values that fitted two branches are accepted now',
    'oneOf: [{type: string, title: A}, {type: string, title: B, maxLength: 9}]',
    'oneOf: [{type: string, title: A}, {type: string, title: B, maxLength: 5}]',
    ['error diff/response-max-length-decreased witness', 'info diff/request-max-length-decreased contained'],
  ],
  [
    'a branch beside unevaluatedProperties that declares a member more',
    'type: object\nunevaluatedProperties: false\nanyOf: [{title: A, properties: {a: {type: string}}}]',
    'type: object\nunevaluatedProperties: false\nanyOf: [{title: A, properties: {a: {type: string}, b: {}}}]',
    ['info diff/request-optional-property-added contained', 'warning diff/response-optional-property-added witness'],
  ],
  [
    'a bound of arrays on what is always a text: nothing can show it',
    'type: string\nmaxItems: 9',
    'type: string\nmaxItems: 5',
    ['info diff/request-max-items-decreased contained', 'info diff/response-max-items-decreased contained'],
  ],
  [
    'a pattern with look-around, which no automaton covers: undecided counts as a break',
    'type: string',
    'type: string\npattern: ^(?=a)b',
    ['error diff/request-pattern-added unproven', 'info diff/response-pattern-added contained'],
  ],
];

describe('a change of a schema is judged by proof', () => {
  it.each(cases)('%s', async (_, before, after, want) => {
    const found = await findings(before, after);
    expect(found.map(shown).sort()).toEqual([...want].sort());
  });

  it('shows a whole body that was accepted and is now refused', async () => {
    const [finding] = await findings(
      `${closed}properties: {lines: {type: array, items: {type: object, properties: {n: {type: integer, maximum: 10}}}}}`,
      `${closed}properties: {lines: {type: array, items: {type: object, properties: {n: {type: integer, maximum: 5}}}}}`,
    );
    expect(finding?.proof).toMatchObject({ kind: 'witness', acceptedBy: 'base', rejectedBy: 'revision' });
    const instance = finding?.proof.kind === 'witness' ? finding.proof.instance : undefined;
    const [line] = (instance as { readonly lines: readonly { readonly n: number }[] }).lines;
    expect(line?.n).toBeGreaterThan(5);
    expect(line?.n).toBeLessThanOrEqual(10);
  });

  it('shows a break by members that the contract declares, where it can', async () => {
    const [finding] = await findings(
      'type: object\nproperties: {name: {type: string}, phone: {type: string}, mail: {type: string}}\ndependentRequired: {name: [mail]}',
      'type: object\nproperties: {name: {type: string}, phone: {type: string}, mail: {type: string}}\ndependentRequired: {name: [mail, phone]}',
    );
    const instance = finding?.proof.kind === 'witness' ? finding.proof.instance : {};
    expect(Object.keys(instance as object).sort()).toEqual(['mail', 'name']);
  });

  it('shows each break by what it needs, and by nothing else', async () => {
    const orders = (max: number, item: string): string =>
      `${closed}required: [a]\nproperties: {a: {type: string}, b: {type: object, properties: {c: {type: integer, maximum: ${max}}, d: {type: string}}}, e: {type: array, items: {${item}}}}`;
    const found = await findings(orders(10, 'type: string'), orders(5, 'type: string, maxLength: 3'));
    const shownBy = found.flatMap(({ kind, proof }) => (proof.kind === 'witness' ? [[kind, proof.instance]] : []));
    expect(Object.fromEntries(shownBy)).toEqual({
      'max-length-added': { a: '', e: [expect.stringMatching(/^.{4,}$/)] },
      'maximum-decreased': { a: '', b: { c: expect.toBeOneOf([6, 7, 8, 9, 10]) } },
    });
  });

  /** A server of one of many types, each with members of its own, and none besides. */
  const servers = (count: number, portMax: number): string => {
    const types = Array.from({ length: count }, (_, index) => `t${index}`);
    const branches = types.map(
      (type, index) =>
        `  - {if: {properties: {type: {const: ${type}}}, required: [type]}, then: {properties: {m${index}: {type: string}, port: {type: integer, maximum: ${index === count - 1 ? portMax : 9}}}, required: [m${index}]}}`,
    );
    return `type: object\nrequired: [type]\nproperties: {type: {enum: [${types.join()}]}}\nunevaluatedProperties: false\nallOf:\n${branches.join('\n')}`;
  };

  it('decides thirty conditions on one member, beside what forbids all that none of them looks at', async () => {
    const found = await findings(servers(30, 9), servers(30, 7));
    expect(found.map(shown).sort()).toEqual([
      'error diff/request-maximum-decreased witness',
      'info diff/response-maximum-decreased contained',
    ]);
    expect(found[0]?.proof).toMatchObject({ instance: { type: 't29', m29: '' } });
  });
});
