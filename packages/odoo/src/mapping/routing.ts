import { isDeepStrictEqual } from 'node:util';
import type { Routing } from '@millwright/sdk/types';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import type { OdooClient, OdooRecord } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import type { OdooValues } from '../protocol.ts';
import { Directory, everyRecord, idOf } from './directory.ts';
import { type Field, text } from './field.ts';
import { lines } from './lines.ts';
import { refused } from './mapping-error.ts';
import { readFields, type Written, writeFields } from './object-mapping.ts';
import { type JsonObject, type Loss, Place } from './place.ts';

const workCenter: Field = {
  properties: ['workCenterId'],
  fields: ['workcenter_id'],
  write: async (from, into, at) => {
    const key = `${at.plant?.key}/${from['workCenterId']}`;
    into['workcenter_id'] = (await at.at('workCenterId').refer('workCenter', key)).id;
  },
  read: async (from, into, at) => {
    const found = await at.directory.byId('workCenter', idOf(from['workcenter_id']) ?? 0);
    if (found !== undefined) into['workCenterId'] = found.key.slice(found.key.indexOf('/') + 1);
  },
};

const sequence: Field = {
  properties: ['sequence'],
  fields: ['sequence'],
  write: (from, into) => {
    into['sequence'] = Number(from['sequence']);
  },
  read: (from, into) => {
    into['sequence'] = Number(from['sequence']);
  },
};

/** Odoo plans by minutes for a piece; the exact times are kept, and believed while they still give those minutes. */
const time: Field = {
  properties: ['runTime', 'basisQuantity'],
  fields: ['time_cycle_manual'],
  note: 'minutes for one of the basis unit; setup and teardown are kept, because Odoo has them at the work center',
  write: (from, into, _at, kept) => {
    for (const property of ['runTime', 'basisQuantity']) kept[property] = from[property] as JsonObject;
    into['time_cycle_manual'] = minutesFor(from);
  },
  read: (from, into, at, kept) => {
    if (kept['runTime'] === undefined || Math.abs(minutesFor(kept) - Number(from['time_cycle_manual'])) > 1e-6)
      throw at.at('runTime').fail('odoo/differs', 'Odoo has another time than was sent', 'Send the routing again.');
    for (const property of ['runTime', 'basisQuantity']) into[property] = kept[property] as JsonObject;
  },
};

function minutesFor(operation: JsonObject): number {
  const basis = operation['basisQuantity'] as { readonly value: string };
  return minutesOf(String(operation['runTime'])) / Number(basis.value);
}

/** Of a duration of ISO 8601 without months and years, which have no fixed length. */
function minutesOf(duration: string): number {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration);
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (match ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  return (weeks * 7 + days) * 1440 + hours * 60 + minutes + seconds / 60;
}

export const routingOperationFields: readonly Field[] = [text('description', 'name'), workCenter, sequence, time];
export const routingFields: readonly Field[] = [
  text('routingId', 'x_millwright_routing'),
  lines('operations', 'operation_ids', 'mrp.routing.workcenter', routingOperationFields),
];
const read = ['x_millwright_routing', 'x_millwright_routing_kept', 'operation_ids', 'company_id'];

/** Gives the operations to every bill of materials that names the routing: Odoo has them there. */
export async function writeRouting(odoo: OdooClient, routing: Routing): Promise<Written> {
  const key = `${routing.routingId}@${routing.revision}`;
  const losses: Loss[] = [];
  const at = new Place({ key, directory: new Directory(odoo), losses });
  try {
    const [first] = violationsOf('Routing', routing, 'strict');
    if (first !== undefined)
      throw new Place({ ...at, pointer: first.pointer }).fail(
        'odoo/not-canonical',
        `no Routing: ${first.message}`,
        'Send what the contract demands.',
      );
    const place = at.in(await at.at('plantId').plantOf(routing.plantId));
    const json = routing as unknown as JsonObject;
    const { x_millwright, ...draft } = await writeFields(routingFields, json, place);
    const bills = await odoo.searchRead(
      'mrp.bom',
      [['x_millwright_routing', '=', routing.routingId]],
      read,
      everyRecord,
    );
    const [bill] = bills;
    if (bill === undefined)
      throw at
        .at('routingId')
        .fail('odoo/unknown-reference', 'no bill of materials names the routing', 'Send the bill of materials first.');
    if (bills.some((each) => idOf(each['company_id']) !== place.plant?.company))
      throw at
        .at('plantId')
        .fail(
          'odoo/wrong-company',
          'the bill of materials is not of the company of the plant, whose work centers the operations use',
          'Send the bill of materials with the plantId of the routing.',
        );
    const there = await Promise.all(
      bills.map((each) => readBill(each, new Place({ ...place, losses: [] })).catch(() => undefined)),
    );
    if (there.every((each) => isDeepStrictEqual(each, json))) return { key, id: bill.id, outcome: 'same', losses };
    const operation_ids = [[5, 0, 0], ...(draft['operation_ids'] as readonly never[])];
    const values = { operation_ids, x_millwright_routing_kept: x_millwright };
    const ids = bills.map(({ id }) => id);
    await odoo.write('mrp.bom', ids, values, everyRecord);
    const outcome = bills.every((each) => each['x_millwright_routing_kept'] === false) ? 'created' : 'changed';
    return { key, id: bill.id, outcome, losses };
  } catch (error) {
    throw error instanceof OdooError ? refused(error, key) : error;
  }
}

/** The routing as the first bill of materials that names it has it; undefined where none does. */
export async function readRouting(odoo: OdooClient, routingId: string): Promise<Routing | undefined> {
  const domain = [['x_millwright_routing', '=', routingId]];
  const [bill] = await odoo.searchRead('mrp.bom', domain, read, { ...everyRecord, order: 'id', limit: 1 });
  if (bill === undefined) return undefined;
  const at = new Place({ key: routingId, directory: new Directory(odoo), losses: [] });
  return (await readBill(bill, at)) as unknown as Routing;
}

function readBill(bill: OdooRecord, at: Place): Promise<JsonObject> {
  const values: OdooValues = { ...bill, x_millwright: bill['x_millwright_routing_kept'] };
  return readFields(routingFields, values, at);
}
