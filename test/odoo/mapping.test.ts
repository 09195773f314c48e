import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  itemMapping,
  prepareOdoo,
  readObjects,
  unitOfMeasureMapping,
  type Written,
  writeObjects,
} from '@millwright/odoo/mapping';
import type { Item, UnitOfMeasure } from '@millwright/sdk/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect, odooMissing } from '../services/odoo.ts';

const examplesOf = <Type>(object: string): readonly (readonly [name: string, Type])[] => {
  const cwd = fileURLToPath(new URL(`../../schemas/examples/${object}/valid/`, import.meta.url));
  return globSync('*.json', { cwd })
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(`${cwd}${file}`, 'utf8')) as Type]);
};

const idOf = (written: Written | undefined): number => written?.id ?? Number.NaN;

/** Numbers that no other run has used. */
const run = `T${Date.now().toString(36)}`;

describe.skipIf(odooMissing !== undefined).each(['json-2', 'json-rpc'] as const)(
  `canonical objects in a real Odoo by %s ${odooMissing ?? ''}`,
  (protocol) => {
    const odoo = odooMissing === undefined ? connect(protocol) : (undefined as never);
    const own = (number: string) => `${run}-${protocol}-${number}`;
    beforeAll(async () => {
      await prepareOdoo(odoo);
      await prepareOdoo(odoo);
    });

    const kelvin = { code: 'KEL', description: 'Kelvin', dimension: 'temperature', baseUnit: 'KEL', factor: '1' };
    const units = [['kelvin', kelvin as UnitOfMeasure] as const, ...examplesOf<UnitOfMeasure>('unit-of-measure')];
    // Odoo's own minute is rounded.
    const rounded = { pointer: '/factor', reason: expect.stringContaining('0.016666') };
    it.each(units)('UnitOfMeasure %s comes back as it was', async (_, unit) => {
      const [first] = await writeObjects(odoo, unitOfMeasureMapping, [unit]);
      const [again] = await writeObjects(odoo, unitOfMeasureMapping, [unit]);
      expect(again).toMatchObject({ id: first?.id, outcome: 'same' });
      expect(await readObjects(odoo, unitOfMeasureMapping, [['id', '=', idOf(first)]])).toEqual([
        [unit, unit.code === 'MIN' ? [rounded] : []],
      ]);
    });

    it.each(examplesOf<Item>('item'))('Item %s comes back as it was', async (file, example) => {
      const item = { ...example, itemNumber: own(`${file}-${example.itemNumber}`) } as Item;
      const [first] = await writeObjects(odoo, itemMapping, [item]);
      const [again] = await writeObjects(odoo, itemMapping, [item]);
      expect([first?.outcome, again?.outcome, again?.id]).toEqual(['created', 'same', first?.id]);
      expect(await readObjects(odoo, itemMapping, [['id', '=', idOf(first)]])).toEqual([[item, []]]);
      const changed = { ...item, description: 'Renamed', status: 'obsolete', revision: 'Z' } as Item;
      expect(await writeObjects(odoo, itemMapping, [changed])).toMatchObject([{ id: first?.id, outcome: 'changed' }]);
      expect(await readObjects(odoo, itemMapping, [['id', '=', idOf(first)]])).toEqual([[changed, []]]);
    });
  },
);
