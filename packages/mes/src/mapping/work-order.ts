import type { WorkOrder } from '@millwright/sdk/types';
import { workOrderStatusMappings } from '@millwright/sdk/vocabularies';
import { type JobOrder, textOf } from '../b2mml/element.ts';
import type { Mapped } from '../loss.ts';
import { MesError } from '../mes-error.ts';
import { Cursor } from './cursor.ts';
import {
  append,
  coded,
  counted,
  type Field,
  type JsonObject,
  readFields,
  set,
  takeQuantity,
  text,
  time,
  writeFields,
  writeQuantity,
} from './field.ts';
import { checked, type MappingOptions, tellEmptyLists, trailOf } from './finish.ts';
import { named, namedJson, namedQuantity, namedRecord, namedReferences, typedText } from './named.ts';
import { materialLineFields, operationFields } from './order-lines.ts';
import { dropId, locationOf, plant, productionWork, takeLocation, useOf } from './shared-fields.ts';

const parameters = { list: 'JobOrderParameter', child: 'ParameterChild', object: 'WorkOrder' } as const;

/** Higher is sooner, as in OPC 10031-4: the standard itself leaves the meaning of the number to the user. */
const priorities = ['low', 'normal', 'high', 'urgent'];

const priority: Field = {
  properties: ['priority'],
  element: `Priority, ${priorities.map((name, index) => `${index + 1} ${name}`).join(', ')}`,
  write: (from, into) => {
    if (from['priority'] !== undefined) into['Priority'] = priorities.indexOf(String(from['priority'])) + 1;
  },
  read: (from, into) => {
    const value = from.text('Priority');
    if (value === undefined) return;
    const rank = Number(value);
    if (!Number.isFinite(rank) || value.trim() === '') throw from.wrong('Priority', 'is no number');
    const nearest = Math.min(Math.max(Math.round(rank), 1), priorities.length);
    if (nearest !== rank) from.lose('Priority', `${value} is read as ${nearest}`);
    into['priority'] = priorities[nearest - 1] as string;
  },
};

/** What is made is the one material of the order that is Produced. */
const output: Field = {
  properties: ['itemNumber', 'itemRevision', 'quantity', 'targetLotNumber', 'outputLocationId'],
  element: 'MaterialRequirement of MaterialUse Produced',
  write: (from, into, { pointer, trail }) => {
    append(into, 'MaterialRequirement', {
      ID: 'output',
      MaterialDefinitionID: [String(from['itemNumber'])],
      ...(from['targetLotNumber'] === undefined ? {} : { MaterialLotID: [String(from['targetLotNumber'])] }),
      MaterialUse: 'Produced',
      ...(from['outputLocationId'] === undefined ? {} : { StorageLocation: locationOf(from['outputLocationId']) }),
      Quantity: [writeQuantity(from['quantity'], { pointer: `${pointer}/quantity`, trail })],
      MaterialRequirementProperty: [
        { ID: 'WorkOrder.itemRevision', Value: [typedText(String(from['itemRevision']), 'string')] },
      ],
    });
  },
  read: (from, into) => {
    const [made, other] = from.children('MaterialRequirement', (element) => useOf(element) === 'Produced');
    if (other !== undefined) throw other.wrong('MaterialUse', 'a second product is not mapped');
    if (made === undefined) return;
    dropId(made, 'output');
    made.take('MaterialUse');
    set(into, 'itemNumber', made.text('MaterialDefinitionID'));
    set(into, 'targetLotNumber', made.text('MaterialLotID'));
    set(into, 'outputLocationId', takeLocation(made));
    set(into, 'quantity', takeQuantity(made));
    revision.read(made, into);
    made.end();
  },
};
const revision = named({ list: 'MaterialRequirementProperty', object: 'WorkOrder' }, 'itemRevision');

const operations: Field = {
  properties: ['operations'],
  element: 'EquipmentRequirement of EquipmentUse Operation; PersonnelRequirement of the same ID for operatorRole',
  write: (from, into, { pointer, trail }) => {
    const all = (from['operations'] ?? []) as readonly JsonObject[];
    const ids = new Set<unknown>();
    for (const [index, operation] of all.entries()) {
      const at = `${pointer}/operations/${index}`;
      const id = operation['operationId'];
      if (ids.has(id))
        throw new MesError(
          'mes/not-canonical',
          `the operation ${JSON.stringify(id)} stands there twice`,
          { key: trail.key, pointer: `${at}/operationId` },
          'Give every operation of an order an identifier of its own.',
        );
      ids.add(id);
      append(into, 'EquipmentRequirement', writeFields(operationFields, operation, { pointer: at, trail }));
      if (operation['operatorRole'] !== undefined)
        append(into, 'PersonnelRequirement', { ID: String(id), PersonnelClassID: [String(operation['operatorRole'])] });
    }
  },
  read: (from, into) => {
    const all = from
      .children('EquipmentRequirement', (element) => textOf(element['EquipmentUse']) === 'Operation')
      .map((cursor) => {
        const operation = readFields(operationFields, cursor);
        const [person] = from.children(
          'PersonnelRequirement',
          (element) => textOf(element['ID']) === operation['operationId'],
        );
        person?.take('ID');
        const operatorRole = person?.text('PersonnelClassID');
        person?.end();
        return { ...operation, ...(operatorRole === undefined ? {} : { operatorRole }) };
      });
    if (all.length > 0) into['operations'] = all;
  },
};

const materials: Field = {
  properties: ['materials'],
  element: 'MaterialRequirement of MaterialUse Consumed',
  write: (from, into, { pointer, trail }) => {
    for (const [index, line] of ((from['materials'] ?? []) as readonly JsonObject[]).entries())
      append(
        into,
        'MaterialRequirement',
        writeFields(materialLineFields, line, { pointer: `${pointer}/materials/${index}`, trail }),
      );
  },
  read: (from, into) => {
    const all = from
      .children('MaterialRequirement', (element) => useOf(element) === 'Consumed')
      .map((cursor) => readFields(materialLineFields, cursor));
    if (all.length > 0) into['materials'] = all;
  },
};

/** Where each property of a work order stands in a job order. */
export const workOrderFields: readonly Field[] = [
  text('workOrderNumber', 'ID'),
  text('note', 'Description', 'many'),
  counted('version', 'Version'),
  time('scheduledStartAt', 'StartTime'),
  time('scheduledEndAt', 'EndTime'),
  plant,
  productionWork,
  text('routingId', 'WorkMasterID'),
  text('routingRevision', 'WorkMasterVersion'),
  priority,
  coded('status', 'DispatchStatus', workOrderStatusMappings.b2mml),
  named(parameters, 'type'),
  named(parameters, 'dueAt', 'dateTime'),
  named(parameters, 'releasedAt', 'dateTime'),
  named(parameters, 'startedAt', 'dateTime'),
  named(parameters, 'completedAt', 'dateTime'),
  named(parameters, 'closedAt', 'dateTime'),
  namedQuantity(parameters, 'completedQuantity'),
  namedQuantity(parameters, 'scrappedQuantity'),
  named(parameters, 'billOfMaterialsId'),
  named(parameters, 'billOfMaterialsRevision'),
  named(parameters, 'holdNumber'),
  namedRecord(parameters, 'demand'),
  namedReferences(parameters),
  namedJson(parameters, 'extensions'),
  output,
  operations,
  materials,
];

/** A work order as an ISA-95 job order. Losses point into the work order. Throws MesError for what cannot be said in B2MML. */
export function workOrderToJobOrder(order: WorkOrder): Mapped<JobOrder> {
  const trail = trailOf(order.workOrderNumber);
  tellEmptyLists(order, trail);
  const job = writeFields(workOrderFields, order as unknown as JsonObject, { pointer: '', trail });
  return [job as unknown as JobOrder, trail.losses];
}

/** The canonical work order of a job order. Losses point into the job order. Throws MesError for what is no canonical order. */
export function jobOrderToWorkOrder(job: JobOrder, options?: MappingOptions): Mapped<WorkOrder> {
  const trail = trailOf(textOf(job.ID) ?? '', options);
  const order = readFields(workOrderFields, new Cursor(job, '', trail));
  return [checked('WorkOrder', order, trail), trail.losses];
}
