import type { BillOfMaterials } from '@millwright/sdk/types';
import { decimal, type Field, quantity, reference, text } from './field.ts';
import { status } from './item.ts';
import { lines } from './lines.ts';
import type { ObjectMapping } from './object-mapping.ts';

const parent: Field = {
  properties: ['itemNumber'],
  fields: ['product_id', 'product_tmpl_id'],
  write: async (from, into, at) => {
    const item = await at.at('itemNumber').refer('item', String(from['itemNumber']));
    into['product_id'] = item.id;
    into['product_tmpl_id'] = item.template as number;
  },
  read: reference('itemNumber', 'product_id', 'item').read,
};

/** Absent and false are the same to Odoo, so a false that was said is kept. */
const phantom: Field = {
  properties: ['phantom'],
  fields: ['type'],
  write: (from, into, _at, kept) => {
    into['type'] = from['phantom'] === true ? 'phantom' : 'normal';
    if (from['phantom'] === false) kept['phantom'] = false;
  },
  read: (from, into, _at, kept) => {
    if (from['type'] === 'phantom') into['phantom'] = true;
    else if (kept['phantom'] === false) into['phantom'] = false;
  },
};

const lineNumber: Field = {
  properties: ['lineNumber'],
  fields: ['sequence'],
  write: (from, into) => {
    into['sequence'] = Number(from['lineNumber']);
  },
  read: (from, into) => {
    into['lineNumber'] = Number(from['sequence']);
  },
};

/** Kept, because the contract has it, and told, because Odoo plans and books without it. */
const unused = (property: string, why: string): Field => ({
  properties: [property],
  fields: [],
  note: `kept; ${why}`,
  write: (from, _into, at, kept) => {
    const value = from[property];
    if (value === undefined) return;
    kept[property] = value;
    at.at(property).lose(`kept, but ${why}`);
  },
  read: (_from, into, _at, kept) => {
    const value = kept[property];
    if (value !== undefined) into[property] = value;
  },
});

export const lineFields: readonly Field[] = [
  lineNumber,
  reference('itemNumber', 'product_id', 'item'),
  quantity('quantity', 'product_qty', 'product_uom_id'),
  unused('scrapFactor', 'Odoo plans without scrap'),
  unused('operationId', 'the line is not tied to an operation of Odoo'),
  unused('substitutes', 'Odoo knows no substitutes'),
];

export const byProductFields: readonly Field[] = [
  reference('itemNumber', 'product_id', 'item'),
  quantity('quantity', 'product_qty', 'product_uom_id'),
  decimal('costShare', 'cost_share', { digits: 2, absent: 0 }),
  unused('operationId', 'the by-product is not tied to an operation of Odoo'),
];

/** BillOfMaterials as mrp.bom: each revision is a record of its own. */
export const billOfMaterialsMapping: ObjectMapping<BillOfMaterials> = {
  object: 'BillOfMaterials',
  model: 'mrp.bom',
  keyOf: ({ billOfMaterialsId, revision }) => billKey(billOfMaterialsId, revision),
  identity: ['x_millwright_key'],
  ofPlant: 'may',
  fields: [
    text('billOfMaterialsId', 'code'),
    status,
    parent,
    quantity('outputQuantity', 'product_qty', 'product_uom_id'),
    phantom,
    text('routingId', 'x_millwright_routing'),
    lines('lines', 'bom_line_ids', 'mrp.bom.line', lineFields),
    lines('byProducts', 'byproduct_ids', 'mrp.bom.byproduct', byProductFields),
  ],
};

/** Key of one revision of a bill; identifiers have no @. */
export function billKey(billOfMaterialsId: string, revision: string): string {
  return `${billOfMaterialsId}@${revision}`;
}
