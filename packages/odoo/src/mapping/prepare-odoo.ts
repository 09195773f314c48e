import { downtimeReasonMappings } from '@millwright/sdk/vocabularies';
import type { OdooClient } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import { everyRecord } from './directory.ts';

/** Models that get a place for what Odoo has no field for, and for the business key. */
export const keepingModels = [
  'mrp.bom',
  'mrp.bom.byproduct',
  'mrp.bom.line',
  'mrp.production',
  'mrp.routing.workcenter',
  'mrp.workcenter',
  'mrp.workcenter.productivity',
  'product.product',
  'stock.lot',
  'stock.quant',
  'uom.uom',
] as const;

const ofBills = [
  {
    name: 'x_millwright_routing',
    ttype: 'char',
    field_description: 'Routing of Millwright',
    copied: false,
    index: true,
  },
  { name: 'x_millwright_routing_kept', ttype: 'text', field_description: 'Routing kept by Millwright', copied: false },
];
const ofOrders = [
  {
    name: 'x_millwright_record',
    ttype: 'char',
    field_description: 'Confirmation of Millwright',
    copied: false,
    index: true,
  },
  {
    name: 'x_millwright_confirmation',
    ttype: 'text',
    field_description: 'Confirmation kept by Millwright',
    copied: false,
  },
];
const own = [
  { name: 'x_millwright', ttype: 'text', field_description: 'Kept by Millwright', copied: false },
  {
    name: 'x_millwright_key',
    ttype: 'char',
    field_description: 'Business key of Millwright',
    copied: false,
    index: true,
  },
];

/**
 * Makes the fields `x_millwright` (JSON of what Odoo has no place for) and `x_millwright_key` where they are missing. Needs the right to
 * administer the database, once; the mapping itself does not. Done twice it is done once.
 */
export async function prepareOdoo(odoo: OdooClient): Promise<void> {
  try {
    await makeMissing(odoo);
  } catch (error) {
    // Another one has made a field between the look and the making; what is still missing now fails for a reason of its own.
    if (!(error instanceof OdooError && error.happened === 'no')) throw error;
    await makeMissing(odoo);
  }
}

async function makeMissing(odoo: OdooClient): Promise<void> {
  const names = [...own, ...ofBills, ...ofOrders].map(({ name }) => name);
  const models = await odoo.searchRead('ir.model', [['model', 'in', [...keepingModels]]], ['model']);
  const fields = await odoo.searchRead(
    'ir.model.fields',
    [
      ['model', 'in', [...keepingModels]],
      ['name', 'in', names],
    ],
    ['model', 'name'],
  );
  const there = new Set(fields.map(({ model, name }) => `${model} ${name}`));
  const missing = models.flatMap(({ id, model }) =>
    fieldsOf(String(model))
      .filter(({ name }) => !there.has(`${model} ${name}`))
      .map((field) => ({ ...field, model_id: id })),
  );
  if (missing.length > 0) await odoo.create('ir.model.fields', missing);
  await makeReasons(odoo);
}

function fieldsOf(model: string): readonly (typeof own)[number][] {
  return model === 'mrp.bom' ? [...own, ...ofBills] : model === 'mrp.production' ? [...own, ...ofOrders] : own;
}

/** A blocking reason for each downtime reason of the vocabulary, in its category. */
async function makeReasons(odoo: OdooClient): Promise<void> {
  const { toSystem } = downtimeReasonMappings['odoo-19'];
  const [types, losses] = await Promise.all([
    odoo.searchRead('mrp.workcenter.productivity.loss.type', [], ['loss_type']),
    odoo.searchRead('mrp.workcenter.productivity.loss', [], ['name'], everyRecord),
  ]);
  const there = new Set(losses.map(({ name }) => name));
  const missing = Object.entries(toSystem)
    .filter(([reason]) => !there.has(reason))
    .map(([name, category]) => ({ name, loss_id: types.find(({ loss_type }) => loss_type === category)?.id }));
  if (missing.length > 0) await odoo.create('mrp.workcenter.productivity.loss', missing, everyRecord);
}
