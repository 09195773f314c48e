import type { ProductionConfirmation } from '@millwright/sdk/types';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import type { OdooClient, OdooRecord } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import type { OdooValues } from '../protocol.ts';
import { consumptionOf, type RawMove, readMoves } from './consumption.ts';
import { Directory, everyRecord, idOf } from './directory.ts';
import { floatOf } from './field.ts';
import { MappingError, refused } from './mapping-error.ts';
import { type Loss, Place } from './place.ts';
import { producedLots } from './produced-lots.ts';

export interface Confirmed {
  readonly key: string;
  /** The record of mrp.production that the confirmation closed; what is left of the order is another one with the same origin. */
  readonly id: number;
  readonly outcome: 'confirmed' | 'same';
  readonly losses: readonly Loss[];
}

const orderFields = [
  'state',
  'product_id',
  'product_qty',
  'product_uom_id',
  'product_tracking',
  'company_id',
  'location_src_id',
  'move_raw_ids',
  'x_millwright_record',
];

/**
 * Books a confirmation: quantity, lots and consumption in one call, then `button_mark_done`. Everything is checked before; what Odoo
 * refuses at the button is taken back. Sent again it goes on where it stopped, and what is booked is not booked twice.
 */
export async function confirmProduction(odoo: OdooClient, confirmation: ProductionConfirmation): Promise<Confirmed> {
  const key = `${confirmation.plantId}/${confirmation.workOrderNumber}/${confirmation.recordId}`;
  const losses: Loss[] = [];
  try {
    const at = new Place({ key, directory: new Directory(odoo), losses });
    const [first] = violationsOf('ProductionConfirmation', confirmation, 'strict');
    if (first !== undefined)
      throw new MappingError(
        'odoo/not-canonical',
        `no ProductionConfirmation: ${first.message}`,
        { key, pointer: first.pointer },
        'Send what the contract demands.',
      );
    const place = at.in(await at.at('plantId').plantOf(confirmation.plantId));
    refuseUnbookable(confirmation, place);
    const order = await openOrder(odoo, confirmation, place);
    if (order['state'] === 'done') return { key, id: order.id, outcome: 'same', losses };
    const moves = await readMoves(odoo, order['move_raw_ids'] as readonly number[]);
    const values = await bookingOf(odoo, { confirmation, order, moves, at: place });
    await odoo.write('mrp.production', [order.id], values, everyRecord);
    await markDone(odoo, { confirmation, order, moves, at: place });
    return { key, id: order.id, outcome: 'confirmed', losses };
  } catch (error) {
    throw error instanceof OdooError ? refused(error, key) : error;
  }
}

/** What a booking is made of. */
export interface Booking {
  readonly confirmation: ProductionConfirmation;
  readonly order: OdooRecord;
  readonly moves: readonly RawMove[];
  readonly at: Place;
}

function refuseUnbookable({ producedQuantity, correctsRecordId, ...rest }: ProductionConfirmation, at: Place): void {
  if (correctsRecordId !== undefined)
    throw at
      .at('correctsRecordId')
      .fail('odoo/refused', 'Odoo takes no confirmation back', 'Book the difference as an adjustment or a scrap.');
  // Without a quantity button_mark_done would take the whole one of the order.
  if (Number(producedQuantity.value) === 0)
    throw at
      .at('producedQuantity')
      .fail(
        'odoo/refused',
        'Odoo books no confirmation without a good quantity',
        'Book scrap as a scrap, or cancel the order.',
      );
  if (rest.operationId !== undefined) at.at('operationId').lose('kept, but Odoo books the order as a whole');
  for (const property of ['scrappedQuantity', 'reworkedQuantity'] as const)
    if (Number(rest[property].value) > 0) at.at(property).lose('kept, but not booked: it is no stock');
}

/** The record that this confirmation was begun on, or else the open one of the order. */
async function openOrder(
  odoo: OdooClient,
  { workOrderNumber, recordId, plantId, itemNumber, producedQuantity }: ProductionConfirmation,
  at: Place,
): Promise<OdooRecord> {
  const domain = [
    ['origin', '=', workOrderNumber],
    ['picking_type_id', '=', at.plant?.manufacturing ?? 0],
  ];
  const parts = await odoo.searchRead('mrp.production', domain, orderFields, { ...everyRecord, order: 'id' });
  const place = at.at('workOrderNumber');
  const [begun] = parts.filter((part) => part['x_millwright_record'] === `${plantId}/${recordId}`);
  if (begun?.['state'] === 'done') return begun;
  const open =
    begun ?? parts.find(({ state }) => state === 'confirmed' || state === 'progress' || state === 'to_close');
  if (parts.length === 0)
    throw place.fail(
      'odoo/unknown-reference',
      `Odoo has no work order ${workOrderNumber}`,
      'Send the work order first.',
    );
  if (open === undefined && parts.some(({ state }) => state === 'draft'))
    throw place.fail(
      'odoo/refused',
      'the order is not released',
      'Release the order, then send the confirmation again.',
    );
  if (open === undefined)
    throw place.fail('odoo/already-closed', 'the order is closed', 'Have a person book it, or open a new order.');
  if (begun === undefined && typeof open['x_millwright_record'] === 'string')
    throw place.fail(
      'odoo/refused',
      `${open['x_millwright_record']} was begun and not ended`,
      'Send that record again first.',
    );
  const item = await at.at('itemNumber').refer('item', itemNumber);
  if (item.id !== idOf(open['product_id']))
    throw at.at('itemNumber').fail('odoo/differs', 'the order makes another item', 'Correct the order or the item.');
  if ((await at.at('producedQuantity').unit(producedQuantity.unit)).id !== idOf(open['product_uom_id']))
    throw at.at('producedQuantity').fail('odoo/differs', 'the order is in another unit', 'Send the unit of the order.');
  return open;
}

async function bookingOf(odoo: OdooClient, booking: Booking): Promise<OdooValues> {
  const { confirmation, at } = booking;
  const { digits } = await at.directory.units();
  const lots = await producedLots(odoo, booking);
  return {
    qty_producing: floatOf(confirmation.producedQuantity.value, digits, at.at('producedQuantity').at('value')),
    lot_producing_ids: [[5, 0, 0], ...lots],
    move_raw_ids: await consumptionOf(odoo, booking),
    x_millwright_record: `${confirmation.plantId}/${confirmation.recordId}`,
    x_millwright_confirmation: JSON.stringify(confirmation),
  };
}

/** Agrees beforehand to what Odoo would ask: that consumption differs from the bill, and whether the rest stays open. */
async function markDone(odoo: OdooClient, { confirmation, order, moves, at }: Booking): Promise<void> {
  const stays = !confirmation.final && Number(confirmation.producedQuantity.value) < Number(order['product_qty']);
  if (!confirmation.final && !stays) at.at('final').lose('the whole quantity is made, so Odoo closes the order');
  const context = {
    skip_consumption: true,
    skip_backorder: true,
    skip_redirection: true,
    ...(stays ? { mo_ids_to_backorder: [order.id] } : {}),
  };
  const takenBack = async (): Promise<void> =>
    odoo.write('mrp.production', [order.id], {
      qty_producing: 0,
      lot_producing_ids: [[5, 0, 0]],
      move_raw_ids: moves.map(({ id }) => [1, id, { quantity: 0, picked: false }]),
      x_millwright_record: false,
      x_millwright_confirmation: false,
    });
  try {
    const pressed = await odoo.press('mrp.production', 'button_mark_done', [order.id], { context });
    if (pressed.kind === 'done') return;
    const [now] = await odoo.read('mrp.production', [order.id], ['state']);
    if (now?.['state'] === 'done') return;
    await takenBack();
    throw at.fail('odoo/asks-first', `Odoo asks by ${pressed.model} before it closes the order`, 'Answer it in Odoo.');
  } catch (error) {
    if (error instanceof OdooError && error.happened === 'no') await takenBack();
    throw error;
  }
}
