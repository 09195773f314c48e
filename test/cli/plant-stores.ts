import { DatabaseSync } from 'node:sqlite';
import type { Message } from '@millwright/runtime';
import type { BurialRequest, InboxClaim, Store } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';

/** 2026-04-15 06:00 UTC, when the order of these tests begins. */
export const six = Date.UTC(2026, 3, 15, 6);

export interface Event {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly happenedAt: number;
  readonly order?: string;
  readonly data?: Uint8Array<ArrayBuffer>;
  readonly more?: Readonly<Record<string, unknown>>;
}

export const released: Event = {
  ...{ id: 'e-1', source: '/plants/PL01/erp', type: 'millwright.production.work-order.released.v1' },
  happenedAt: six,
};

export const confirmed: Event = {
  ...{ id: 'm-1', source: '/plants/PL01/mes', type: 'millwright.production.production.confirmed.v1' },
  happenedAt: six + 7_200_000,
};

export function messageOf({ id, source, type, happenedAt, order = 'WO-1001', data, more }: Event): Message {
  const time = new Date(happenedAt).toISOString();
  return {
    attributes: {
      ...{ specversion: '1.0', id, source, type, time, subject: `PL01/${order}`, ordernumber: order },
      ...{ correlationid: `order-to-production-${order}`, partitionkey: order, ...more },
    },
    data: data ?? (new TextEncoder().encode(`{"workOrderNumber":"${order}","id":"${id}"}`) as Uint8Array<ArrayBuffer>),
    partitionKey: order,
  };
}

const address = 'production/work-orders/PL01';

export function enqueue(store: Store, event: Event, now: number): Promise<number> {
  return store.transaction((transaction) =>
    transaction.enqueue({ address, message: messageOf(event), priority: 3, now }),
  );
}

/** Sends everything that waits. */
export async function sendAll(store: Store, now: number): Promise<void> {
  const lease = await store.outbox.lease('relay', now, 60_000);
  if (lease === undefined) throw new Error('no lease');
  const rows = await store.outbox.claim(lease, { now, limit: 1_000 });
  const positions = rows.map(({ position }) => position);
  await store.outbox.sent(lease, positions, now);
  await store.outbox.release(lease);
}

function claimOf(event: Event, subscriber: string, now: number): InboxClaim {
  const { source, id } = event;
  return { subscriber, source, id, attributes: messageOf(event).attributes, now, expiresAt: now + 14 * 86_400_000 };
}

export function apply(store: Store, event: Event, subscriber: string, now: number): Promise<string> {
  return store.transaction((transaction) => transaction.admit(claimOf(event, subscriber, now)));
}

export function bury(
  store: Store,
  event: Event,
  failure: BurialRequest['failure'],
  { subscriber = 'mes WorkOrderReleased', now = six + 5_000 } = {},
): Promise<boolean> {
  const letter = { ...claimOf(event, subscriber, now), address, message: messageOf(event), failure };
  return store.transaction((transaction) => transaction.bury({ ...letter, attempts: 3, firstFailedAt: now - 2_000 }));
}

/** Runs work on the store of a file, which is made when it is not there, and closes it. */
export async function inStore<Result>(file: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const database = new DatabaseSync(file);
  try {
    const store = createSqliteStore(database);
    await store.migrate();
    return await work(store);
  } finally {
    database.close();
  }
}

/**
 * An order that went from the ERP to the MES and back: its release came twice, its confirmation took five minutes; a
 * second release, of WO-1002, was one that the MES could not apply.
 */
export async function makePlant(erpFile: string, mesFile: string): Promise<void> {
  const failed: Event = { ...released, id: 'e-2', order: 'WO-1002' };
  await inStore(erpFile, async (erp) => {
    await enqueue(erp, released, six + 12);
    await enqueue(erp, failed, six + 20);
    await sendAll(erp, six + 50);
    await apply(erp, confirmed, 'erp ProductionConfirmed', six + 7_500_000);
  });
  await inStore(mesFile, async (mes) => {
    await apply(mes, released, 'mes WorkOrderReleased', six + 3_120);
    await apply(mes, released, 'mes WorkOrderReleased', six + 9_000);
    await bury(mes, failed, { kind: 'contract', reason: 'must match pattern "^FG-[0-9]+$"', pointer: '/itemNumber' });
    await enqueue(mes, confirmed, six + 7_200_100);
    await sendAll(mes, six + 7_200_200);
  });
}
