import type { LotGenealogy } from '@millwright/sdk/types';
import type { OdooClient, OdooRecord } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import { Directory, everyRecord, idOf } from './directory.ts';
import { decimalOf, unitAt } from './field.ts';
import { refused } from './mapping-error.ts';
import { Place } from './place.ts';

const fields = ['product_id', 'lot_id', 'quantity', 'product_uom_id'];

/** One step: what a lot was made of (`up`) or what was made of it (`down`), a record for each part of an order. */
export async function readGenealogy(
  odoo: OdooClient,
  lot: { readonly plantId: string; readonly itemNumber: string; readonly lotNumber: string },
  direction: 'up' | 'down',
): Promise<readonly LotGenealogy[]> {
  const key = `${lot.itemNumber}/${lot.lotNumber}`;
  try {
    const at = new Place({ key, directory: new Directory(odoo), losses: [] });
    const domain = [
      ['product_id.default_code', '=', lot.itemNumber],
      ['lot_id.name', '=', lot.lotNumber],
      ['state', '=', 'done'],
      [direction === 'up' ? 'move_id.production_id' : 'move_id.raw_material_production_id', '!=', false],
    ];
    const found = await odoo.searchRead('stock.move.line', domain, ['move_id'], { ...everyRecord, order: 'id' });
    const moves = await odoo.read(
      'stock.move',
      found.map((line) => idOf(line['move_id']) ?? 0),
      ['production_id', 'raw_material_production_id'],
      everyRecord,
    );
    const orders = moves.map((move) => idOf(move['production_id']) ?? idOf(move['raw_material_production_id']) ?? 0);
    return await Promise.all(
      [...new Set(orders)].map((order) => transformationOf(odoo, { order, plantId: lot.plantId, at })),
    );
  } catch (error) {
    throw error instanceof OdooError ? refused(error, key) : error;
  }
}

async function transformationOf(
  odoo: OdooClient,
  { order, plantId, at }: { readonly order: number; readonly plantId: string; readonly at: Place },
): Promise<LotGenealogy> {
  const read = ['name', 'origin', 'date_finished', 'x_millwright_record'];
  const [production] = await odoo.read('mrp.production', [order], read, everyRecord);
  const linesOf = (field: string) =>
    odoo.searchRead(
      'stock.move.line',
      [
        [`move_id.${field}`, '=', order],
        ['state', '=', 'done'],
        ['lot_id', '!=', false],
      ],
      fields,
      {
        ...everyRecord,
        order: 'id',
      },
    );
  const [inputs, outputs] = await Promise.all([linesOf('raw_material_production_id'), linesOf('production_id')]);
  const record = String(production?.['x_millwright_record'] || `${plantId}/${production?.['name']}`);
  const finished = `${String(production?.['date_finished']).replace(' ', 'T')}Z`;
  return {
    recordId: record.slice(record.indexOf('/') + 1),
    plantId,
    transformation: 'production',
    workOrderNumber: String(production?.['origin']),
    inputs: await Promise.all(inputs.map((line) => partOf(line, at))),
    outputs: await Promise.all(outputs.map((line) => partOf(line, at))),
    occurredAt: finished,
    recordedAt: finished,
  } as unknown as LotGenealogy;
}

async function partOf(line: OdooRecord, at: Place): Promise<object> {
  const { digits } = await at.directory.units();
  const item = await at.directory.byId('item', idOf(line['product_id']) ?? 0);
  const [, lotNumber] = (line['lot_id'] ?? []) as readonly [number, string];
  const value = decimalOf(Number(line['quantity']), digits, at);
  return {
    itemNumber: item?.key ?? '',
    lotNumber,
    quantity: { value, unit: await unitAt(line['product_uom_id'], at) },
  };
}
