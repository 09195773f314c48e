import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import {
  dateTime,
  type InspectionOrder,
  type InspectionPlan,
  inspectionOrderNumber,
  type ProductionConfirmation,
} from '@millwright/sdk/types';
import { lotSample } from '../sampling/lot-sample.ts';
import { checkChange } from '../states/change.ts';
import { lotOf } from './context.ts';
import { keep, list } from './object-table.ts';

interface Opening {
  readonly at: number;
  readonly inspectMaxMs: number;
  readonly correlationId: string;
}

/**
 * Requests the inspection of each lot of a confirmation whose item has an active plan; the revision of the plan is frozen. Its number is
 * that of the confirmation and the lot, so the same confirmation asks once.
 */
export function openInspections(
  database: SqliteDatabase,
  confirmation: ProductionConfirmation,
  { at, inspectMaxMs, correlationId }: Opening,
): void {
  const { plantId, itemNumber, lots = [], recordId, workOrderNumber } = confirmation;
  const plans = list(database, 'inspection-plan', plantId).map(({ object }) => object);
  for (const { lotNumber, quantity } of lots)
    for (const plan of plans.filter((candidate) => isFor(candidate, itemNumber, at))) {
      const scope = { kind: 'lot', itemNumber, lotNumber } as const;
      const order: InspectionOrder = {
        ...{ plantId, itemNumber, scope, status: 'requested', trigger: plan.trigger, lotSize: quantity },
        inspectionOrderNumber: inspectionOrderNumber(`IO-${recordId}-${lotNumber}-${plan.inspectionPlanId}`),
        ...{ inspectionPlanId: plan.inspectionPlanId, inspectionPlanRevision: plan.revision },
        sampleSize: lotSample(plan.sampleRule, Number(quantity.value)).sampleSize,
        requestedAt: dateTime(new Date(at)),
        dueAt: dateTime(new Date(at + inspectMaxMs)),
      };
      checkChange('inspection-order', undefined, order);
      const number = order.inspectionOrderNumber;
      keep(database, {
        ...{ kind: 'inspection-order', plant: plantId, number, object: order, correlationId },
        ...{ lot: lotOf(scope) as string, orderNumber: workOrderNumber },
      });
    }
}

function isFor(
  { status, target, effectiveFrom, effectiveTo }: InspectionPlan,
  itemNumber: string,
  at: number,
): boolean {
  if (status !== 'active' || target.kind !== 'item' || target.itemNumber !== itemNumber) return false;
  return Date.parse(effectiveFrom) <= at && (effectiveTo === undefined || at <= Date.parse(effectiveTo));
}
