import type { Downtime } from '@millwright/sdk/types';
import { idOf } from './directory.ts';
import { type Field, instant, text } from './field.ts';
import type { ObjectMapping } from './object-mapping.ts';

const workCenter: Field = {
  properties: ['workCenterId'],
  fields: ['workcenter_id'],
  write: async (from, into, at) => {
    const key = `${from['plantId']}/${from['workCenterId']}`;
    into['workcenter_id'] = (await at.at('workCenterId').refer('workCenter', key)).id;
  },
  read: async (from, into, at) => {
    const found = await at.directory.byId('workCenter', idOf(from['workcenter_id']) ?? 0);
    if (found !== undefined) into['workCenterId'] = found.key.slice(found.key.indexOf('/') + 1);
  },
};

/** `prepareOdoo` makes a blocking reason of Odoo for each reason of the vocabulary, with the same name. */
const reason: Field = {
  properties: ['reason'],
  fields: ['loss_id'],
  note: 'the blocking reason of the same name, in the category of the vocabulary',
  write: async (from, into, at) => {
    into['loss_id'] = (await at.at('reason').refer('loss', String(from['reason']))).id;
  },
  read: async (from, into, at) => {
    const found = await at.directory.byId('loss', idOf(from['loss_id']) ?? 0);
    if (found !== undefined) into['reason'] = found.key;
  },
};

/** Downtime as mrp.workcenter.productivity. */
export const downtimeMapping: ObjectMapping<Downtime> = {
  object: 'Downtime',
  model: 'mrp.workcenter.productivity',
  keyOf: ({ plantId, recordId }) => `${plantId}/${recordId}`,
  identity: ['x_millwright_key'],
  ofPlant: 'must',
  fields: [
    workCenter,
    reason,
    instant('startedAt', 'date_start'),
    instant('endedAt', 'date_end'),
    text('note', 'description'),
  ],
};
