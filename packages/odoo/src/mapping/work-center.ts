import type { WorkCenter } from '@millwright/sdk/types';
import { decimal, type Field, text } from './field.ts';
import type { ObjectMapping } from './object-mapping.ts';

/** Odoo derives "blocked" from a running stop, so a blocked work center is only kept as such. */
const status: Field = {
  properties: ['status'],
  fields: ['active'],
  note: 'retired: archived; blocked is kept, because Odoo derives it from stops',
  write: (from, into, _at, kept) => {
    into['active'] = from['status'] !== 'retired';
    if (from['status'] === 'blocked') kept['status'] = 'blocked';
  },
  read: (from, into, _at, kept) => {
    into['status'] = from['active'] !== true ? 'retired' : (kept['status'] ?? 'available');
  },
};

/** WorkCenter as mrp.workcenter. */
export const workCenterMapping: ObjectMapping<WorkCenter> = {
  object: 'WorkCenter',
  model: 'mrp.workcenter',
  keyOf: ({ plantId, workCenterId }) => `${plantId}/${workCenterId}`,
  identity: ['x_millwright_key'],
  ofPlant: 'must',
  fields: [
    text('workCenterId', 'code'),
    text('description', 'name'),
    status,
    decimal('efficiency', 'time_efficiency', { digits: 3, absent: 100 }),
    decimal('oeeTarget', 'oee_target', { digits: 3, absent: 90 }),
  ],
};
