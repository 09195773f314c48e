import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  adjustInventory,
  billOfMaterialsMapping,
  downtimeMapping,
  itemMapping,
  lotMapping,
  type ObjectMapping,
  prepareOdoo,
  readBalances,
  readObjects,
  readRouting,
  unitOfMeasureMapping,
  type Written,
  workCenterMapping,
  workOrderMapping,
  writeObjects,
  writeRouting,
} from '@millwright/odoo/mapping';
import type {
  BillOfMaterials,
  Downtime,
  InventoryAdjustment,
  Item,
  Lot,
  Routing,
  UnitOfMeasure,
  WorkCenter,
  WorkOrder,
} from '@millwright/sdk/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect, odooMissing } from '../services/odoo.ts';
import { plantOf } from './plant.ts';

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
      await plantOf(odoo, 'PL01');
    });

    const set = { code: 'SET', description: 'Set', dimension: 'count', baseUnit: 'C62', factor: '1' };
    const kelvin = { code: 'KEL', description: 'Kelvin', dimension: 'temperature', baseUnit: 'KEL', factor: '1' };
    const units = [
      ['set', set as UnitOfMeasure] as const,
      ['kelvin', kelvin as UnitOfMeasure] as const,
      ...examplesOf<UnitOfMeasure>('unit-of-measure'),
    ];
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
      const id = await comesBack(itemMapping, item);
      const changed = { ...item, description: 'Renamed', status: 'obsolete', revision: 'Z' } as Item;
      expect(await writeObjects(odoo, itemMapping, [changed])).toMatchObject([{ id, outcome: 'changed' }]);
      expect(await readObjects(odoo, itemMapping, [['id', '=', id]])).toEqual([[changed, []]]);
    });

    it.each(examplesOf<WorkCenter>('work-center'))('WorkCenter %s comes back as it was', async (file, example) => {
      await comesBack(workCenterMapping, { ...example, workCenterId: own(`${file}-WC`) } as WorkCenter);
    });

    it.each(examplesOf<BillOfMaterials>('bill-of-materials'))(
      'BillOfMaterials %s comes back as it was',
      async (file, example) => {
        await items(numbersIn(example));
        const bill = renumbered(example, { billOfMaterialsId: own(`${file}-BOM`) });
        const id = await comesBack(billOfMaterialsMapping, bill);
        const changed = {
          ...bill,
          lines: bill.lines.toReversed().map((line, index) => ({ ...line, lineNumber: index + 1 })),
        };
        expect(await writeObjects(odoo, billOfMaterialsMapping, [changed])).toMatchObject([{ id, outcome: 'changed' }]);
        expect(await readObjects(odoo, billOfMaterialsMapping, [['id', '=', id]])).toEqual([[changed, []]]);
      },
    );

    it.each(examplesOf<Lot>('lot'))('Lot %s comes back as it was', async (file, example) => {
      await items(numbersIn(example));
      await comesBack(lotMapping, renumbered(example, { lotNumber: own(`${file}-L`) }));
    });

    it.each(examplesOf<WorkOrder>('work-order'))('WorkOrder %s comes back as it was', async (file, example) => {
      await items(numbersIn(example));
      const { billOfMaterialsId, billOfMaterialsRevision, ...rest } = example;
      const order = renumbered(rest as WorkOrder, { workOrderNumber: own(`${file}-WO`) });
      await comesBack(workOrderMapping, order, ['completedQuantity']);
    });

    it.each(examplesOf<Routing>('routing'))('Routing %s comes back as it was', async (file, example) => {
      await items(new Set(['FG-1000']));
      const routing = { ...example, routingId: own(`${file}-RT`) } as Routing;
      for (const { workCenterId } of routing.operations)
        await writeObjects(odoo, workCenterMapping, [{ ...aWorkCenter, plantId: routing.plantId, workCenterId }]);
      const bill = renumbered(examplesOf<BillOfMaterials>('bill-of-materials')[2]?.[1] as BillOfMaterials, {
        billOfMaterialsId: own(`${file}-BOM-RT`),
        plantId: routing.plantId,
        routingId: routing.routingId,
      });
      await items(new Set(['RM-2000']));
      await writeObjects(odoo, billOfMaterialsMapping, [bill]);
      expect(await writeRouting(odoo, routing)).toMatchObject({ outcome: 'created' });
      expect(await readRouting(odoo, routing.routingId)).toEqual(routing);
      expect(await writeRouting(odoo, routing)).toMatchObject({ outcome: 'same' });
    });

    it.each(examplesOf<Downtime>('downtime'))('Downtime %s comes back as it was', async (file, example) => {
      const { plantId, workCenterId } = example;
      await writeObjects(odoo, workCenterMapping, [{ ...aWorkCenter, plantId, workCenterId }]);
      await comesBack(downtimeMapping, { ...example, recordId: own(`${file}-DT`) } as Downtime);
    });

    it('an adjustment is booked once, and the balance tells it', async () => {
      await items(new Set(['ADJ']));
      const example = examplesOf<InventoryAdjustment>('inventory-adjustment')[0]?.[1];
      const { lotNumber, ...rest } = renumbered(example as InventoryAdjustment, {
        itemNumber: own('ADJ'),
        recordId: own('ADJ-1'),
        locationId: 'PL01/Stock',
        previousQuantity: { value: '0', unit: 'C62' },
        countedQuantity: { value: '118.25', unit: 'C62' },
      });
      await writeObjects(odoo, lotMapping, [
        {
          itemNumber: own('ADJ'),
          lotNumber: own('ADJ-L'),
          status: 'released',
          quantity: { value: '0', unit: 'C62' },
        } as Lot,
      ]);
      const adjustment = { ...rest, lotNumber: own('ADJ-L') } as InventoryAdjustment;
      expect(await adjustInventory(odoo, adjustment)).toMatchObject({ outcome: 'created', losses: [] });
      expect(await adjustInventory(odoo, adjustment)).toMatchObject({ outcome: 'same' });
      const asOf = new Date('2026-05-01T00:00:00Z');
      expect(await readBalances(odoo, 'PL01', { itemNumbers: [own('ADJ')], asOf })).toEqual([
        {
          plantId: 'PL01',
          itemNumber: own('ADJ'),
          lotNumber: own('ADJ-L'),
          locationId: 'PL01/Stock',
          onHand: { value: '118.25', unit: 'C62' },
          reserved: { value: '0', unit: 'C62' },
          available: { value: '118.25', unit: 'C62' },
          asOf: asOf.toISOString(),
        },
      ]);
      const late = { ...adjustment, recordId: own('ADJ-2') } as InventoryAdjustment;
      await expect(adjustInventory(odoo, late)).rejects.toMatchObject({
        code: 'odoo/differs',
        pointer: '/previousQuantity',
        businessKey: `PL01/${own('ADJ-2')}`,
      });
    });

    /** Writes twice and reads; what `lost` names may be missing if it was told. */
    async function comesBack<Type extends object>(
      mapping: ObjectMapping<Type>,
      value: Type,
      lost: readonly string[] = [],
    ): Promise<number> {
      const [first] = await writeObjects(odoo, mapping, [value]);
      const expected = Object.fromEntries(Object.entries(value).filter(([name]) => !lost.includes(name)));
      const missing = Object.keys(value).filter((name) => lost.includes(name));
      expect(first?.losses.map(({ pointer }) => pointer)).toEqual(
        expect.arrayContaining(missing.map((name) => `/${name}`)),
      );
      expect(await readObjects(odoo, mapping, [['id', '=', idOf(first)]])).toEqual([[expected, []]]);
      const [again] = await writeObjects(odoo, mapping, [value]);
      expect([first?.outcome, again?.id]).toEqual(['created', first?.id]);
      if (missing.length === 0) expect(again?.outcome).toBe('same');
      return idOf(first);
    }

    /** Items of an example under numbers of this run. */
    async function items(numbers: ReadonlySet<string>): Promise<void> {
      const wanted = [...numbers].map((number) => ({ ...anItem, itemNumber: own(number) }) as Item);
      await writeObjects(odoo, itemMapping, wanted);
    }

    function renumbered<Type extends object>(example: Type, change: object): Type {
      const text = JSON.stringify(example, (name, value) => (name === 'itemNumber' ? own(value) : value));
      return { ...JSON.parse(text), ...change };
    }
  },
);

const aWorkCenter = examplesOf<WorkCenter>('work-center')[3]?.[1] as WorkCenter;
const anItem = examplesOf<Item>('item')[0]?.[1];

function numbersIn(value: object): ReadonlySet<string> {
  return new Set(Array.from(JSON.stringify(value).matchAll(/"itemNumber":"([^"]+)"/g), ([, number]) => String(number)));
}
