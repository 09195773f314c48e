import type { Lot } from '@millwright/sdk/types';
import { type Field, reference, text } from './field.ts';
import type { ObjectMapping } from './object-mapping.ts';

/** Odoo has an instant; the last day on which the lot may be used ends with its last second. */
const expiry: Field = {
  properties: ['expiryDate'],
  fields: ['expiration_date'],
  note: 'last second of the day, UTC',
  write: (from, into) => {
    into['expiration_date'] = typeof from['expiryDate'] === 'string' ? `${from['expiryDate']} 23:59:59` : false;
  },
  read: (from, into) => {
    const value = from['expiration_date'];
    if (typeof value === 'string') into['expiryDate'] = value.slice(0, 10);
  },
};

/** Lot as stock.lot. Its quality status is kept: Odoo knows where a lot lies, not why. */
export const lotMapping: ObjectMapping<Lot> = {
  object: 'Lot',
  model: 'stock.lot',
  keyOf: ({ itemNumber, lotNumber }) => `${itemNumber}/${lotNumber}`,
  identity: ['name', 'product_id'],
  ofPlant: 'may',
  fields: [
    text('lotNumber', 'name'),
    reference('itemNumber', 'product_id', 'item'),
    text('supplierLotNumber', 'ref'),
    expiry,
  ],
};
