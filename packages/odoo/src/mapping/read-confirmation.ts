import type { ProductionConfirmation } from '@millwright/sdk/types';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import type { OdooClient, OdooRecord } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import { Directory, everyRecord, idOf } from './directory.ts';
import { decimalOf, unitAt } from './field.ts';
import { refused } from './mapping-error.ts';
import { Place } from './place.ts';

interface Part {
  readonly item: string;
  readonly lot: string | undefined;
  readonly quantity: { readonly value: string; readonly unit: string };
}

/** A confirmation that was booked: quantity, lots and consumption as Odoo has them, the rest as it was kept; undefined where there is none. */
export async function readConfirmation(
  odoo: OdooClient,
  { plantId, recordId }: { readonly plantId: string; readonly recordId: string },
): Promise<ProductionConfirmation | undefined> {
  const key = `${plantId}/${recordId}`;
  try {
    const at = new Place({ key, directory: new Directory(odoo), losses: [] });
    const domain = [
      ['x_millwright_record', '=', key],
      ['state', '=', 'done'],
    ];
    const fields = ['qty_produced', 'product_uom_id', 'x_millwright_confirmation'];
    const [order] = await odoo.searchRead('mrp.production', domain, fields, everyRecord);
    if (order === undefined) return undefined;
    const kept = JSON.parse(String(order['x_millwright_confirmation'])) as ProductionConfirmation;
    const [made, used] = await Promise.all([
      partsOf(odoo, 'production_id', order.id, at),
      partsOf(odoo, 'raw_material_production_id', order.id, at),
    ]);
    const value = {
      ...kept,
      producedQuantity: await amountOf(order['qty_produced'], order['product_uom_id'], at),
      ...(kept.lots === undefined ? {} : { lots: lotsOf(kept, made) }),
      ...(kept.consumptions === undefined ? {} : { consumptions: consumptionsOf(kept, used) }),
    } as unknown as ProductionConfirmation;
    const [first] = violationsOf('ProductionConfirmation', value, 'strict');
    if (first === undefined) return value;
    throw new Place({ ...at, pointer: first.pointer }).fail(
      'odoo/not-canonical',
      `no ProductionConfirmation: ${first.message}`,
      'Correct the order in Odoo.',
    );
  } catch (error) {
    throw error instanceof OdooError ? refused(error, key) : error;
  }
}

/** What is kept tells the order and what Odoo has no place for; which lots and how much of them is Odoo's word. */
function lotsOf({ lots = [] }: ProductionConfirmation, made: readonly Part[]): readonly object[] {
  return inOrder(made, (part) => lots.findIndex(({ lotNumber }) => lotNumber === part.lot)).map(
    ({ lot, quantity }) => ({
      ...lots.find(({ lotNumber }) => lotNumber === lot),
      lotNumber: lot,
      quantity,
    }),
  );
}

function consumptionsOf({ consumptions = [] }: ProductionConfirmation, used: readonly Part[]): readonly object[] {
  const isOf = (part: Part) => (each: (typeof consumptions)[number]) =>
    each.itemNumber === part.item && each.lotNumber === part.lot;
  return inOrder(used, (part) => consumptions.findIndex(isOf(part))).map((part) => ({
    ...consumptions.find(isOf(part)),
    itemNumber: part.item,
    ...(part.lot === undefined ? {} : { lotNumber: part.lot }),
    quantity: part.quantity,
  }));
}

function inOrder(parts: readonly Part[], indexOf: (part: Part) => number): readonly Part[] {
  const last = (part: Part): number => (indexOf(part) < 0 ? Number.MAX_SAFE_INTEGER : indexOf(part));
  return parts.toSorted((left, right) => last(left) - last(right));
}

async function partsOf(odoo: OdooClient, field: string, order: number, at: Place): Promise<readonly Part[]> {
  const domain = [
    [`move_id.${field}`, '=', order],
    ['state', '=', 'done'],
  ];
  const fields = ['product_id', 'lot_id', 'quantity', 'product_uom_id'];
  const lines = await odoo.searchRead('stock.move.line', domain, fields, { ...everyRecord, order: 'id' });
  return Promise.all(lines.map((line) => partOf(line, at)));
}

async function partOf(line: OdooRecord, at: Place): Promise<Part> {
  const item = await at.directory.byId('item', idOf(line['product_id']) ?? 0);
  const lot = Array.isArray(line['lot_id']) ? String(line['lot_id'][1]) : undefined;
  return { item: item?.key ?? '', lot, quantity: await amountOf(line['quantity'], line['product_uom_id'], at) };
}

async function amountOf(value: unknown, unit: unknown, at: Place): Promise<Part['quantity']> {
  const { digits } = await at.directory.units();
  return { value: decimalOf(Number(value), digits, at), unit: await unitAt(unit, at) };
}
