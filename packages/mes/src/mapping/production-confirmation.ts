import type { ProductionConfirmation } from '@millwright/sdk/types';
import { defectCodeMappings, operationStatusCodeMappings } from '@millwright/sdk/vocabularies';
import { type JobResponse, textOf } from '../b2mml/element.ts';
import { codeFromSystem, codeToSystem } from '../code-mapping.ts';
import { sumDecimals } from '../decimals.ts';
import type { Mapped } from '../loss.ts';
import type { Cursor } from './cursor.ts';
import {
  append,
  type Field,
  type Json,
  type JsonObject,
  readFields,
  set,
  takeQuantity,
  text,
  time,
  writeFields,
  writeQuantity,
} from './field.ts';
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
import { isOf, materialTotal, useElement } from './material-actuals.ts';
import { named, namedJson, namedQuantity, namedReferences, typedText } from './named.ts';
import { fromLocation, quantity } from './order-lines.ts';
import { dropId, locationOf, plant, productionWork, takeLocation, useOf } from './shared-fields.ts';

const data = dataOf('ProductionConfirmation');
const actualProperties = { list: 'MaterialActualProperty', object: 'ProductionConfirmation' };
const states = operationStatusCodeMappings.b2mml;

/** Nothing more will be made: the state of the job is an end. */
const final: Field = {
  properties: ['final'],
  element: 'JobState, Completed when final, Running when not',
  write: (from, into) => {
    into['JobState'] = from['final'] === true ? states.toSystem.completed : states.toSystem.running;
  },
  read: (from, into) => {
    const state = from.text('JobState');
    if (state === undefined) return;
    const own = codeFromSystem(states, state, `${from.pointer}/JobState`, from.trail);
    into['final'] = own === 'completed' || own === 'skipped';
    if (own !== 'completed' && own !== 'running') from.lose('JobState', `${state} is read as final ${into['final']}`);
  },
};

const total = namedQuantity(data, 'producedQuantity');
const expiry = named(actualProperties, 'expiryDate', 'date');
const revision = named(actualProperties, 'itemRevision');

/**
 * The good quantity: a material actual for each lot, so that no receiver who adds them up counts twice, and the total as a value beside
 * them. A response without the total tells the sum.
 */
const produced: Field = {
  properties: ['itemNumber', 'itemRevision', 'producedQuantity', 'lots', 'toLocationId'],
  element:
    'MaterialActual of MaterialUse Produced, one for each lot; JobResponseData ProductionConfirmation.producedQuantity',
  write: (from, into, place) => {
    total.write(from, into, place);
    const lots = (from['lots'] ?? []) as readonly JsonObject[];
    const parts = lots.length > 0 ? lots : [{ quantity: from['producedQuantity'] as Json }];
    for (const [index, part] of parts.entries()) {
      const pointer = lots.length > 0 ? `${place.pointer}/lots/${index}` : `${place.pointer}/producedQuantity`;
      const made: Record<string, never> = {};
      revision.write(from, made, place);
      expiry.write(part, made, place);
      append(into, 'MaterialActual', {
        ID: `Produced/${index + 1}`,
        MaterialDefinitionID: [String(from['itemNumber'])],
        ...(part['lotNumber'] === undefined ? {} : { MaterialLotID: [String(part['lotNumber'])] }),
        MaterialUse: useElement('Produced'),
        ...(from['toLocationId'] === undefined ? {} : { StorageLocation: locationOf(from['toLocationId']) }),
        Quantity: [writeQuantity(part['quantity'], { pointer, trail: place.trail })],
        ...made,
      });
    }
  },
  read: (from, into) => {
    const parts = from.children('MaterialActual', isOf('Produced')).map(readProduced);
    for (const { shared, cursor } of parts)
      for (const [property, value] of Object.entries(shared))
        if (into[property] === undefined) into[property] = value;
        else if (into[property] !== value) throw cursor.wrong('', `two values of ${property} in one confirmation`);
    const lots = parts.filter(({ lot }) => lot['lotNumber'] !== undefined).map(({ lot }) => lot);
    if (lots.length > 0) into['lots'] = lots;
    total.read(from, into);
    if (into['producedQuantity'] === undefined) set(into, 'producedQuantity', sumOf(parts));
  },
};

interface ProducedPart {
  readonly cursor: Cursor;
  /** What all parts of one confirmation have in common. */
  readonly shared: JsonObject;
  readonly lot: JsonObject;
}

function readProduced(cursor: Cursor, index: number): ProducedPart {
  const shared: Record<string, Json> = {};
  const lot: Record<string, Json> = {};
  dropId(cursor, `Produced/${index + 1}`);
  cursor.take('MaterialUse');
  set(shared, 'itemNumber', cursor.text('MaterialDefinitionID'));
  set(shared, 'toLocationId', takeLocation(cursor));
  revision.read(cursor, shared);
  set(lot, 'lotNumber', cursor.text('MaterialLotID'));
  set(lot, 'quantity', takeQuantity(cursor));
  expiry.read(cursor, lot);
  cursor.end();
  return { cursor, shared, lot };
}

function sumOf(parts: readonly ProducedPart[]): JsonObject | undefined {
  const quantities = parts.flatMap(({ lot }) => (lot['quantity'] === undefined ? [] : [lot['quantity'] as JsonObject]));
  const [first] = quantities;
  if (first === undefined) return undefined;
  const other = parts.find(({ lot }) => (lot['quantity'] as JsonObject | undefined)?.['unit'] !== first['unit']);
  if (other !== undefined) throw other.cursor.wrong('Quantity', 'quantities in different units cannot be added up');
  return { value: sumDecimals(quantities.map(({ value }) => String(value))), unit: first['unit'] as string };
}

const defectId = 'ProductionConfirmation.scrapDefect';

/** The scrap with its defects: each is a property with its kind as the value and its share as the quantity. */
const scrap: Field = {
  properties: ['scrappedQuantity', 'scrapDefects'],
  element: `MaterialActual of MaterialUse Scrap; MaterialActualProperty ${defectId}`,
  write: (from, into, { pointer, trail }) => {
    const defects = ((from['scrapDefects'] ?? []) as readonly JsonObject[]).map((defect, index) => {
      const at = `${pointer}/scrapDefects/${index}`;
      const code = codeToSystem(defectCodeMappings.b2mml, String(defect['defectCode']), `${at}/defectCode`, trail);
      const share = writeQuantity(defect['quantity'], { pointer: `${at}/quantity`, trail });
      return { ID: defectId, Value: [typedText(code, 'string')], Quantity: [share] };
    });
    append(into, 'MaterialActual', {
      ID: 'Scrap',
      MaterialUse: useElement('Scrap'),
      Quantity: [writeQuantity(from['scrappedQuantity'], { pointer: `${pointer}/scrappedQuantity`, trail })],
      ...(defects.length === 0 ? {} : { MaterialActualProperty: defects }),
    });
  },
  read: (from, into) => {
    const [found, other] = from.children('MaterialActual', isOf('Scrap'));
    if (other !== undefined) throw other.wrong('MaterialUse', 'a second quantity of Scrap is not mapped');
    if (found === undefined) return assumeNone('scrappedQuantity', from, into);
    dropId(found, 'Scrap');
    found.take('MaterialUse');
    set(into, 'scrappedQuantity', takeQuantity(found));
    const defects = found
      .children('MaterialActualProperty', (element) => textOf(element['ID']) === defectId)
      .map(readDefect);
    if (defects.length > 0) into['scrapDefects'] = defects;
    found.end();
  },
};

function readDefect(cursor: Cursor): JsonObject {
  cursor.take('ID');
  const [value] = cursor.children('Value');
  value?.take('DataType');
  const code = value?.text('ValueString') ?? '';
  const share = takeQuantity(cursor);
  cursor.end();
  const defectCode = codeFromSystem(
    defectCodeMappings.b2mml,
    code,
    `${cursor.pointer}/Value/0/ValueString`,
    cursor.trail,
  );
  return { defectCode, ...(share === undefined ? {} : { quantity: share }) };
}

/** A response of somebody else that tells of no scrap or rework had none; that this was assumed is told. */
function assumeNone(property: string, from: Cursor, into: Record<string, Json>): void {
  const made = into['producedQuantity'] as JsonObject | undefined;
  if (made === undefined) return;
  into[property] = { value: '0', unit: made['unit'] as string };
  from.lose('MaterialActual', `tells nothing of ${property}: taken as none`);
}

const reworkTotal = materialTotal('reworkedQuantity', 'Rework');
const rework: Field = {
  ...reworkTotal,
  read: (from, into) => {
    reworkTotal.read(from, into);
    if (into['reworkedQuantity'] === undefined) assumeNone('reworkedQuantity', from, into);
  },
};

const consumptionFields: readonly Field[] = [
  text('itemNumber', 'MaterialDefinitionID', 'many'),
  text('lotNumber', 'MaterialLotID', 'many'),
  fromLocation,
  quantity,
];

const consumptions: Field = {
  properties: ['consumptions'],
  element: 'MaterialActual of MaterialUse Consumed',
  write: (from, into, { pointer, trail }) => {
    for (const [index, used] of ((from['consumptions'] ?? []) as readonly JsonObject[]).entries())
      append(into, 'MaterialActual', {
        ID: `Consumed/${index + 1}`,
        ...writeFields(consumptionFields, used, { pointer: `${pointer}/consumptions/${index}`, trail }),
        MaterialUse: 'Consumed',
      });
  },
  read: (from, into) => {
    const all = from
      .children('MaterialActual', (element) => useOf(element) === 'Consumed')
      .map((cursor, index) => {
        dropId(cursor, `Consumed/${index + 1}`);
        cursor.take('MaterialUse');
        return readFields(consumptionFields, cursor);
      });
    if (all.length > 0) into['consumptions'] = all;
  },
};

const mapping: ResponseMapping = {
  object: 'ProductionConfirmation',
  keyOf: (value) => String(value['recordId']),
  fields: [
    text('recordId', 'ID'),
    time('recordedAt', 'PublishedDate'),
    time('occurredAt', 'EndTime'),
    plant,
    productionWork,
    text('workOrderNumber', 'JobOrderID'),
    final,
    objectMark('ProductionConfirmation'),
    named(data, 'operationId'),
    named(data, 'consumptionIncluded', 'boolean'),
    named(data, 'correctsRecordId'),
    namedReferences(data),
    namedJson(data, 'extensions'),
    personnel('confirmedBy', 'PersonID', 'Confirmed by'),
    equipment('workCenterId', 'WorkCenter'),
    produced,
    scrap,
    rework,
    consumptions,
  ],
};

/** Where each property of a confirmation stands in a job response. */
export const productionConfirmationFields = mapping.fields;

/** A confirmation as an ISA-95 job response. Losses point into the confirmation. */
export function productionConfirmationToJobResponse(confirmation: ProductionConfirmation): Mapped<JobResponse> {
  return toJobResponse(mapping, confirmation);
}

/** The confirmation that a job response tells of. Losses point into the response. */
export function jobResponseToProductionConfirmation(
  response: JobResponse,
  options?: MappingOptions,
): Mapped<ProductionConfirmation> {
  return fromJobResponse(mapping, response, options);
}
