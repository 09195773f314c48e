import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';

function codes(vocabulary: string): fc.Arbitrary<string> {
  const file = new URL(`../../schemas/vocabularies/${vocabulary}.yaml`, import.meta.url);
  return fc.constantFrom(...(parse(readFileSync(file, 'utf8')).enum as string[]));
}

const id = fc.stringMatching(/^[A-Z0-9][A-Za-z0-9._/-]{0,12}$/);
const plantId = fc.stringMatching(/^[A-Z]{2}[0-9]{2}$/);
const revision = fc.constantFrom('A', 'B', '12');
/** Any characters, also those that XML cannot hold. */
const words = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' });
const instant = fc
  .tuple(
    fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    fc.constantFrom('Z', '+02:00', '-05:30', 'z'),
  )
  .map(([date, zone]) => date.toISOString().replace('Z', zone));
const day = instant.map((text) => text.slice(0, 10));
const duration = fc.constantFrom('PT12M30S', 'PT37H30M', 'P1D', 'PT0S');
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.option(fc.stringMatching(/^[0-9]{1,9}$/), { nil: undefined }))
  .map(([whole, fraction]) => (fraction === undefined ? String(whole) : `${whole}.${fraction}`));
const quantity = fc.record({ value: decimal, unit: codes('units') });
const version = fc.integer({ min: 1, max: 10 ** 9 });
const line = fc.integer({ min: 1, max: 99999 });

const required = <Model>(model: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> }, ...keys: (keyof Model)[]) =>
  fc.record(model, { requiredKeys: keys });

const record = {
  externalReferences: fc.array(
    required(
      { system: fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/), id: words, url: fc.constant('https://x.example/a?b=1&c=2') },
      'system',
      'id',
    ),
    { maxLength: 3 },
  ),
  extensions: fc
    .dictionary(fc.stringMatching(/^[a-z]{1,5}\.[a-z]{1,5}$/), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 })
    .map(
      // -0 is no value of JSON that survives being written.
      (value) => JSON.parse(JSON.stringify(value)),
    ),
};

const operation = required(
  {
    operationId: id,
    sequence: line,
    description: words,
    workCenterId: id,
    plannedSetupTime: duration,
    plannedRunTime: duration,
    scheduledStartAt: instant,
    scheduledEndAt: instant,
    operatorRole: fc.constantFrom('machine-operator', 'setter'),
    inspectionPlanIds: fc.uniqueArray(id, { maxLength: 3 }),
  },
  'operationId',
  'sequence',
  'description',
  'workCenterId',
);

const material = required(
  {
    lineNumber: line,
    itemNumber: id,
    itemRevision: revision,
    quantity,
    operationId: id,
    lotNumber: id,
    fromLocationId: id,
    backflush: fc.boolean(),
  },
  'lineNumber',
  'itemNumber',
  'quantity',
);

const workOrder = required(
  {
    plantId,
    workOrderNumber: id,
    status: codes('work-order-statuses'),
    type: fc.constantFrom('production', 'rework', 'repair', 'disassembly', 'trial'),
    itemNumber: id,
    itemRevision: revision,
    quantity,
    completedQuantity: quantity,
    scrappedQuantity: quantity,
    dueAt: instant,
    scheduledStartAt: instant,
    scheduledEndAt: instant,
    releasedAt: instant,
    startedAt: instant,
    completedAt: instant,
    closedAt: instant,
    priority: fc.constantFrom('low', 'normal', 'high', 'urgent'),
    billOfMaterialsId: id,
    billOfMaterialsRevision: revision,
    routingId: id,
    routingRevision: revision,
    operations: fc.uniqueArray(operation, { maxLength: 3, selector: ({ operationId }) => operationId }),
    materials: fc.array(material, { maxLength: 3 }),
    targetLotNumber: id,
    outputLocationId: id,
    demand: fc.oneof(
      required({ kind: fc.constant('sales-order'), salesOrderNumber: id, customerId: id }, 'kind', 'salesOrderNumber'),
      fc.record({ kind: fc.constant('project'), projectNumber: id }),
      fc.record({ kind: fc.constant('work-order'), plantId, workOrderNumber: id }),
      fc.record({ kind: fc.constant('nonconformance'), plantId, nonconformanceNumber: id }),
    ),
    holdNumber: id,
    note: words,
    version,
    ...record,
  },
  ...(['plantId', 'workOrderNumber', 'status', 'itemNumber', 'itemRevision', 'quantity', 'dueAt'] as const),
);

const confirmation = required(
  {
    recordId: id,
    plantId,
    workOrderNumber: id,
    operationId: id,
    itemNumber: id,
    itemRevision: revision,
    workCenterId: id,
    producedQuantity: quantity,
    scrappedQuantity: quantity,
    reworkedQuantity: quantity,
    scrapDefects: fc.array(fc.record({ defectCode: codes('defect-codes'), quantity }), { maxLength: 3 }),
    lots: fc.array(required({ lotNumber: id, quantity, expiryDate: day }, 'lotNumber', 'quantity'), { maxLength: 3 }),
    toLocationId: id,
    final: fc.boolean(),
    consumptionIncluded: fc.boolean(),
    consumptions: fc.array(
      required({ itemNumber: id, lotNumber: id, quantity, fromLocationId: id }, 'itemNumber', 'quantity'),
      { maxLength: 3 },
    ),
    confirmedBy: id,
    occurredAt: instant,
    recordedAt: instant,
    correctsRecordId: id,
    ...record,
  },
  ...(['recordId', 'plantId', 'workOrderNumber', 'itemNumber', 'producedQuantity', 'scrappedQuantity'] as const),
  ...(['reworkedQuantity', 'final', 'consumptionIncluded', 'confirmedBy', 'occurredAt', 'recordedAt'] as const),
);

const operationStatus = required(
  {
    plantId,
    workOrderNumber: id,
    operationId: id,
    status: codes('operation-statuses'),
    workCenterId: id,
    equipmentId: id,
    goodQuantity: quantity,
    scrapQuantity: quantity,
    reworkQuantity: quantity,
    operatorRole: fc.constantFrom('machine-operator', 'setter'),
    pauseReason: codes('downtime-reasons'),
    readyAt: instant,
    setupStartedAt: instant,
    startedAt: instant,
    completedAt: instant,
    changedAt: instant,
    version,
    ...record,
  },
  ...(['plantId', 'workOrderNumber', 'operationId', 'status', 'workCenterId'] as const),
  ...(['goodQuantity', 'scrapQuantity', 'reworkQuantity', 'changedAt'] as const),
);

const consumption = required(
  {
    recordId: id,
    plantId,
    workOrderNumber: id,
    operationId: id,
    workCenterId: id,
    lineNumber: line,
    itemNumber: id,
    itemRevision: revision,
    lotNumber: id,
    quantity,
    fromLocationId: id,
    backflushed: fc.boolean(),
    substituteFor: id,
    outputLotNumber: id,
    consumedBy: id,
    occurredAt: instant,
    recordedAt: instant,
    correctsRecordId: id,
    ...record,
  },
  ...(['recordId', 'plantId', 'workOrderNumber', 'operationId', 'itemNumber', 'quantity'] as const),
  ...(['fromLocationId', 'backflushed', 'occurredAt', 'recordedAt'] as const),
);

/** Valid canonical objects with everything that the contracts allow: a test holds the properties against the contracts. */
export const canonical = {
  WorkOrder: workOrder,
  ProductionConfirmation: confirmation,
  OperationStatus: operationStatus,
  MaterialConsumption: consumption,
} as const;
