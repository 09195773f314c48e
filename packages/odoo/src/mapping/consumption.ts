import type { ConfirmedConsumption } from '@millwright/sdk/types';
import type { OdooClient, OdooRecord } from '../client.ts';
import type { OdooValue } from '../protocol.ts';
import type { Booking } from './confirm-production.ts';
import { everyRecord, idOf } from './directory.ts';
import { floatOf } from './field.ts';
import type { Place } from './place.ts';

/** A component of an order. */
export interface RawMove {
  readonly id: number;
  readonly product: number;
  readonly unit: number;
  readonly demand: number;
  readonly from: number;
  readonly to: number;
  readonly lines: readonly number[];
}

export async function readMoves(odoo: OdooClient, ids: readonly number[]): Promise<readonly RawMove[]> {
  const fields = [
    'product_id',
    'product_uom',
    'product_uom_qty',
    'location_id',
    'location_dest_id',
    'move_line_ids',
    'state',
  ];
  const records = ids.length === 0 ? [] : await odoo.read('stock.move', ids, fields, everyRecord);
  return records
    .filter(({ state }) => state !== 'done' && state !== 'cancel')
    .map((record) => ({
      id: record.id,
      product: idOf(record['product_id']) ?? 0,
      unit: idOf(record['product_uom']) ?? 0,
      demand: Number(record['product_uom_qty']),
      from: idOf(record['location_id']) ?? 0,
      to: idOf(record['location_dest_id']) ?? 0,
      lines: record['move_line_ids'] as readonly number[],
    }));
}

/** Commands that put what was used on the components: a quantity that is typed in Odoo's screen does that, a call does not. */
export async function consumptionOf(odoo: OdooClient, booking: Booking): Promise<readonly OdooValue[]> {
  const { confirmation, order, moves, at } = booking;
  const { digits } = await at.directory.units();
  if (!confirmation.consumptionIncluded) {
    const share = Number(confirmation.producedQuantity.value) / Number(order['product_qty']);
    return moves.map(({ id, demand }) => [1, id, { quantity: Number((demand * share).toFixed(digits)), picked: true }]);
  }
  const used = await Promise.all(
    (confirmation.consumptions ?? []).map((each, index) =>
      usedLine(odoo, { each, moves, at: at.at('consumptions').at(index) }),
    ),
  );
  refuseTooMuch(used, at);
  return moves.map((move) => {
    const taken = used.filter((each) => each.move === move).map(({ line }): OdooValue => [0, 0, line]);
    const gone = move.lines.map((line): OdooValue => [2, line, 0]);
    return [1, move.id, { picked: true, move_line_ids: [...gone, ...taken] }];
  });
}

interface Use {
  readonly each: ConfirmedConsumption;
  readonly moves: readonly RawMove[];
  readonly at: Place;
}
interface UsedLine {
  readonly move: RawMove;
  readonly line: { readonly [name: string]: OdooValue };
  readonly quants: readonly OdooRecord[];
}

async function usedLine(odoo: OdooClient, { each, moves, at }: Use): Promise<UsedLine> {
  const item = await at.at('itemNumber').refer('item', each.itemNumber);
  const move = moves.find(({ product }) => product === item.id);
  if (move === undefined)
    throw at
      .at('itemNumber')
      .fail(
        'odoo/unknown-reference',
        `the order needs no ${each.itemNumber}`,
        'Add the component to the order in Odoo first.',
      );
  const { id: unit, units } = await at.at('quantity').unit(each.quantity.unit);
  if (unit !== move.unit)
    throw at
      .at('quantity')
      .fail('odoo/differs', 'the component is in another unit', 'Send the unit of the bill of materials.');
  const quantity = floatOf(each.quantity.value, units.digits, at.at('quantity').at('value'));
  const lot = each.lotNumber === undefined ? undefined : await lotOf(odoo, item.id, each.lotNumber, at.at('lotNumber'));
  const from =
    each.fromLocationId === undefined
      ? move.from
      : (await at.at('fromLocationId').refer('location', each.fromLocationId)).id;
  const domain = [
    ['product_id', '=', item.id],
    ['location_id', 'child_of', from],
    ...(lot === undefined ? [] : [['lot_id', '=', lot]]),
  ];
  const quants = await odoo.searchRead('stock.quant', domain, ['quantity', 'location_id', 'lot_id'], { order: 'id' });
  const there = quants.find((quant) => Number(quant['quantity']) >= quantity) ?? quants[0];
  const line = {
    product_id: item.id,
    product_uom_id: unit,
    quantity,
    lot_id: lot ?? false,
    location_id: idOf(there?.['location_id']) ?? from,
    location_dest_id: move.to,
  };
  return { move, line, quants };
}

async function lotOf(odoo: OdooClient, product: number, lotNumber: string, at: Place): Promise<number> {
  const lots = await odoo.searchRead('stock.lot', [['name', '=', lotNumber]], ['product_id'], everyRecord);
  const own = lots.find((lot) => idOf(lot['product_id']) === product);
  if (own !== undefined) return own.id;
  if (lots.length > 0)
    throw at.fail('odoo/wrong-lot', `${lotNumber} is a lot of another item`, 'Send the lot of the item that was used.');
  throw at.fail('odoo/unknown-reference', `Odoo has no lot ${lotNumber}`, 'Send the lot first.');
}

/** Odoo itself would book stock below zero. */
function refuseTooMuch(used: readonly UsedLine[], at: Place): void {
  for (const [index, { line, quants }] of used.entries()) {
    const same = used.filter(
      (other) => other.line['product_id'] === line['product_id'] && other.line['lot_id'] === line['lot_id'],
    );
    const taken = same.reduce((total, other) => total + Number(other.line['quantity']), 0);
    const there = quants.reduce((total, quant) => total + Number(quant['quantity']), 0);
    if (taken > there + 1e-9)
      throw at
        .at('consumptions')
        .at(index)
        .fail(
          'odoo/over-consumption',
          `${taken} were used and ${there} are there`,
          'Book the receipt or correct the stock first, or send what was used.',
        );
  }
}
