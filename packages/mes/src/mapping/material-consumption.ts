import type { MaterialConsumption } from '@millwright/sdk/types';
import type { JobResponse } from '../b2mml/element.ts';
import type { Mapped } from '../loss.ts';
import { append, type Field, type Json, readFields, text, time, writeFields } from './field.ts';
import type { MappingOptions } from './finish.ts';
import {
  dataOf,
  equipment,
  fromJobResponse,
  objectMark,
  personnel,
  type ResponseMapping,
  toJobResponse,
} from './job-response.ts';
import { named, namedJson, namedReferences } from './named.ts';
import { fromLocation, quantity } from './order-lines.ts';
import { dropId, plant, productionWork, useOf } from './shared-fields.ts';

const data = dataOf('MaterialConsumption');
const properties = { list: 'MaterialActualProperty', object: 'MaterialConsumption' };

const actualFields: readonly Field[] = [
  text('itemNumber', 'MaterialDefinitionID', 'many'),
  text('lotNumber', 'MaterialLotID', 'many'),
  fromLocation,
  quantity,
  named(properties, 'itemRevision'),
  named(properties, 'lineNumber', 'integer'),
  named(properties, 'backflushed', 'boolean'),
  named(properties, 'substituteFor'),
  named(properties, 'outputLotNumber'),
];

/** The standard has no message of a material actual alone: it stands in the response of its job order. */
const actual: Field = {
  properties: actualFields.flatMap((field) => field.properties),
  element: 'MaterialActual of MaterialUse Consumed',
  write: (from, into, place) =>
    append(into, 'MaterialActual', {
      ID: String(from['recordId']),
      ...writeFields(actualFields, from, place),
      MaterialUse: 'Consumed',
    }),
  read: (from, into: Record<string, Json>) => {
    const [used, other] = from.children('MaterialActual', (element) => useOf(element) === 'Consumed');
    if (other !== undefined) throw other.wrong('MaterialUse', 'a record is of one material; send a response for each');
    if (used === undefined) return;
    dropId(used, String(into['recordId']));
    used.take('MaterialUse');
    Object.assign(into, readFields(actualFields, used));
  },
};

const mapping: ResponseMapping = {
  object: 'MaterialConsumption',
  keyOf: (value) => String(value['recordId']),
  fields: [
    text('recordId', 'ID'),
    time('recordedAt', 'PublishedDate'),
    time('occurredAt', 'EndTime'),
    plant,
    productionWork,
    text('workOrderNumber', 'JobOrderID'),
    objectMark('MaterialConsumption'),
    named(data, 'operationId'),
    named(data, 'correctsRecordId'),
    namedReferences(data),
    namedJson(data, 'extensions'),
    personnel('consumedBy', 'PersonID', 'Operator'),
    equipment('workCenterId', 'WorkCenter'),
    actual,
  ],
};

/** Where each property of a consumption stands in a job response. */
export const materialConsumptionFields = mapping.fields;

/** A consumption as the ISA-95 material actual of a job response. Losses point into the consumption. */
export function materialConsumptionToJobResponse(consumption: MaterialConsumption): Mapped<JobResponse> {
  return toJobResponse(mapping, consumption);
}

/** The consumption that a job response tells of. Losses point into the response. */
export function jobResponseToMaterialConsumption(
  response: JobResponse,
  options?: MappingOptions,
): Mapped<MaterialConsumption> {
  return fromJobResponse(mapping, response, options);
}
