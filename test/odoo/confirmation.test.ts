import { readFileSync } from 'node:fs';
import {
  billOfMaterialsMapping,
  confirmProduction,
  itemMapping,
  lotMapping,
  MappingError,
  prepareOdoo,
  readConfirmation,
  readGenealogy,
  readObjects,
  workOrderMapping,
  writeObjects,
} from '@millwright/odoo/mapping';
import type { BillOfMaterials, Item, Lot, ProductionConfirmation, WorkOrder } from '@millwright/sdk/types';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connect, odooMissing } from '../services/odoo.ts';
import { plantOf } from './plant.ts';

interface Case {
  readonly name: string;
  /** Of the order. */
  readonly order?: object;
  /** Of the confirmation. */
  readonly change?: object;
  /** Confirmed in full before. */
  readonly closed?: true;
  readonly code: string;
  readonly pointer: string;
  readonly fix: string;
}
const cases = parse(readFileSync(new URL('refused.yaml', import.meta.url), 'utf8')) as readonly Case[];

const run = `C${Date.now().toString(36)}`;
const own = (number: string) => `${run}-${number}`;
const common = { revision: 'A', status: 'active', effectiveFrom: '2026-04-01T00:00:00Z' };
const c62 = (value: string) => ({ value, unit: 'C62' });
const kgm = (value: string) => ({ value, unit: 'KGM' });

const item = (number: string, baseUnit: string): Item =>
  ({
    ...common,
    itemNumber: own(number),
    description: number,
    itemType: 'component',
    baseUnit,
    tracking: 'lot',
  }) as Item;
const bill = {
  ...common,
  billOfMaterialsId: own('BOM'),
  itemNumber: own('FG'),
  itemRevision: 'A',
  outputQuantity: c62('1'),
  lines: [{ lineNumber: 10, itemNumber: own('RM'), quantity: kgm('2.5') }],
} as BillOfMaterials;
const lot = (number: string, itemNumber: string): Lot =>
  ({ itemNumber: own(itemNumber), lotNumber: own(number), status: 'released', quantity: kgm('100') }) as Lot;

const orderOf = (number: string): WorkOrder =>
  ({
    plantId: 'PL01',
    workOrderNumber: own(number),
    status: 'released',
    itemNumber: own('FG'),
    itemRevision: 'A',
    quantity: c62('5'),
    dueAt: '2026-12-17T14:00:00Z',
    billOfMaterialsId: own('BOM'),
    billOfMaterialsRevision: 'A',
  }) as WorkOrder;

const confirmationOf = (number: string, record: string, made: string, used: string): ProductionConfirmation =>
  ({
    recordId: own(`${number}-${record}`),
    plantId: 'PL01',
    workOrderNumber: own(number),
    itemNumber: own('FG'),
    producedQuantity: c62(made),
    scrappedQuantity: c62('0'),
    reworkedQuantity: c62('0'),
    lots: [{ lotNumber: own(`${number}-${record}`), quantity: c62(made) }],
    final: false,
    consumptionIncluded: true,
    consumptions: [{ itemNumber: own('RM'), lotNumber: own('L1'), quantity: kgm(used) }],
    confirmedBy: 'W-93A1',
    occurredAt: '2026-04-15T14:05:00Z',
    recordedAt: '2026-04-15T14:05:02Z',
  }) as unknown as ProductionConfirmation;

describe.skipIf(odooMissing !== undefined)(`confirmations in a real Odoo ${odooMissing ?? ''}`, () => {
  const odoo = odooMissing === undefined ? connect('json-2') : (undefined as never);
  const partsOf = (number: string) =>
    odoo.searchRead(
      'mrp.production',
      [['origin', '=', own(number)]],
      ['state', 'qty_produced', 'x_millwright_record'],
      {
        order: 'id',
      },
    );
  const usedFrom = async (lotNumber: string): Promise<number> => {
    const domain = [
      ['lot_id.name', '=', own(lotNumber)],
      ['state', '=', 'done'],
      ['location_dest_id.usage', '=', 'production'],
    ];
    const lines = await odoo.searchRead('stock.move.line', domain, ['quantity']);
    return lines.reduce((sum, { quantity }) => sum + Number(quantity), 0);
  };

  beforeAll(async () => {
    await prepareOdoo(odoo);
    await plantOf(odoo, 'PL01');
    await plantOf(odoo, 'PL02', `${run} second company`);
    await writeObjects(odoo, itemMapping, [item('FG', 'C62'), item('RM', 'KGM'), item('OTHER', 'KGM')]);
    await writeObjects(odoo, billOfMaterialsMapping, [
      bill,
      { ...bill, billOfMaterialsId: own('OLD'), status: 'obsolete' } as BillOfMaterials,
      { ...bill, billOfMaterialsId: own('ONLY1'), plantId: 'PL01' } as BillOfMaterials,
    ]);
    const [first] = await writeObjects(odoo, lotMapping, [lot('L1', 'RM'), lot('L2', 'OTHER')]);
    const [warehouse] = await odoo.searchRead('stock.warehouse', [['code', '=', 'PL01']], ['lot_stock_id']);
    const [product] = await odoo.searchRead('product.product', [['default_code', '=', own('RM')]], ['id']);
    const [location_id] = (warehouse?.['lot_stock_id'] ?? []) as readonly number[];
    const quant = { product_id: product?.id, location_id, lot_id: first?.id, inventory_quantity: 100 };
    const quants = await odoo.create('stock.quant', [quant], { context: { inventory_mode: true } });
    await odoo.press('stock.quant', 'action_apply_inventory', quants);
  });

  it('a part, sent twice, and the rest: booked once, with the lots that were used', async () => {
    await writeObjects(odoo, workOrderMapping, [orderOf('WO-1')]);
    const first = confirmationOf('WO-1', 'A', '3', '7.75');
    const before = await usedFrom('L1');
    expect(await confirmProduction(odoo, first)).toMatchObject({ outcome: 'confirmed', losses: [] });
    expect(await confirmProduction(odoo, first)).toMatchObject({ outcome: 'same' });
    expect(await readConfirmation(odoo, first)).toEqual(first);
    expect(await readConfirmation(odoo, { plantId: 'PL01', recordId: own('none') })).toBeUndefined();
    expect(await partsOf('WO-1')).toMatchObject([
      { state: 'done', qty_produced: 3 },
      { state: 'confirmed', qty_produced: 0 },
    ]);
    await confirmProduction(odoo, { ...confirmationOf('WO-1', 'B', '2', '5'), final: true });
    expect((await partsOf('WO-1')).map(({ state }) => state)).toEqual(['done', 'done']);
    expect(await usedFrom('L1')).toBe(before + 12.75);
    const made = { plantId: 'PL01', itemNumber: own('FG'), lotNumber: own('WO-1-A') };
    const up = await readGenealogy(odoo, made, 'up');
    expect(up).toMatchObject([
      {
        recordId: own('WO-1-A'),
        workOrderNumber: own('WO-1'),
        inputs: [{ itemNumber: own('RM'), lotNumber: own('L1'), quantity: kgm('7.75') }],
        outputs: [{ itemNumber: own('FG'), lotNumber: own('WO-1-A'), quantity: c62('3') }],
      },
    ]);
    expect(violationsOf('LotGenealogy', up[0], 'strict')).toEqual([]);
    const down = await readGenealogy(odoo, { ...made, itemNumber: own('RM'), lotNumber: own('L1') }, 'down');
    expect(down.map(({ recordId }) => recordId)).toEqual([own('WO-1-A'), own('WO-1-B')]);
    const [order] = await readObjects(odoo, workOrderMapping, [['x_millwright_key', '=', `PL01/${own('WO-1')}`]]);
    expect(order?.[0].status).toBe('closed');
  });

  it('a short end closes the order', async () => {
    await writeObjects(odoo, workOrderMapping, [orderOf('WO-2')]);
    await confirmProduction(odoo, { ...confirmationOf('WO-2', 'A', '4', '10'), final: true });
    expect(await partsOf('WO-2')).toMatchObject([{ state: 'done', qty_produced: 4 }]);
  });

  it('an adapter that dies before the button goes on there, and nobody else comes between', async () => {
    await writeObjects(odoo, workOrderMapping, [orderOf('WO-3')]);
    const dying = { ...odoo, press: () => Promise.reject(new Error('killed')) };
    const begun = { ...confirmationOf('WO-3', 'A', '2', '5'), final: false };
    await expect(confirmProduction(dying, begun)).rejects.toThrow('killed');
    await expect(confirmProduction(odoo, confirmationOf('WO-3', 'B', '3', '7.5'))).rejects.toMatchObject({
      code: 'odoo/refused',
      fix: expect.stringContaining('Send that record again'),
    });
    const before = await usedFrom('L1');
    expect(await confirmProduction(odoo, begun)).toMatchObject({ outcome: 'confirmed' });
    expect(await confirmProduction(odoo, begun)).toMatchObject({ outcome: 'same' });
    expect(await usedFrom('L1')).toBe(before + 5);
    await confirmProduction(odoo, confirmationOf('WO-3', 'B', '3', '7.5'));
    expect((await partsOf('WO-3')).map(({ qty_produced }) => qty_produced)).toEqual([2, 3]);
    expect(await usedFrom('L1')).toBe(before + 12.5);
  });

  it('what the button refuses is taken back', async () => {
    await writeObjects(odoo, workOrderMapping, [orderOf('WO-4')]);
    const asked = { kind: 'action' as const, type: 'ir.actions.act_window', model: 'some.wizard', action: {} };
    const asking = { ...odoo, press: () => Promise.resolve(asked) };
    await expect(confirmProduction(asking, confirmationOf('WO-4', 'A', '5', '12.5'))).rejects.toMatchObject({
      code: 'odoo/asks-first',
      businessKey: expect.stringContaining(own('WO-4')),
    });
    const fields = ['state', 'qty_producing', 'lot_producing_ids', 'x_millwright_record', 'move_raw_ids'];
    const [order] = await odoo.searchRead('mrp.production', [['origin', '=', own('WO-4')]], fields);
    expect(order).toMatchObject({ qty_producing: 0, lot_producing_ids: [], x_millwright_record: false });
    const ids = (order?.['move_raw_ids'] ?? []) as readonly number[];
    expect(await odoo.read('stock.move', ids, ['quantity', 'picked'])).toMatchObject([{ quantity: 0, picked: false }]);
    expect(await confirmProduction(odoo, confirmationOf('WO-4', 'A', '5', '12.5'))).toMatchObject({
      outcome: 'confirmed',
    });
  });

  it.each(cases)(
    '$name: $code, and nothing of it is in Odoo',
    async ({ name, order, change, closed, code, pointer, fix }) => {
      const number = name.replaceAll(/[^a-z]+/g, '-').slice(0, 40);
      const whole = { ...orderOf(number), ...renamed(order) } as WorkOrder;
      const confirmation = {
        ...confirmationOf(number, 'A', '5', '12.5'),
        ...renamed(change),
      } as ProductionConfirmation;
      if (order === undefined) await writeObjects(odoo, workOrderMapping, [whole]);
      if (closed) await confirmProduction(odoo, confirmationOf(number, 'B', '5', '12.5'));
      const before = await partsOf(number);
      const failing =
        order === undefined ? confirmProduction(odoo, confirmation) : writeObjects(odoo, workOrderMapping, [whole]);
      const error = await failing.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(MappingError);
      expect(error).toMatchObject({ code, pointer, fix: expect.stringContaining(fix) });
      expect((error as MappingError).businessKey).toContain(own(number));
      expect(await partsOf(number)).toEqual(before);
    },
  );

  /** `~RM` is the item RM of this run. */
  function renamed(change: object | undefined): object {
    return JSON.parse(JSON.stringify(change ?? {}), (_, value) =>
      typeof value === 'string' && value.startsWith('~') ? own(value.slice(1)) : value,
    );
  }
});
