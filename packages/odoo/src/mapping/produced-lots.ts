import type { OdooClient } from '../client.ts';
import type { OdooValue } from '../protocol.ts';
import type { Booking } from './confirm-production.ts';
import { everyRecord, idOf } from './directory.ts';
import { floatOf } from './field.ts';

/** Commands that give the lots to an order: known ones by their ids, new ones made in the same transaction. */
export async function producedLots(odoo: OdooClient, booking: Booking): Promise<readonly OdooValue[]> {
  const { confirmation, order, at } = booking;
  const lots = confirmation.lots ?? [];
  const place = at.at('lots');
  const tracking = order['product_tracking'];
  if (tracking === 'none' && lots.length > 0)
    throw place.fail('odoo/wrong-lot', 'the item is not tracked in Odoo', 'Send no lots, or track the item.');
  if (tracking !== 'none' && lots.length === 0)
    throw place.fail(
      'odoo/wrong-lot',
      'the item is tracked, and no lot is told',
      'Send the lots that cover the quantity.',
    );
  if (tracking === 'lot' && lots.length > 1)
    throw place.fail('odoo/wrong-lot', 'Odoo puts one confirmation into one lot', 'Send a confirmation for each lot.');
  const { digits } = await at.directory.units();
  const sum = lots.reduce((total, { quantity }, index) => total + floatOf(quantity.value, digits, place.at(index)), 0);
  if (lots.length > 0 && Math.abs(sum - Number(confirmation.producedQuantity.value)) > 1e-9)
    throw place.fail('odoo/wrong-lot', 'the lots do not add up to the produced quantity', 'Send lots that cover it.');
  const product = idOf(order['product_id']) ?? 0;
  const names = lots.map(({ lotNumber }) => lotNumber);
  const domain = [
    ['name', 'in', names],
    ['product_id', '=', product],
  ];
  const found = names.length === 0 ? [] : await odoo.searchRead('stock.lot', domain, ['name'], everyRecord);
  const ids = new Map(found.map(({ id, name }) => [name, id]));
  return lots.map(({ lotNumber, expiryDate }) => {
    const id = ids.get(lotNumber);
    if (id !== undefined) return [4, id, 0];
    const expiration_date = expiryDate === undefined ? {} : { expiration_date: `${expiryDate} 23:59:59` };
    const key = `${confirmation.itemNumber}/${lotNumber}`;
    return [0, 0, { name: lotNumber, product_id: product, x_millwright_key: key, ...expiration_date }];
  });
}
