import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { MesError } from '@millwright/mes';
import { createExecutionSystem, type ExecutionSystem, workOrderTransitions } from '@millwright/mes/execution';
import { createMessaging, type Messaging } from '@millwright/runtime/messaging';
import { createSqliteStore, type SqliteDatabase } from '@millwright/runtime/stores/sqlite';
import { createMemoryTransport } from '@millwright/runtime/transports/memory';
import {
  createBus,
  publishHoldPlaced,
  publishHoldReleased,
  publishWorkOrderCancelled,
  publishWorkOrderReleased,
  subscribeLotCreated,
  subscribeLotTransformed,
  subscribeProductionConfirmed,
} from '@millwright/sdk/events';
import {
  dateTime,
  holdNumber,
  itemNumber,
  locationId,
  lotNumber,
  nonNegativeDecimal,
  type ProductionConfirmation,
  plantId,
  recordId,
  revision,
  type WorkOrder,
  workerReference,
  workOrderNumber,
} from '@millwright/sdk/types';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const plant = plantId('PL01');
const number = workOrderNumber('WO-1001');
const pieces = (value: string, unit: 'C62' | 'KGM' = 'C62') => ({ value: nonNegativeDecimal(value), unit });
const at = dateTime('2026-11-25T06:00:00Z');
const order: WorkOrder = {
  ...{ plantId: plant, workOrderNumber: number, status: 'released', dueAt: at },
  ...{ itemNumber: itemNumber('FG-1000'), itemRevision: revision('A'), quantity: pieces('10') },
};
const context = { plantid: plant, ordernumber: number, subject: `PL01/${number}` };

type Report = Parameters<ExecutionSystem['confirm']>[0];
const report: Report = {
  ...{ plantId: plant, workOrderNumber: number, recordId: recordId('CONF-1'), occurredAt: at, final: false },
  ...{ producedQuantity: pieces('6'), scrappedQuantity: pieces('1'), reworkedQuantity: pieces('0') },
  ...{ consumptionIncluded: true, confirmedBy: workerReference('W-1') },
  lots: [{ lotNumber: lotNumber('L-1'), quantity: pieces('6') }],
  consumptions: [
    {
      ...{ itemNumber: itemNumber('RM-1'), lotNumber: lotNumber('R-1'), quantity: pieces('7') },
      fromLocationId: locationId('WH/LINE-1/IN'),
    },
  ],
};

const open: Messaging<unknown>[] = [];
afterEach(async () => {
  for (const messaging of open.splice(0)) await messaging.close();
});

/** An ERP, an execution system and the way between them. */
async function plantWith() {
  const transport = createMemoryTransport();
  const mesDatabase = new DatabaseSync(':memory:');
  const system = async (role: 'erp' | 'mes' | 'quality') => {
    const database = role === 'mes' ? mesDatabase : new DatabaseSync(':memory:');
    const messaging = createMessaging<SqliteDatabase>({
      ...{ store: createSqliteStore(database), transport, pollMs: 10, role },
      ...{ source: `/plants/PL01/${role}`, producer: `svc-${role}-pl01` },
    });
    open.push(messaging);
    await messaging.start();
    return messaging;
  };
  const [erp, mes, quality] = [await system('erp'), await system('mes'), await system('quality')];
  const execution = createExecutionSystem({ messaging: mes, plants: [plant] });
  await execution.start();
  const heard: { readonly type: string; readonly data: unknown; readonly correlationid: string }[] = [];
  const bus = createBus(erp.config);
  const hear = (type: string) => (message: { data: unknown; headers: { correlationid: string } }) => {
    heard.push({ type, data: message.data, correlationid: message.headers.correlationid });
  };
  await subscribeProductionConfirmed(bus, hear('confirmed'));
  await subscribeLotCreated(bus, hear('lot'));
  await subscribeLotTransformed(bus, hear('genealogy'));
  return { execution, heard, bus, mesDatabase, quality: createBus(quality.config) };
}

const known = (execution: ExecutionSystem): Promise<WorkOrder> =>
  expect.poll(() => execution.find(plant, number), { timeout: 5_000 }).toBeDefined() as unknown as Promise<WorkOrder>;

async function begun() {
  const system = await plantWith();
  const headers = await publishWorkOrderReleased(system.bus, { ...context, data: order });
  await known(system.execution);
  await system.execution.begin(plant, number);
  return { ...system, headers };
}

async function refusal(work: Promise<unknown>): Promise<Pick<MesError, 'code' | 'businessKey' | 'fix'>> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(MesError);
  return error as MesError;
}

describe('the reference execution system', () => {
  it('has the state machine of the contract', () => {
    const contract = parse(readFileSync(new URL('../../schemas/objects/work-order.yaml', import.meta.url), 'utf8')) as {
      readonly 'x-states': { readonly transitions: unknown };
    };
    expect(workOrderTransitions).toEqual(contract['x-states'].transitions);
  });

  it('reports what was made, its lots and what they were made of, in the business transaction of the release', async () => {
    const { execution, heard, headers } = await begun();
    await execution.confirm(report);
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(3);
    expect(heard.map(({ type }) => type).sort()).toEqual(['confirmed', 'genealogy', 'lot']);
    expect(new Set(heard.map(({ correlationid }) => correlationid))).toEqual(new Set([headers['correlationid']]));
    const confirmation = heard.find(({ type }) => type === 'confirmed')?.data as ProductionConfirmation;
    expect(confirmation).toMatchObject({ itemNumber: 'FG-1000', itemRevision: 'A', lots: report.lots });
    expect(heard.find(({ type }) => type === 'genealogy')?.data).toMatchObject({
      inputs: [{ itemNumber: 'RM-1', lotNumber: 'R-1' }],
      outputs: [{ itemNumber: 'FG-1000', lotNumber: 'L-1' }],
    });
  });

  it('completes the order with the final confirmation, and counts exactly', async () => {
    const { execution } = await begun();
    await execution.confirm({ ...report, producedQuantity: pieces('0.1'), lots: [] });
    const rest = { recordId: recordId('CONF-2'), producedQuantity: pieces('0.2'), lots: [], final: true };
    await execution.confirm({ ...report, ...rest });
    expect(await execution.find(plant, number)).toMatchObject({
      ...{ status: 'completed', completedQuantity: { value: '0.3' }, scrappedQuantity: { value: '2' } },
    });
  });

  it('books a report once, however often it comes', async () => {
    const { execution, heard } = await begun();
    const first = await execution.confirm(report);
    expect(await execution.confirm(report)).toEqual(first);
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(3);
    expect(await execution.find(plant, number)).toMatchObject({ completedQuantity: { value: '6' } });
  });

  const refused: readonly (readonly [what: string, changes: Partial<Report>, code: MesError['code']])[] = [
    ['an order that nobody released', { workOrderNumber: workOrderNumber('WO-9') }, 'mes/unknown-order'],
    ['another unit', { producedQuantity: pieces('6', 'KGM') }, 'mes/unknown-unit'],
    ['more than was ordered', { producedQuantity: pieces('10.000000001'), lots: [] }, 'mes/over-confirmation'],
    ['lots that hold less than was made', { producedQuantity: pieces('7') }, 'mes/lot-quantity-differs'],
  ];
  for (const [what, changes, code] of refused)
    it(`refuses ${what} and books nothing`, async () => {
      const { execution, heard } = await begun();
      const { businessKey, fix } = await refusal(execution.confirm({ ...report, ...changes }));
      expect([businessKey, fix.length > 0]).toEqual([`PL01/${changes.workOrderNumber ?? number}`, true]);
      expect(await refusal(execution.confirm({ ...report, ...changes }))).toMatchObject({ code });
      expect((await execution.find(plant, number))?.completedQuantity).toBeUndefined();
      expect(heard).toEqual([]);
    });

  it('refuses a report before the order is begun, after it is completed, and one that changes its record', async () => {
    const { execution, bus } = await plantWith();
    await publishWorkOrderReleased(bus, { ...context, data: order });
    await known(execution);
    expect(await refusal(execution.confirm(report))).toMatchObject({ code: 'mes/transition-not-allowed' });
    await execution.begin(plant, number);
    await execution.confirm({ ...report, final: true });
    expect(await refusal(execution.confirm({ ...report, recordId: recordId('CONF-3') }))).toMatchObject({
      code: 'mes/transition-not-allowed',
    });
    expect(await refusal(execution.confirm({ ...report, final: false }))).toMatchObject({ code: 'mes/other-object' });
  });

  const hold = (number: string, status: 'active' | 'released') => ({
    ...{ plantid: plant, subject: `PL01/${number}` },
    data: {
      ...{ plantId: plant, holdNumber: holdNumber(number), reason: 'inspection-failed' as const, status },
      ...{ placedBy: workerReference('W-2'), placedAt: at },
      scope: { kind: 'lot', itemNumber: itemNumber('RM-1'), lotNumber: lotNumber('R-1') },
      ...(status === 'released' ? { resolvedBy: workerReference('W-2'), resolvedAt: at, resolution: 'good' } : {}),
    } as const,
  });

  it('uses no material of a lot while any hold is on it', async () => {
    const { execution, quality, mesDatabase } = await begun();
    const active = () => mesDatabase.prepare('SELECT number FROM mes_hold WHERE released = 0 ORDER BY number').all();
    await publishHoldPlaced(quality, hold('QH-1', 'active'));
    await publishHoldPlaced(quality, hold('QH-2', 'active'));
    await expect.poll(active, { timeout: 5_000 }).toEqual([{ number: 'QH-1' }, { number: 'QH-2' }]);
    await publishHoldReleased(quality, hold('QH-1', 'released'));
    await expect.poll(active, { timeout: 5_000 }).toEqual([{ number: 'QH-2' }]);
    expect(await refusal(execution.confirm(report))).toMatchObject({ code: 'mes/lot-on-hold' });
    await publishHoldReleased(quality, hold('QH-2', 'released'));
    await expect.poll(active, { timeout: 5_000 }).toEqual([]);
    expect(await execution.confirm(report)).toMatchObject({ recordId: 'CONF-1' });
  });

  it('knows a hold as released when the news of that comes first', async () => {
    const { execution, quality, mesDatabase } = await begun();
    const known = () => mesDatabase.prepare('SELECT number, released FROM mes_hold').all();
    await publishHoldReleased(quality, hold('QH-1', 'released'));
    await expect.poll(known, { timeout: 5_000 }).toEqual([{ number: 'QH-1', released: 1 }]);
    await publishHoldPlaced(quality, hold('QH-1', 'active'));
    const heard = () =>
      mesDatabase.prepare("SELECT count(*) AS count FROM millwright_inbox WHERE state = 'applied'").get();
    await expect.poll(heard, { timeout: 5_000 }).toEqual({ count: 3 });
    expect(await execution.confirm(report)).toMatchObject({ recordId: 'CONF-1' });
  });

  it('forgets an order that is withdrawn before it is begun', async () => {
    const { execution, bus } = await plantWith();
    await publishWorkOrderReleased(bus, { ...context, data: order });
    await known(execution);
    await publishWorkOrderCancelled(bus, { ...context, data: { ...order, status: 'cancelled' } });
    await expect.poll(async () => (await execution.find(plant, number))?.status, { timeout: 5_000 }).toBe('cancelled');
    expect(await refusal(execution.begin(plant, number))).toMatchObject({ code: 'mes/transition-not-allowed' });
  });

  it('does not look at other plants', async () => {
    const { execution, bus } = await plantWith();
    const other = plantId('PL02');
    await publishWorkOrderReleased(bus, { ...context, plantid: other, data: { ...order, plantId: other } });
    await publishWorkOrderReleased(bus, { ...context, data: order });
    await known(execution);
    expect((await execution.list()).map(({ plantId: where }) => where)).toEqual(['PL01']);
  });
});
