import type { WorkOrder } from '@millwright/sdk/types';
import { workOrderStatusMappings } from '@millwright/sdk/vocabularies';
import type { OdooClient } from '../client.ts';
import { billKey } from './bill-of-materials.ts';
import { decimalOf, type Field, instant, quantity, reference, unitAt } from './field.ts';
import type { Done, ObjectMapping } from './object-mapping.ts';

const { toSystem, fromSystem } = workOrderStatusMappings['odoo-19'];
type Status = keyof typeof toSystem;

/** Odoo computes the state: it is released and cancelled by buttons, and gets on by confirmations only. */
const status: Field = {
  properties: ['status'],
  fields: ['state'],
  note: 'by `action_confirm` and `action_cancel`; completed and closed come from confirmations',
  write: (from, _into, at, kept) => {
    const own = from['status'] as Status;
    if (own === 'completed' || own === 'closed')
      throw at
        .at('status')
        .fail(
          'odoo/refused',
          `an order becomes ${own} by its confirmations`,
          'Send the confirmations, the last one as final.',
        );
    kept['status'] = own;
    if (toSystem[own] === 'progress') at.at('status').lose('Odoo shows it as confirmed until something is confirmed');
  },
  read: (from, into, _at, kept) => {
    const state = String(from['state']) as keyof typeof fromSystem;
    const exact = kept['status'] as Status | undefined;
    const waiting = state === 'confirmed' && exact !== undefined && toSystem[exact] === 'progress';
    into['status'] =
      exact !== undefined && (toSystem[exact] === state || waiting) ? exact : (fromSystem[state] ?? state);
  },
};

const number: Field = {
  properties: ['workOrderNumber'],
  fields: ['origin'],
  note: 'and `name`, unique for each company; backorders get another name and the same origin',
  write: (from, into) => {
    into['origin'] = String(from['workOrderNumber']);
  },
  read: (from, into) => {
    into['workOrderNumber'] = String(from['origin']);
  },
};

const item: Field = {
  ...reference('itemNumber', 'product_id', 'item'),
  write: async (from, into, at) => {
    into['product_id'] = (await at.at('itemNumber').use('item', String(from['itemNumber']))).id;
  },
};

/** The revision that the order names; without one Odoo takes the first bill of the item. */
const bill: Field = {
  properties: ['billOfMaterialsId', 'billOfMaterialsRevision'],
  fields: ['bom_id'],
  write: async (from, into, at, kept) => {
    const { billOfMaterialsId: id, billOfMaterialsRevision: revision } = from;
    if (id !== undefined) kept['billOfMaterialsId'] = id;
    if (revision !== undefined) kept['billOfMaterialsRevision'] = revision;
    if (typeof id === 'string' && typeof revision === 'string')
      into['bom_id'] = (await at.at('billOfMaterialsId').use('bom', billKey(id, revision))).id;
  },
  read: (_from, into, _at, kept) => {
    for (const property of ['billOfMaterialsId', 'billOfMaterialsRevision'])
      if (kept[property] !== undefined) into[property] = kept[property];
  },
};

const priorities: Readonly<Record<string, string>> = { low: '0', normal: '0', high: '1', urgent: '1' };
const priority: Field = {
  properties: ['priority'],
  fields: ['priority'],
  note: 'urgent or not; the exact one is kept',
  write: (from, into, _at, kept) => {
    into['priority'] = priorities[String(from['priority'] ?? 'normal')] ?? '0';
    if (from['priority'] !== undefined) kept['priority'] = from['priority'];
  },
  read: (from, into, _at, kept) => {
    const exact = kept['priority'];
    if (exact !== undefined && priorities[String(exact)] === from['priority']) into['priority'] = exact;
    else if (from['priority'] === '1') into['priority'] = 'high';
  },
};

/** Odoo always has a start, if only by default; it is told only where it was sent. */
const start: Field = {
  ...instant('scheduledStartAt', 'date_start'),
  write: (from, into, at, kept) => {
    if (from['scheduledStartAt'] === undefined) return;
    instant('scheduledStartAt', 'date_start').write(from, into, at, {});
    kept['scheduledStartAt'] = from['scheduledStartAt'];
  },
  read: (from, into, at, kept) => {
    if (kept['scheduledStartAt'] !== undefined) instant('scheduledStartAt', 'date_start').read(from, into, at, kept);
  },
};

/** Odoo adds up what was confirmed, so that it is never written. */
const completed: Field = {
  properties: ['completedQuantity'],
  fields: ['qty_produced', 'product_uom_id'],
  note: 'read only',
  write: (from, _into, at) => {
    if (from['completedQuantity'] !== undefined) at.at('completedQuantity').lose('Odoo counts it by itself');
  },
  read: async (from, into, at) => {
    const made = Number(from['qty_produced'] ?? 0);
    const place = at.at('completedQuantity');
    const { digits } = await at.directory.units();
    if (made > 0)
      into['completedQuantity'] = {
        value: decimalOf(made, digits, place),
        unit: await unitAt(from['product_uom_id'], place),
      };
  },
};

/** WorkOrder as mrp.production. */
export const workOrderMapping: ObjectMapping<WorkOrder> = {
  object: 'WorkOrder',
  model: 'mrp.production',
  keyOf: ({ plantId, workOrderNumber }) => `${plantId}/${workOrderNumber}`,
  identity: ['x_millwright_key'],
  ofPlant: 'must',
  fields: [
    number,
    status,
    item,
    quantity('quantity', 'product_qty', 'product_uom_id'),
    instant('dueAt', 'date_deadline'),
    start,
    bill,
    priority,
    completed,
  ],
  values: ({ plant, key }) => ({ name: key.slice(key.indexOf('/') + 1), picking_type_id: plant?.manufacturing }),
  guard: (there, draft, at) => {
    if (there['state'] === 'done' || there['state'] === 'cancel')
      throw at.fail('odoo/already-closed', 'the order is closed in Odoo', 'Open a new order for what is left to do.');
    if (there['state'] !== 'draft' && there['product_qty'] !== draft['product_qty'])
      throw at
        .at('quantity')
        .fail(
          'odoo/differs',
          'a released order keeps its components',
          'Change the quantity in Odoo, which also changes the components.',
        );
  },
  after: press,
};

/** An order that was made and not yet released is a draft: sent again, it is found by its key and released. */
async function press(odoo: OdooClient, { id, json, place }: Done): Promise<void> {
  const wanted = toSystem[json['status'] as Status];
  const [order] = await odoo.read('mrp.production', [id], ['state']);
  const state = order?.['state'];
  const method = wanted === 'cancel' ? 'action_cancel' : wanted === 'draft' ? undefined : 'action_confirm';
  if (method === undefined || state === wanted || (method === 'action_confirm' && state !== 'draft')) return;
  const pressed = await odoo.press('mrp.production', method, [id], { context: { lang: 'en_US' } });
  if (pressed.kind === 'action')
    throw place
      .at('status')
      .fail(
        'odoo/asks-first',
        `Odoo asks by ${pressed.model} before ${method}`,
        'Answer it in Odoo, then send it again.',
      );
}
