import { append, counted, type Field, set, takeQuantity, text, writeQuantity } from './field.ts';
import { named } from './named.ts';
import { locationOf, takeLocation } from './shared-fields.ts';

const ofOperation = { list: 'EquipmentRequirementProperty', object: 'WorkOrderOperation' };
const ofMaterial = { list: 'MaterialRequirementProperty', object: 'WorkOrderMaterial' };

/** An element that has one value for one kind of line. */
function fixed(element: string, value: string): Field {
  return {
    properties: [],
    element: `${element} ${value}`,
    write: (_from, into) => {
      into[element] = value;
    },
    read: (from) => {
      from.take(element);
    },
  };
}

const inspectionPlans: Field = {
  properties: ['inspectionPlanIds'],
  element: 'TestSpecificationID',
  write: (from, into) => {
    const plans = (from['inspectionPlanIds'] ?? []) as readonly string[];
    if (plans.length > 0) append(into, 'TestSpecificationID', ...plans);
  },
  read: (from, into) => {
    const plans = from.texts('TestSpecificationID');
    if (plans.length > 0) into['inspectionPlanIds'] = plans;
  },
};

/** Operations of an order; `operatorRole` is written beside them by the order. */
export const operationFields: readonly Field[] = [
  text('operationId', 'ID'),
  text('workCenterId', 'EquipmentID', 'many'),
  fixed('EquipmentLevel', 'WorkCenter'),
  text('description', 'Description', 'many'),
  fixed('EquipmentUse', 'Operation'),
  named(ofOperation, 'sequence', 'integer'),
  named(ofOperation, 'plannedSetupTime', 'duration'),
  named(ofOperation, 'plannedRunTime', 'duration'),
  named(ofOperation, 'scheduledStartAt', 'dateTime'),
  named(ofOperation, 'scheduledEndAt', 'dateTime'),
  inspectionPlans,
];

/** The one quantity of a line. */
export const quantity: Field = {
  properties: ['quantity'],
  element: 'Quantity',
  write: (from, into, { pointer, trail }) =>
    append(into, 'Quantity', writeQuantity(from['quantity'], { pointer: `${pointer}/quantity`, trail })),
  read: (from, into) => set(into, 'quantity', takeQuantity(from)),
};

export const fromLocation: Field = {
  properties: ['fromLocationId'],
  element: 'StorageLocation',
  write: (from, into) => {
    if (from['fromLocationId'] !== undefined) into['StorageLocation'] = locationOf(from['fromLocationId']);
  },
  read: (from, into) => set(into, 'fromLocationId', takeLocation(from)),
};

/** Components of an order. */
export const materialLineFields: readonly Field[] = [
  counted('lineNumber', 'ID'),
  text('itemNumber', 'MaterialDefinitionID', 'many'),
  text('lotNumber', 'MaterialLotID', 'many'),
  fixed('MaterialUse', 'Consumed'),
  fromLocation,
  quantity,
  named(ofMaterial, 'itemRevision'),
  named(ofMaterial, 'operationId'),
  named(ofMaterial, 'backflush', 'boolean'),
];
