import type { InventoryAdjustment, InventoryBalance } from '@millwright/sdk/types';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import type { OdooClient, OdooRecord } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import { Directory, everyRecord, idOf } from './directory.ts';
import { decimalOf, floatOf, unitAt } from './field.ts';
import { MappingError, refused } from './mapping-error.ts';
import type { Written } from './object-mapping.ts';
import { type Loss, Place } from './place.ts';

/**
 * Books a counted quantity. Odoo must have the previous one, or the count is of another moment. Sent again it finds itself booked, as
 * long as no later adjustment of the same stock was: a quant keeps the key of the last one.
 */
export async function adjustInventory(odoo: OdooClient, adjustment: InventoryAdjustment): Promise<Written> {
  const key = `${adjustment.plantId}/${adjustment.recordId}`;
  const losses: Loss[] = [];
  try {
    const at = new Place({ key, directory: new Directory(odoo), losses });
    const [first] = violationsOf('InventoryAdjustment', adjustment, 'strict');
    if (first !== undefined)
      throw new MappingError(
        'odoo/not-canonical',
        `no InventoryAdjustment: ${first.message}`,
        { key, pointer: first.pointer },
        'Send what the contract demands.',
      );
    const stock = await stockOf(odoo, adjustment, at.in(await at.at('plantId').plantOf(adjustment.plantId)));
    const { quant, values, digits, previous, counted } = stock;
    if (quant?.['x_millwright_key'] === key && Number(quant['quantity']) === counted)
      return { key, id: quant.id, outcome: 'same', losses };
    const there = decimalOf(Number(quant?.['quantity'] ?? 0), digits, at);
    if (Number(there) !== previous)
      throw at
        .at('previousQuantity')
        .fail('odoo/differs', `Odoo has ${there}`, 'Count again, or send what lies between.');
    const inventory = { context: { inventory_mode: true, lang: 'en_US' } };
    const kept = { inventory_quantity: counted, x_millwright_key: key, x_millwright: JSON.stringify(adjustment) };
    const id = quant?.id ?? ((await odoo.create('stock.quant', [{ ...values, ...kept }], inventory))[0] as number);
    if (quant !== undefined) await odoo.write('stock.quant', [id], kept, inventory);
    const pressed = await odoo.press('stock.quant', 'action_apply_inventory', [id], inventory);
    if (pressed.kind === 'action')
      throw at.fail('odoo/asks-first', `Odoo asks by ${pressed.model}`, 'Answer it in Odoo, then send it again.');
    return { key, id, outcome: quant === undefined ? 'created' : 'changed', losses };
  } catch (error) {
    throw error instanceof OdooError ? refused(error, key) : error;
  }
}

async function stockOf(odoo: OdooClient, adjustment: InventoryAdjustment, at: Place) {
  const { itemNumber, lotNumber, locationId, previousQuantity, countedQuantity } = adjustment;
  const item = await at.at('itemNumber').refer('item', itemNumber);
  const location = await at.at('locationId').refer('location', locationId);
  const { id: unit, units } = await at.at('countedQuantity').unit(countedQuantity.unit);
  const [product] = await odoo.read('product.product', [item.id], ['uom_id']);
  if (unit !== idOf(product?.['uom_id']))
    throw at
      .at('countedQuantity')
      .fail('odoo/differs', 'stock is kept in another unit', 'Send the base unit of the item.');
  const lots =
    lotNumber === undefined
      ? []
      : await odoo.searchRead('stock.lot', [['name', '=', lotNumber]], ['product_id'], everyRecord);
  const lot = lots.find((each) => idOf(each['product_id']) === item.id);
  if (lotNumber !== undefined && lot === undefined)
    throw at
      .at('lotNumber')
      .fail(
        lots.length > 0 ? 'odoo/wrong-lot' : 'odoo/unknown-reference',
        `the item has no lot ${lotNumber}`,
        'Send the lot of the item, or send the lot first.',
      );
  const values = { product_id: item.id, location_id: location.id, lot_id: lot?.id ?? false };
  const domain = Object.entries(values).map(([name, value]) => [name, '=', value]);
  const [quant] = await odoo.searchRead('stock.quant', domain, ['quantity', 'x_millwright_key'], {
    order: 'id',
    limit: 1,
  });
  return {
    quant: quant as OdooRecord | undefined,
    values,
    digits: units.digits,
    previous: floatOf(previousQuantity.value, units.digits, at.at('previousQuantity').at('value')),
    counted: floatOf(countedQuantity.value, units.digits, at.at('countedQuantity').at('value')),
  };
}

/** What lies in a plant, of the items that are named or of all. `asOf` is the moment of the question: Odoo answers for now only. */
export async function readBalances(
  odoo: OdooClient,
  plantId: string,
  { itemNumbers, asOf = new Date() }: { readonly itemNumbers?: readonly string[]; readonly asOf?: Date } = {},
): Promise<readonly InventoryBalance[]> {
  try {
    const at = new Place({ key: plantId, directory: new Directory(odoo), losses: [] });
    const plant = await at.at('plantId').plantOf(plantId);
    const domain = [
      ['warehouse_id', '=', plant.id],
      ['location_id.usage', '=', 'internal'],
      ...(itemNumbers === undefined ? [] : [['product_id.default_code', 'in', itemNumbers]]),
    ];
    const fields = ['product_id', 'location_id', 'lot_id', 'quantity', 'reserved_quantity', 'product_uom_id'];
    const quants = [];
    for await (const quant of odoo.readAll('stock.quant', domain, fields, everyRecord)) quants.push(quant);
    return await Promise.all(quants.map((quant) => balanceOf(quant, { plantId, asOf: asOf.toISOString(), at })));
  } catch (error) {
    throw error instanceof OdooError ? refused(error, plantId) : error;
  }
}

async function balanceOf(
  quant: OdooRecord,
  { plantId, asOf, at }: { readonly plantId: string; readonly asOf: string; readonly at: Place },
): Promise<InventoryBalance> {
  const { digits } = await at.directory.units();
  const unit = await unitAt(quant['product_uom_id'], at);
  const amount = (value: number) => ({ value: decimalOf(value, digits, at), unit });
  const onHand = Number(quant['quantity']);
  const reserved = Number(quant['reserved_quantity']);
  const lot = Array.isArray(quant['lot_id']) ? { lotNumber: String(quant['lot_id'][1]) } : {};
  const [item, location] = await Promise.all([
    at.directory.byId('item', idOf(quant['product_id']) ?? 0),
    at.directory.byId('location', idOf(quant['location_id']) ?? 0),
  ]);
  return {
    plantId,
    itemNumber: item?.key ?? '',
    ...lot,
    locationId: location?.key ?? '',
    onHand: amount(onHand),
    reserved: amount(reserved),
    // The difference of two floats has noise behind the digits that Odoo keeps.
    available: amount(Number((onHand - reserved).toFixed(digits))),
    asOf,
  } as unknown as InventoryBalance;
}
