import { HandlingFailure, type Messaging } from '@millwright/runtime/messaging';
import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import { subscribeProductionConfirmed } from '@millwright/sdk/events/production';
import { createBus, publishHoldReleased, publishReleaseDecided } from '@millwright/sdk/events/quality';
import {
  type DateTime,
  dateTime,
  type HoldNumber,
  type InspectionOrder,
  type InspectionOrderNumber,
  type InspectionPlan,
  type InspectionResult,
  type Nonconformance,
  type PlantId,
  type QualityHold,
  type ReleaseDecision,
  type WorkerReference,
} from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';
import { checkRelease } from '../states/release.ts';
import { changesOf } from './changes.ts';
import { completeInspection } from './complete-inspection.ts';
import { contextOf, lotOf } from './context.ts';
import { type NonconformanceSteps, nonconformanceSteps } from './nonconformance-steps.ts';
import { createTables, type Kept, type KeptObjects, keep, list } from './object-table.ts';
import { openInspections } from './open-inspections.ts';

export interface QualitySystemOptions {
  /** Over a store of SQLite, whose database the objects are kept in, with the role `quality`. It is started and closed by its owner. */
  readonly messaging: Messaging<SqliteDatabase>;
  /** Plants that are looked after; what happens in others is not looked at. */
  readonly plants: readonly PlantId[];
  /** Group of its subscriptions. Default `quality`. */
  readonly group?: string;
  /** How long an inspection may take. Default 24 hours. */
  readonly inspectMaxMs?: number;
  readonly now?: () => number;
}

/** What an inspector reports: the verdicts and what follows from them are computed. */
export type InspectionReport = Omit<InspectionResult, 'verdict' | 'recordedAt' | 'nonconformanceNumber'>;

/** What a completed inspection has led to. */
export interface Inspected {
  readonly result: InspectionResult;
  /** Where the verdict was a failure. */
  readonly nonconformance?: Nonconformance;
  readonly hold?: QualityHold;
}

/**
 * A small quality system for a plant that has none to lend. A confirmed lot of an item with an active plan gets an inspection order; a
 * failed one raises a nonconformance and puts the lot on hold, in one transaction with the events about it. State machines, approvals
 * and signatures are those of the contracts, and what they refuse is a {@link QualityError} with the business key and what to do.
 */
export interface QualitySystem extends NonconformanceSteps {
  /** Creates its tables and listens for what was made. */
  start(): Promise<void>;
  /** Keeps an inspection plan, or a later state of it. */
  addPlan(plan: InspectionPlan & { readonly plantId: PlantId }): Promise<void>;
  inspections(plant: PlantId): Promise<readonly InspectionOrder[]>;
  holds(plant: PlantId): Promise<readonly QualityHold[]>;
  nonconformances(plant: PlantId): Promise<readonly Nonconformance[]>;
  /** The inspector begins; pieces are drawn. */
  begin(plant: PlantId, number: InspectionOrderNumber): Promise<InspectionOrder>;
  /** Judges what was measured. A second report of the same record gives what the first one has led to. */
  complete(report: InspectionReport): Promise<Inspected>;
  releaseHold(plant: PlantId, number: HoldNumber, by: WorkerReference, resolution: string): Promise<QualityHold>;
  /** Checks a decision against holds, results and nonconformances that are kept, and announces it. */
  decide(decision: ReleaseDecision): Promise<ReleaseDecision>;
}

export function createQualitySystem(options: QualitySystemOptions): QualitySystem {
  const { messaging, plants, group = 'quality', inspectMaxMs = 86_400_000, now = Date.now } = options;
  const bus = createBus(messaging.config);
  const at = (): DateTime => dateTime(new Date(now()));
  const objects = <Kind extends keyof KeptObjects>(kind: Kind, plant: PlantId): Promise<readonly KeptObjects[Kind][]> =>
    messaging.transaction(({ connection }) => list(connection, kind, plant).map(({ object }) => object));

  const changes = changesOf(messaging, bus);
  return {
    start: async () => {
      await messaging.transaction(({ connection }) => createTables(connection));
      await subscribeProductionConfirmed(
        bus,
        ({ data, headers, transaction }) => {
          if (!plants.includes(data.plantId)) return;
          const { connection } = messaging.inside(transaction);
          try {
            openInspections(connection, data, { at: now(), inspectMaxMs, correlationId: headers.correlationid });
          } catch (error) {
            // Such as a lot of half a piece: it will be no other the next time.
            if (error instanceof QualityError) throw new HandlingFailure('permanent', error.message, { cause: error });
            throw error;
          }
        },
        { group },
      );
    },
    addPlan: (plan) =>
      messaging.transaction(({ connection }) =>
        keep(connection, {
          ...{ kind: 'inspection-plan', plant: plan.plantId, object: plan },
          number: `${plan.inspectionPlanId}/${plan.revision}`,
        }),
      ),
    inspections: (plant) => objects('inspection-order', plant),
    holds: (plant) => objects('quality-hold', plant),
    nonconformances: (plant) => objects('nonconformance', plant),
    begin: (plant, number) =>
      changes.change('inspection-order', [plant, number], { status: 'in-progress', startedAt: at() }),
    complete: (report) =>
      messaging.transaction(({ connection, within }) => completeInspection(connection, within(bus), report, at())),
    ...nonconformanceSteps(changes, at),
    releaseHold: (plant, number, resolvedBy, resolution) =>
      changes.change(
        'quality-hold',
        [plant, number],
        { status: 'released', resolvedBy, resolution, resolvedAt: at() },
        (inside, { object, ...kept }) => publishHoldReleased(inside, { ...contextOf(kept), data: object }),
      ),
    decide: (decision) =>
      messaging.transaction(async ({ connection, within }) => {
        const kept = decisionOf(connection, decision);
        keep(connection, kept);
        await publishReleaseDecided(within(bus), { ...contextOf(kept), data: decision });
        return decision;
      }),
  };
}

/** What was decided about a lot, held against everything that is known of it. */
function decisionOf(database: SqliteDatabase, decision: ReleaseDecision): Kept<'release-decision'> {
  const { plantId, scope, releaseDecisionNumber } = decision;
  const lot = lotOf(scope);
  if (lot === undefined)
    throw new QualityError('evidence-missing', `a ${scope.kind} is not kept here as a whole`, {
      ...{ key: `${plantId}/${releaseDecisionNumber}`, pointer: '/scope' },
      remedy: 'Decide about each lot.',
    });
  const known = <Kind extends keyof KeptObjects>(kind: Kind) => list(database, kind, plantId, lot);
  checkRelease(decision, {
    holds: known('quality-hold').map(({ object }) => object),
    results: known('inspection-result').map(({ object }) => object),
    nonconformances: known('nonconformance').map(({ object }) => object),
  });
  const beside = known('inspection-order')[0] ?? { plant: plantId, lot };
  return { ...beside, kind: 'release-decision', number: releaseDecisionNumber, object: decision };
}
