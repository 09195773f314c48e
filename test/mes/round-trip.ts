import {
  type B2mmlDocument,
  type JobOrder,
  type JobResponse,
  jobOrderToWorkOrder,
  jobResponseToMaterialConsumption,
  jobResponseToOperationStatus,
  jobResponseToProductionConfirmation,
  type Mapped,
  materialConsumptionToJobResponse,
  operationStatusToJobResponse,
  productionConfirmationToJobResponse,
  workOrderToJobOrder,
} from '@millwright/mes';

/** A mapping in both directions, with the document that carries it. */
export interface RoundTrip {
  readonly object: 'WorkOrder' | 'ProductionConfirmation' | 'OperationStatus' | 'MaterialConsumption';
  /** Folder of its examples. */
  readonly examples: string;
  readonly toDocument: (value: never) => Mapped<B2mmlDocument>;
  readonly fromDocument: (document: B2mmlDocument) => Mapped<unknown>;
}

const orders = (job: JobOrder): B2mmlDocument => ({ JobList: { ID: 'list', JobOrder: [job] } });
const responses = (response: JobResponse): B2mmlDocument => ({
  JobResponseList: { ID: 'list', JobResponse: [response] },
});

function only(document: B2mmlDocument): JobOrder & JobResponse {
  const [first] = 'JobList' in document ? document.JobList.JobOrder : document.JobResponseList.JobResponse;
  return first as JobOrder & JobResponse;
}

function response<Value>(
  write: (value: Value) => Mapped<JobResponse>,
  read: (response: JobResponse) => Mapped<Value>,
): Pick<RoundTrip, 'toDocument' | 'fromDocument'> {
  return {
    toDocument: (value) => {
      const [written, losses] = write(value);
      return [responses(written), losses];
    },
    fromDocument: (document) => read(only(document)),
  };
}

export const roundTrips: readonly RoundTrip[] = [
  {
    object: 'WorkOrder',
    examples: 'work-order',
    toDocument: (value) => {
      const [job, losses] = workOrderToJobOrder(value);
      return [orders(job), losses];
    },
    fromDocument: (document) => jobOrderToWorkOrder(only(document)),
  },
  {
    object: 'ProductionConfirmation',
    examples: 'production-confirmation',
    ...response(productionConfirmationToJobResponse, jobResponseToProductionConfirmation),
  },
  {
    object: 'OperationStatus',
    examples: 'operation-status',
    ...response(operationStatusToJobResponse, jobResponseToOperationStatus),
  },
  {
    object: 'MaterialConsumption',
    examples: 'material-consumption',
    ...response(materialConsumptionToJobResponse, jobResponseToMaterialConsumption),
  },
];

/** The value without what stands at a pointer of its own; both sides of a round trip are compared without the stated losses. */
export function without(value: unknown, pointers: readonly string[]): unknown {
  const copy = structuredClone(value);
  for (const pointer of pointers) {
    const segments = pointer.split('/').slice(1);
    const last = segments.pop() as string;
    const holder = segments.reduce<Record<string, unknown> | undefined>(
      (at, segment) => at?.[segment] as Record<string, unknown> | undefined,
      copy as Record<string, unknown>,
    );
    if (holder !== undefined) delete holder[last];
  }
  return copy;
}
