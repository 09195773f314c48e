import { DatabaseSync } from 'node:sqlite';
import { QualityError } from '@millwright/quality';
import { createQualitySystem, type InspectionReport, type QualitySystem } from '@millwright/quality/system';
import { createMessaging, type Messaging } from '@millwright/runtime/messaging';
import { createSqliteStore, type SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import { createMemoryTransport } from '@millwright/runtime/transports/memory';
import {
  createBus,
  publishProductionConfirmed,
  subscribeHoldPlaced,
  subscribeHoldReleased,
  subscribeInspectionCompleted,
  subscribeNonconformanceClosed,
  subscribeNonconformanceDispositioned,
  subscribeNonconformanceRaised,
  subscribeReleaseDecided,
} from '@millwright/sdk/events';
import {
  characteristicId,
  dateTime,
  decimal,
  type InspectionPlan,
  inspectionPlanId,
  itemNumber,
  lotNumber,
  nonconformanceNumber,
  nonNegativeDecimal,
  plantId,
  type ReleaseDecision,
  recordId,
  releaseDecisionNumber,
  revision,
  workerReference,
  workOrderNumber,
} from '@millwright/sdk/types';
import { afterEach, describe, expect, it } from 'vitest';

const plant = plantId('PL01');
const at = dateTime(new Date(Date.now() - 3_600_000));
const pieces = (value: string) => ({ value: nonNegativeDecimal(value), unit: 'C62' as const });
const scope = { kind: 'lot', itemNumber: itemNumber('FG-1000'), lotNumber: lotNumber('L-1') } as const;
const plan: InspectionPlan & { readonly plantId: typeof plant } = {
  ...{ inspectionPlanId: inspectionPlanId('IP-1'), revision: revision('A'), status: 'active', plantId: plant },
  ...{ description: 'Diameter', trigger: 'operation-end', effectiveFrom: at },
  target: { kind: 'item', itemNumber: scope.itemNumber },
  sampleRule: { kind: 'fixed', sampleSize: 2 },
  characteristics: [
    {
      ...{ kind: 'variable', characteristicId: characteristicId('DIA'), description: 'Outer diameter' },
      ...{ lowerLimit: decimal('24.98'), upperLimit: decimal('25.02'), unit: 'MMT', classification: 'major' },
    },
  ],
};

const open: Messaging<unknown>[] = [];
afterEach(async () => {
  for (const messaging of open.splice(0)) await messaging.close();
});

/** A quality system, an execution system that reports to it, and an ERP that hears what it decides. */
async function plantWith() {
  const transport = createMemoryTransport();
  const buried: string[] = [];
  const system = async (role: 'erp' | 'mes' | 'quality') => {
    const messaging = createMessaging<SqliteDatabase>({
      ...{ store: createSqliteStore(new DatabaseSync(':memory:')), transport, pollMs: 10, role },
      onBuried: ({ failure }) => buried.push(failure.reason),
      ...{ source: `/plants/PL01/${role}`, producer: `svc-${role}-pl01` },
    });
    open.push(messaging);
    await messaging.start();
    return messaging;
  };
  const [erp, mes, own] = [await system('erp'), await system('mes'), await system('quality')];
  const quality = createQualitySystem({ messaging: own, plants: [plant] });
  await quality.start();
  await quality.addPlan(plan);
  const heard: string[] = [];
  const correlations = new Set<string>();
  const hear = (type: string) => (message: { headers: { correlationid: string } }) => {
    heard.push(type);
    correlations.add(message.headers.correlationid);
  };
  const bus = createBus(erp.config);
  await subscribeInspectionCompleted(bus, hear('inspected'));
  await subscribeNonconformanceRaised(bus, hear('raised'));
  await subscribeNonconformanceDispositioned(bus, hear('dispositioned'));
  await subscribeNonconformanceClosed(bus, hear('closed'));
  await subscribeHoldPlaced(bus, hear('held'));
  await subscribeHoldReleased(bus, hear('hold released'));
  await subscribeReleaseDecided(bus, hear('decided'));
  return { quality, heard, correlations, buried, mes: createBus(mes.config) };
}

const confirmation = (quantity: string) =>
  ({
    ...{ plantid: plant, correlationid: 'WO-1001-1', subject: 'PL01/CONF-1' },
    data: {
      ...{ plantId: plant, recordId: recordId('CONF-1'), workOrderNumber: workOrderNumber('WO-1001') },
      ...{ itemNumber: scope.itemNumber, producedQuantity: pieces(quantity), scrappedQuantity: pieces('0') },
      ...{ reworkedQuantity: pieces('0'), final: true, consumptionIncluded: true, occurredAt: at, recordedAt: at },
      ...{ confirmedBy: workerReference('W-1'), lots: [{ lotNumber: scope.lotNumber, quantity: pieces(quantity) }] },
    },
  }) as const;

async function confirmedLot() {
  const system = await plantWith();
  await publishProductionConfirmed(system.mes, confirmation('10'));
  await expect.poll(() => system.quality.inspections(plant), { timeout: 5_000 }).toHaveLength(1);
  const [order] = await system.quality.inspections(plant);
  if (order === undefined) throw new Error('no inspection order');
  await system.quality.begin(plant, order.inspectionOrderNumber);
  const measured = (...values: readonly string[]): InspectionReport => ({
    ...{ plantId: plant, recordId: recordId('QR-1'), scope, occurredAt: at, inspectorRole: 'quality-inspector' },
    ...{ inspectionOrderNumber: order.inspectionOrderNumber, inspectionPlanId: plan.inspectionPlanId },
    ...{ inspectionPlanRevision: plan.revision, itemNumber: scope.itemNumber },
    characteristics: [
      {
        ...{ kind: 'variable', characteristicId: characteristicId('DIA'), unit: 'MMT', verdict: 'pass' },
        samples: values.map((value, index) => ({ sampleNumber: index + 1, value: decimal(value) })),
      },
    ],
  });
  return { ...system, order, measured };
}

const decision = (evidence: ReleaseDecision['evidence']): ReleaseDecision => {
  const signedAt = dateTime(new Date());
  return {
    ...{ plantId: plant, releaseDecisionNumber: releaseDecisionNumber('RD-1'), scope, decision: 'released', evidence },
    signature: { signatureId: recordId('SIG-1'), signedBy: workerReference('W-9'), signedAt, meaning: 'approval' },
    ...{ decidedAt: signedAt, recordedAt: signedAt },
  };
};

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(QualityError);
  return (error as QualityError).code;
}

const number = nonconformanceNumber('NC-QR-1');

async function settle(quality: QualitySystem): Promise<void> {
  await quality.contain(plant, number, { description: 'Moved to quarantine.', takenAt: at });
  await quality.review(plant, number);
  await quality.dispose(plant, number, [
    {
      ...{ disposition: 'use-as-is', quantity: pieces('10'), decidedBy: workerReference('W-9'), decidedAt: at },
      justification: 'The seat is ground at assembly.',
    },
  ]);
  await quality.verify(plant, number);
}

describe('the reference quality system', () => {
  it('asks for the inspection of a confirmed lot, once', async () => {
    const { order } = await confirmedLot();
    expect(order).toMatchObject({
      ...{ status: 'requested', scope, lotSize: pieces('10'), sampleSize: 2, inspectionPlanRevision: 'A' },
    });
  });

  it('passes a good lot, whatever verdict was reported, and releases it', async () => {
    const { quality, heard, measured } = await confirmedLot();
    const { result, hold } = await quality.complete(measured('25', '25.01'));
    expect([result.verdict, hold]).toEqual(['pass', undefined]);
    const { recordId: record, inspectionOrderNumber } = result;
    await quality.decide(
      decision([{ kind: 'inspection-result', plantId: plant, recordId: record, inspectionOrderNumber }]),
    );
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['inspected', 'decided']);
  });

  it('raises a nonconformance and holds the lot when it fails, in the same business transaction', async () => {
    const { quality, heard, measured, correlations } = await confirmedLot();
    const { result, nonconformance, hold } = await quality.complete(measured('25', '25.06'));
    expect([result.verdict, nonconformance?.status, hold?.status]).toEqual(['fail', 'open', 'active']);
    expect(result.characteristics[0]?.verdict).toBe('fail');
    await expect.poll(() => [...heard].sort(), { timeout: 5_000 }).toEqual(['held', 'inspected', 'raised']);
    expect([...correlations]).toEqual(['WO-1001-1']);
    const again = await quality.complete(measured('25', '25.06'));
    expect(again).toEqual({ result, nonconformance, hold });
    expect(await quality.holds(plant)).toHaveLength(1);
  });

  it('releases a held lot only after disposition and the end of its hold', async () => {
    const { quality, heard, measured } = await confirmedLot();
    const { hold } = await quality.complete(measured('25', '25.06'));
    const settled = decision([{ kind: 'nonconformance', plantId: plant, nonconformanceNumber: number }]);
    expect(await refusalOf(quality.decide(settled))).toBe('release-blocked');
    await settle(quality);
    expect(await refusalOf(quality.decide(settled))).toBe('release-blocked');
    if (hold === undefined) throw new Error('no hold');
    await quality.releaseHold(plant, hold.holdNumber, workerReference('W-9'), 'Used as it is.');
    await quality.decide(settled);
    await quality.close(plant, number);
    await expect
      .poll(() => heard.slice(3).sort(), { timeout: 5_000 })
      .toEqual(['closed', 'decided', 'dispositioned', 'hold released']);
  });

  it('keeps nothing and says nothing of a step that the states do not allow', async () => {
    const { quality, heard, measured } = await confirmedLot();
    await quality.complete(measured('25', '25.06'));
    expect(await refusalOf(quality.close(plant, number))).toBe('transition-not-allowed');
    expect(await refusalOf(quality.review(plant, number))).toBe('transition-not-allowed');
    expect(await refusalOf(quality.verify(plant, nonconformanceNumber('NC-9')))).toBe('object-unknown');
    expect((await quality.nonconformances(plant))[0]?.status).toBe('open');
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(3);
  });

  it('puts aside a confirmation whose lot cannot be sampled, at once', async () => {
    const { mes, buried, quality } = await plantWith();
    await publishProductionConfirmed(mes, confirmation('0.5'));
    await expect.poll(() => buried, { timeout: 5_000 }).toEqual([expect.stringMatching(/lot/)]);
    expect(await quality.inspections(plant)).toEqual([]);
  });

  it('takes no report about another lot', async () => {
    const { quality, measured } = await confirmedLot();
    const other = { ...measured('25', '25'), scope: { ...scope, lotNumber: lotNumber('L-2') } };
    expect(await refusalOf(quality.complete(other))).toBe('object-differs');
  });
});
