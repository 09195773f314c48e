import { describe, expect, it } from 'vitest';
import { types } from '../../generators/src/types/index.ts';
import { load, options } from '../client/generate.ts';

/** Declarations of fixtures/schemas.yaml by the name of the schema. */
const cases: readonly (readonly [name: string, text: string])[] = [
  ['Shape', 'export type Shape = Circle | Square;\n'],
  ['Circle', "export type Circle = {\n  kind: 'circle';\n  radius: number;\n};\n"],
  ['Node', 'export type Node = {\n  children?: Node[];\n};\n'],
  ['Itself', 'export type Itself = unknown;\n'],
  ['Pair', 'export type Pair = [string, number?];\n'],
  ['OpenTuple', 'export type OpenTuple = [string, ...(number | null)[]];\n'],
  ['Labels', 'export type Labels = {\n  count?: number;\n  [key: string]: string | number | undefined;\n};\n'],
  ['Marked', 'export type Marked = {\n  [key: string]: unknown;\n};\n'],
  ['Closed', 'export type Closed = Record<string, never>;\n'],
  ['Everything', 'export type Everything = unknown;\n'],
  ['Nothing', 'export type Nothing = never;\n'],
  ['Extended', 'export type Extended = {\n  area: unknown;\n} & Circle;\n'],
  ['Batch', 'export type Batch = WorkOrder[];\n'],
  ['BatchInput', 'export type BatchInput = WorkOrderInput[];\n'],
  [
    'WorkOrder',
    `export type WorkOrder = {
  readonly createdAt: DateTime;
  /** @deprecated */
  note?: string | null;
  number: ItemNumber;
  /**
   * How much.
   * @remarks unit kg; minimum 0
   */
  quantity: number;
  status?: LotStatus;
};
`,
  ],
  ['LotStatus', "export type LotStatus = 'quarantine' | 'in-inspection';\n"],
  ['ItemNumber', "export type ItemNumber = string & { readonly [brand]: 'ItemNumber' };\n"],
];

const content = async (): Promise<string> => {
  const contract = await load(new URL('fixtures/schemas.yaml', import.meta.url));
  return types.generate(contract, options)[0][0]?.content ?? '';
};

describe('declarations', () => {
  it.each(cases)('%s', async (_name, text) => {
    expect(await content()).toContain(text);
  });

  it('sets the write shape apart only where it differs', async () => {
    const inputs = [...(await content()).matchAll(/export type (\w+Input) /g)].map(([, name]) => name);
    expect(inputs).toEqual(['BatchInput', 'PlantInput', 'WorkOrderInput']);
    expect(await content()).toContain('secret?: string;');
  });

  it('keeps the order of enum members and escapes their descriptions', async () => {
    expect(await content()).toContain(
      "export const LotStatus = {\n  /** Waits. *\\/ Not to be used. */\n  quarantine: 'quarantine',\n  inInspection: 'in-inspection',\n} as const;\n",
    );
  });
});
