import type { OperationStatus } from '@millwright/sdk/types';
import { downtimeReasonMappings, operationStatusCodeMappings } from '@millwright/sdk/vocabularies';
import type { JobResponse } from '../b2mml/element.ts';
import type { Mapped } from '../loss.ts';
import { coded, counted, type Field, text, time } from './field.ts';
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
import { materialTotal } from './material-actuals.ts';
import { named, namedCode, namedJson, namedReferences } from './named.ts';
import { plant, productionWork } from './shared-fields.ts';

const data = dataOf('OperationStatus');

/** The state of an operation is one response that is replaced, so its identifier is that of the operation. */
const identifier: Field = {
  properties: [],
  element: 'ID, the work order and the operation',
  write: (from, into) => {
    into['ID'] = `${from['workOrderNumber']}/${from['operationId']}`;
  },
  read: (from) => {
    from.take('ID');
  },
};

const mapping: ResponseMapping = {
  object: 'OperationStatus',
  keyOf: (value) => `${value['workOrderNumber']}/${value['operationId']}`,
  fields: [
    identifier,
    counted('version', 'Version'),
    time('changedAt', 'PublishedDate'),
    time('startedAt', 'StartTime'),
    time('completedAt', 'EndTime'),
    plant,
    productionWork,
    text('workOrderNumber', 'JobOrderID'),
    coded('status', 'JobState', operationStatusCodeMappings.b2mml),
    objectMark('OperationStatus'),
    named(data, 'operationId'),
    namedCode(data, 'pauseReason', downtimeReasonMappings.b2mml),
    named(data, 'readyAt', 'dateTime'),
    named(data, 'setupStartedAt', 'dateTime'),
    namedReferences(data),
    namedJson(data, 'extensions'),
    personnel('operatorRole', 'PersonnelClassID', 'Operator'),
    equipment('workCenterId', 'WorkCenter'),
    equipment('equipmentId', 'Equipment'),
    materialTotal('goodQuantity', 'Produced'),
    materialTotal('scrapQuantity', 'Scrap'),
    materialTotal('reworkQuantity', 'Rework'),
  ],
};

/** Where each property of an operation status stands in a job response. */
export const operationStatusFields = mapping.fields;

/** The state of an operation as an ISA-95 job response. Losses point into the status. */
export function operationStatusToJobResponse(status: OperationStatus): Mapped<JobResponse> {
  return toJobResponse(mapping, status);
}

/** The state of the operation that a job response tells of. Losses point into the response. */
export function jobResponseToOperationStatus(response: JobResponse, options?: MappingOptions): Mapped<OperationStatus> {
  return fromJobResponse(mapping, response, options);
}
