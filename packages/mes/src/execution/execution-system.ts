import { HandlingFailure, type Messaging } from '@millwright/runtime/messaging';
import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import {
  type Bus,
  createBus,
  subscribeWorkOrderCancelled,
  subscribeWorkOrderReleased,
} from '@millwright/sdk/events/production';
import { subscribeHoldPlaced, subscribeHoldReleased } from '@millwright/sdk/events/quality';
import type { PlantId, ProductionConfirmation, QualityHold, WorkOrder, WorkOrderNumber } from '@millwright/sdk/types';
import { dateTime } from '@millwright/sdk/types';
import { MesError } from '../mes-error.ts';
import { announceConfirmation } from './announce.ts';
import { confirmed } from './confirm.ts';
import {
  createTables,
  findConfirmation,
  findJob,
  holdOfLot,
  insertConfirmation,
  insertJob,
  type Job,
  listOrders,
  noteHold,
  updateOrder,
} from './job-table.ts';
import { checkWorkOrderTransition } from './work-order-states.ts';

export interface ExecutionSystemOptions {
  /** Over a store of SQLite, whose database the jobs are kept in, with the role `mes`. It is started and closed by its owner. */
  readonly messaging: Messaging<SqliteDatabase>;
  /** Plants that are worked in here; what is released for others is not looked at. */
  readonly plants: readonly PlantId[];
  /** Group of its subscriptions. Default `mes`. */
  readonly group?: string;
  readonly now?: () => number;
}

/** What a person or machine reports; the system adds item, revision and when it was recorded. */
export type ConfirmationReport = Omit<ProductionConfirmation, 'itemNumber' | 'itemRevision' | 'recordedAt'>;

/**
 * A small execution system for a plant that has none to lend. It takes released orders, holds to their state machine, and reports what was
 * made; each report, its effect and the events about it are one transaction. Without its broker it works on: what it has to say waits
 * in the outbox.
 */
export interface ExecutionSystem {
  /** Creates its tables and listens for orders and holds. */
  start(): Promise<void>;
  find(plant: PlantId, number: WorkOrderNumber): Promise<WorkOrder | undefined>;
  list(): Promise<readonly WorkOrder[]>;
  /** Starts or resumes an order. */
  begin(plant: PlantId, number: WorkOrderNumber): Promise<WorkOrder>;
  /** Stops an order until it is begun again. */
  hold(plant: PlantId, number: WorkOrderNumber): Promise<WorkOrder>;
  /**
   * Books what was made. A second report with the same record and content changes nothing.
   * @throws MesError with the key `plant/number` and what to do: order not known or not begun, other item or unit, more than was
   * ordered, a lot that is on hold
   */
  confirm(report: ConfirmationReport): Promise<ProductionConfirmation>;
}

export function createExecutionSystem(options: ExecutionSystemOptions): ExecutionSystem {
  const { messaging, plants, group = 'mes', now = Date.now } = options;
  const bus = createBus(messaging.config);
  const database = (transaction: unknown): SqliteDatabase => messaging.inside(transaction).connection;
  const isOurs = (plant: PlantId | undefined): boolean => plant !== undefined && plants.includes(plant);
  const change = (plant: PlantId, number: WorkOrderNumber, to: 'in-progress' | 'held'): Promise<WorkOrder> =>
    messaging.transaction(({ connection }) => {
      const { order } = demandJob(connection, plant, number);
      checkWorkOrderTransition(keyOf(order), order.status, to);
      const startedAt = order.startedAt ?? dateTime(new Date(now()));
      const changed: WorkOrder = { ...order, status: to, startedAt };
      updateOrder(connection, changed);
      return changed;
    });
  return {
    start: async () => {
      await messaging.transaction(({ connection }) => createTables(connection));
      await listen(bus, { database, isOurs, group });
    },
    find: (plant, number) => messaging.transaction(({ connection }) => findJob(connection, plant, number)?.order),
    list: () => messaging.transaction(({ connection }) => listOrders(connection)),
    begin: (plant, number) => change(plant, number, 'in-progress'),
    hold: (plant, number) => change(plant, number, 'held'),
    confirm: (report) =>
      messaging.transaction(async ({ connection, within }) => {
        const { order, correlationId } = demandJob(connection, report.plantId, report.workOrderNumber);
        const { itemNumber, itemRevision } = order;
        const confirmation = { ...report, itemNumber, itemRevision, recordedAt: dateTime(new Date(now())) };
        const before = findConfirmation(connection, report.plantId, report.recordId);
        if (before !== undefined) return sameAgain(before, confirmation);
        refuseHeldLots(connection, confirmation);
        updateOrder(connection, confirmed(order, confirmation));
        insertConfirmation(connection, confirmation);
        await announceConfirmation(within(bus), connection, confirmation, correlationId);
        return confirmation;
      }),
  };
}

interface Listening {
  readonly database: (transaction: unknown) => SqliteDatabase;
  readonly isOurs: (plant: PlantId | undefined) => boolean;
  readonly group: string;
}

async function listen(bus: Bus, { database, isOurs, group }: Listening): Promise<void> {
  await subscribeWorkOrderReleased(
    bus,
    ({ data, headers, transaction }) => {
      if (!isOurs(data.plantId)) return;
      const before = findJob(database(transaction), data.plantId, data.workOrderNumber);
      if (before !== undefined)
        throw new HandlingFailure('permanent', `${keyOf(data)} is here already, ${before.order.status}`);
      insertJob(database(transaction), { order: data, correlationId: headers.correlationid });
    },
    { group },
  );
  await subscribeWorkOrderCancelled(
    bus,
    ({ data, transaction }) => {
      if (!isOurs(data.plantId)) return;
      const { order } = demandJob(database(transaction), data.plantId, data.workOrderNumber);
      try {
        checkWorkOrderTransition(keyOf(order), order.status, 'cancelled');
      } catch (error) {
        throw new HandlingFailure('permanent', (error as Error).message, { cause: error });
      }
      updateOrder(database(transaction), { ...order, status: 'cancelled' });
    },
    { group },
  );
  const holdChanged = (hold: QualityHold, transaction: unknown, isReleased: boolean): void => {
    const { scope, plantId, holdNumber } = hold;
    if (!isOurs(plantId) || scope.kind !== 'lot') return;
    noteHold(database(transaction), { ...scope, plantId }, holdNumber, isReleased);
  };
  await subscribeHoldPlaced(bus, ({ data, transaction }) => holdChanged(data, transaction, false), { group });
  await subscribeHoldReleased(bus, ({ data, transaction }) => holdChanged(data, transaction, true), { group });
}

function demandJob(database: SqliteDatabase, plant: PlantId, number: WorkOrderNumber): Job {
  const job = findJob(database, plant, number);
  if (job !== undefined) return job;
  throw new MesError(
    'mes/unknown-order',
    'no such order was released to this system',
    { key: `${plant}/${number}`, pointer: '/workOrderNumber' },
    'Check plant and number, and whether the ERP has released it.',
  );
}

/** Material of a lot on hold is not used up. */
function refuseHeldLots(database: SqliteDatabase, confirmation: ProductionConfirmation): void {
  const { plantId, consumptions = [] } = confirmation;
  for (const [at, { itemNumber, lotNumber }] of consumptions.entries()) {
    const hold = lotNumber === undefined ? undefined : holdOfLot(database, { plantId, itemNumber, lotNumber });
    if (hold === undefined) continue;
    throw new MesError(
      'mes/lot-on-hold',
      `${itemNumber} ${lotNumber} is on hold by ${hold}`,
      { key: keyOf(confirmation), pointer: `/consumptions/${at}/lotNumber` },
      'Use another lot, or have quality release the hold.',
    );
  }
}

function sameAgain(before: ProductionConfirmation, again: ProductionConfirmation): ProductionConfirmation {
  const content = ({ recordedAt: _, ...rest }: ProductionConfirmation): string =>
    JSON.stringify(Object.entries(rest).sort(([left], [right]) => (left < right ? -1 : 1)));
  if (content(before) === content(again)) return before;
  throw new MesError(
    'mes/other-object',
    `the record ${again.recordId} was reported before with other content`,
    { key: keyOf(again), pointer: '/recordId' },
    'Give each report a record of its own; correct an earlier one with correctsRecordId.',
  );
}

const keyOf = ({ plantId, workOrderNumber }: { readonly plantId: string; readonly workOrderNumber: string }): string =>
  `${plantId}/${workOrderNumber}`;
