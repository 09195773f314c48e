import type { Item } from '@millwright/sdk/types';
import { itemTypeMappings, revisionStatusMappings, trackingModeMappings } from '@millwright/sdk/vocabularies';
import { coded, decimalOf, type Field, floatOf, text, unitAt } from './field.ts';
import type { ObjectMapping } from './object-mapping.ts';

/** Whether a record is in use: Odoo knows that and no more. */
export const status: Field = coded('status', revisionStatusMappings['odoo-19'], {
  fields: ['active'],
  write: (code) => ({ active: code === 'true' }),
  read: (from) => String(from['active']),
});

const itemType: Field = coded('itemType', itemTypeMappings['odoo-19'], {
  fields: ['type', 'is_storable'],
  write: (code) => ({ type: code.split('+')[0], is_storable: code === 'consu+storable' }),
  read: (from) => (from['is_storable'] === true ? 'consu+storable' : String(from['type'])),
  note: 'before Odoo 18: type `product`',
});

const tracking: Field = coded('tracking', trackingModeMappings['odoo-19'], {
  fields: ['tracking'],
  write: (code) => ({ tracking: code }),
  read: (from) => String(from['tracking']),
});

const baseUnit: Field = {
  properties: ['baseUnit'],
  fields: ['uom_id'],
  note: 'refused by Odoo once stock was booked',
  write: async (from, into, at) => {
    into['uom_id'] = (await at.unit(String(from['baseUnit']))).id;
  },
  read: async (from, into, at) => {
    into['baseUnit'] = await unitAt(from['uom_id'], at.at('baseUnit'));
  },
};

/** Odoo counts whole days; any other period is only kept. */
const shelfLife: Field = {
  properties: ['shelfLife'],
  fields: ['use_expiration_date', 'expiration_time'],
  note: 'whole days; another period is kept and told',
  write: (from, into, at, kept) => {
    const days = /^P(\d{1,6})D$/.exec(String(from['shelfLife']))?.[1];
    into['use_expiration_date'] = days !== undefined;
    into['expiration_time'] = Number(days ?? 0);
    if (from['shelfLife'] === undefined) return;
    if (days === undefined) at.at('shelfLife').lose('kept, but Odoo counts whole days and sets no expiry');
    if (days === undefined || String(Number(days)) !== days) kept['shelfLife'] = from['shelfLife'];
  },
  read: (from, into, _at, kept) => {
    if (from['use_expiration_date'] === true) into['shelfLife'] = `P${from['expiration_time']}D`;
    else if (kept['shelfLife'] !== undefined) into['shelfLife'] = kept['shelfLife'];
  },
};

/** `Stock Weight` has two digits; a weight in another unit or with more digits is only kept. */
const netWeight: Field = {
  properties: ['netWeight'],
  fields: ['weight'],
  note: 'kilograms with 2 digits',
  write: (from, into, at, kept) => {
    const weight = from['netWeight'] as { readonly value: string; readonly unit: string } | undefined;
    if (weight?.unit === 'KGM') into['weight'] = floatOf(weight.value, 2, at.at('netWeight').at('value'));
    else {
      into['weight'] = 0;
      if (weight !== undefined) kept['netWeight'] = { ...weight };
      if (weight !== undefined) at.at('netWeight').lose('kept, but not in the unit of Odoo');
    }
  },
  read: (from, into, at, kept) => {
    if (typeof from['weight'] === 'number' && from['weight'] !== 0)
      into['netWeight'] = { value: decimalOf(from['weight'], 2, at.at('netWeight')), unit: 'KGM' };
    else if (kept['netWeight'] !== undefined) into['netWeight'] = kept['netWeight'];
  },
};

/** Item as product.product. */
export const itemMapping: ObjectMapping<Item> = {
  object: 'Item',
  model: 'product.product',
  keyOf: ({ itemNumber }) => itemNumber,
  identity: ['default_code'],
  fields: [
    text('itemNumber', 'default_code'),
    text('description', 'name'),
    status,
    itemType,
    baseUnit,
    tracking,
    shelfLife,
    netWeight,
  ],
};
