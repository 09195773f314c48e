import type { SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import {
  type Bus,
  publishHoldPlaced,
  publishInspectionCompleted,
  publishNonconformanceRaised,
} from '@millwright/sdk/events/quality';
import {
  type CharacteristicResult,
  type DateTime,
  holdNumber,
  type InspectionOrder,
  type InspectionResult,
  type Nonconformance,
  nonconformanceNumber,
  nonNegativeDecimal,
  type QualityHold,
  workerReference,
} from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';
import { checkChange } from '../states/change.ts';
import { judge } from '../verdict/judge.ts';
import type { Judgement } from '../verdict/judgement.ts';
import { contextOf } from './context.ts';
import { demand, find, type Kept, keep } from './object-table.ts';
import type { Inspected, InspectionReport } from './quality-system.ts';

/** Judges, keeps and announces a result; a failure raises a nonconformance and holds the lot with it. */
export async function completeInspection(
  database: SqliteDatabase,
  bus: Bus,
  report: InspectionReport,
  at: DateTime,
): Promise<Inspected> {
  const { plantId, recordId } = report;
  const before = find(database, 'inspection-result', plantId, recordId);
  if (before !== undefined) return inspectedBefore(database, before.object);
  const order = demand(database, 'inspection-order', plantId, report.inspectionOrderNumber);
  const [result, judgement] = judged(database, report, order.object, at);
  const failed = result.verdict === 'fail' ? raise(result, judgement, order.object, at) : undefined;
  const completed: InspectionOrder = {
    ...order.object,
    ...{ status: 'completed', verdict: result.verdict, completedAt: at },
  };
  checkChange('inspection-order', order.object, completed);
  const { kind: _, number: __, object: ___, ...keptBeside } = order;
  keep(database, { ...order, object: completed });
  const kept: Kept<'inspection-result'> = {
    ...{ kind: 'inspection-result', number: recordId, object: result },
    ...keptBeside,
  };
  keep(database, kept);
  await publishInspectionCompleted(bus, { ...contextOf(kept), data: result });
  if (failed === undefined) return { result };
  const { nonconformance, hold } = failed;
  const raised = { kind: 'nonconformance', number: nonconformance.nonconformanceNumber, ...keptBeside } as const;
  const placed = { kind: 'quality-hold', number: hold.holdNumber, ...keptBeside } as const;
  keep(database, { ...raised, object: nonconformance });
  keep(database, { ...placed, object: hold });
  await publishNonconformanceRaised(bus, { ...contextOf(raised), data: nonconformance });
  await publishHoldPlaced(bus, { ...contextOf(placed), data: hold });
  return { result, nonconformance, hold };
}

function inspectedBefore(database: SqliteDatabase, result: InspectionResult): Inspected {
  const { plantId, recordId, nonconformanceNumber: number } = result;
  const nonconformance = number && find(database, 'nonconformance', plantId, number)?.object;
  const hold = find(database, 'quality-hold', plantId, `QH-${recordId}`)?.object;
  return {
    result,
    ...(nonconformance === undefined ? {} : { nonconformance }),
    ...(hold === undefined ? {} : { hold }),
  };
}

function judged(
  database: SqliteDatabase,
  report: InspectionReport,
  order: InspectionOrder,
  at: DateTime,
): readonly [InspectionResult, Judgement] {
  const { plantId, inspectionPlanId, inspectionPlanRevision } = order;
  const key = `${plantId}/${order.inspectionOrderNumber}`;
  if (JSON.stringify(report.scope) !== JSON.stringify(order.scope))
    throw new QualityError('object-differs', 'the report is about something else than the order', {
      ...{ key, pointer: '/scope' },
      remedy: 'Report against the order of that lot.',
    });
  const plan = demand(database, 'inspection-plan', plantId, `${inspectionPlanId}/${inspectionPlanRevision}`).object;
  const unjudged: InspectionResult = { ...report, verdict: 'not-inspected', recordedAt: at };
  const judgement = judge(plan, unjudged, { lotSize: Number(order.lotSize?.value ?? 0) });
  const characteristics = report.characteristics.map((reported): CharacteristicResult => {
    const found = judgement.characteristics.find((one) => one.characteristicId === reported.characteristicId);
    if (found === undefined) return reported;
    return { ...reported, verdict: found.verdict, defectCodes: [...found.defectCodes] };
  });
  const { verdict } = judgement;
  const failed = verdict === 'fail' ? { nonconformanceNumber: nonconformanceNumber(`NC-${report.recordId}`) } : {};
  return [{ ...unjudged, characteristics, verdict, ...failed }, judgement];
}

/** The whole lot is suspect, since a sample stands for it. */
function raise(
  result: InspectionResult,
  { characteristics }: Judgement,
  { lotSize, inspectionOrderNumber, itemNumber }: InspectionOrder,
  at: DateTime,
): { readonly nonconformance: Nonconformance; readonly hold: QualityHold } {
  const { plantId, recordId, scope } = result;
  const item = scope.kind === 'lot' ? scope.itemNumber : itemNumber;
  if (item === undefined || lotSize === undefined)
    throw new QualityError('evidence-missing', 'the inspection order names no item or no size of the lot', {
      ...{ key: `${plantId}/${inspectionOrderNumber}`, pointer: '/lotSize' },
      remedy: 'Request the inspection of a lot.',
    });
  const number = nonconformanceNumber(`NC-${recordId}`);
  const failing = characteristics.filter(({ verdict }) => verdict === 'fail');
  const nonconformance: Nonconformance = {
    ...{ plantId, nonconformanceNumber: number, status: 'open', source: 'inspection', severity: 'major' },
    summary: `Failed: ${failing.map(({ characteristicId }) => characteristicId).join(', ')}`.slice(0, 200),
    ...{ itemNumber: item, inspectionOrderNumber, quantity: lotSize, detectedAt: at },
    defects: failing.flatMap(({ characteristicId, defectCodes, nonconforming }) =>
      // A plan names defects of attributes; of a measured value only the miss is known.
      (defectCodes.length === 0 ? (['parameter-out-of-range'] as const) : defectCodes).map((defectCode) => ({
        ...{ characteristicId, defectCode },
        quantity: { value: nonNegativeDecimal(String(nonconforming.length)), unit: lotSize.unit },
      })),
    ),
    ...(scope.kind === 'lot' ? { lots: [{ itemNumber: item, lotNumber: scope.lotNumber, quantity: lotSize }] } : {}),
  };
  checkChange('nonconformance', undefined, nonconformance);
  const hold: QualityHold = {
    ...{ plantId, holdNumber: holdNumber(`QH-${recordId}`), scope, reason: 'inspection-failed', status: 'active' },
    placedBy: result.inspectorReference ?? workerReference('SYSTEM'),
    ...{ placedAt: at, inspectionOrderNumber, nonconformanceNumber: number },
  };
  checkChange('quality-hold', undefined, hold);
  return { nonconformance, hold };
}
