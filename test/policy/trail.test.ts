import { DatabaseSync } from 'node:sqlite';
import {
  createEventBus,
  createMemoryTransport,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
} from '@millwright/runtime';
import {
  createMessaging,
  type Messaging,
  type MessagingConfig,
  type Store,
  verifyAudit,
} from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { eventually } from '@millwright/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

const released: MessageDescriptor = {
  name: 'WorkOrderReleased',
  address: 'work-order/released/v1',
  contentType: 'application/json',
  type: 'millwright.production.work-order.released.v1',
  governance: { publish: ['erp'], consume: ['mes'] },
};
const confirmed: MessageDescriptor = {
  ...released,
  ...{ name: 'ProductionConfirmed', address: 'production/confirmed/v1', type: 'millwright.production.confirmed.v1' },
  governance: { publish: ['mes'], consume: ['erp', 'mes'] },
};

type Config = Partial<MessagingConfig<unknown>>;

async function started(store: Store, config: Config) {
  const transport = createMemoryTransport({ redeliveryDelayMs: 1 });
  const messaging: Messaging<unknown> = createMessaging({
    ...{ store, transport, source: '/plants/PL01/mes', producer: 'svc-mes-pl01', role: 'mes', pollMs: 5 },
    ...config,
  });
  await messaging.start();
  onTestFinished(() => messaging.close());
  const bus = createEventBus(messaging.config);
  const forger = createEventBus({ transport, source: '/anywhere', producer: 'svc-quality-pl01' });
  return { messaging, bus, forger, transport };
}

const trailOf = async (store: Store) =>
  (await store.audit.read({ limit: 100 })).map(({ action, actor, subject, details }) => [
    action,
    actor,
    subject,
    details['reason'],
  ]);

const denial = (reason: string, subject: string) => ['denied', 'svc-mes-pl01', subject, reason];
const notPublish = denial('the role mes may not publish WorkOrderReleased', 'WorkOrderReleased');

describe.each([
  ['memory', (): Store => createMemoryStore() as Store],
  ['sqlite', (): Store => createSqliteStore(new DatabaseSync(':memory:')) as Store],
])('with the store %s a refusal is in the audit trail', (_, open) => {
  it('of a publication', async () => {
    const store = open();
    const { bus } = await started(store, {});
    await expect(publishMessage(bus, released, { data: {} })).rejects.toThrow('may not publish');
    expect(await trailOf(store)).toEqual([notPublish]);
    expect(await store.outbox.figures()).toMatchObject({ count: 0 });
    expect(await verifyAudit(store.audit)).toMatchObject({ faults: [], count: 1 });
  });

  it('of a publication in a transaction, whether it is rolled back for it or goes on', async () => {
    const store = open();
    const { messaging, bus } = await started(store, {});
    const work = messaging.transaction(({ within }) => publishMessage(within(bus), released, { data: {} }));
    await expect(work).rejects.toThrow('may not publish');
    expect(await trailOf(store)).toEqual([notPublish]);
    await messaging.transaction(({ within }) =>
      publishMessage(within(bus), released, { data: {} }).catch(() => undefined),
    );
    // By the bus outside, which inside a transaction is a mistake: refused all the same, and seen.
    await messaging.transaction(() => publishMessage(bus, released, { data: {} }).catch(() => undefined));
    expect(await trailOf(store)).toEqual([notPublish, notPublish, notPublish]);
    expect(await store.outbox.figures()).toMatchObject({ count: 0 });
  });

  it('of a subscription', async () => {
    const store = open();
    const { bus } = await started(store, { role: 'quality' });
    await expect(subscribeMessage(bus, confirmed, () => {})).rejects.toMatchObject({ code: 'unauthorised' });
    expect(await trailOf(store)).toEqual([
      denial('the role quality may not consume ProductionConfirmed', 'ProductionConfirmed'),
    ]);
  });

  it('of a publication in a handler, which becomes a dead letter', async () => {
    const store = open();
    const { messaging, bus, forger } = await started(store, {});
    await subscribeMessage(bus, released, async ({ transaction }) => {
      await publishMessage(messaging.inside(transaction).within(bus), released, { data: {} });
    });
    const { id } = await publishMessage(forger, released, { data: {} });
    await eventually('both', async () => (await trailOf(store)).length > 1);
    const reason = 'the role mes may not publish WorkOrderReleased';
    expect(await trailOf(store)).toEqual([
      notPublish,
      ['denied', 'svc-mes-pl01 WorkOrderReleased', `/anywhere ${id}`, reason],
    ]);
  });

  it('of a message with a forged producer, which becomes a dead letter', async () => {
    const store = open();
    const identities = { 'svc-odoo-pl01': 'erp', 'svc-quality-pl01': 'quality' };
    const { bus, forger } = await started(store, { identities });
    const got: unknown[] = [];
    await subscribeMessage(bus, released, () => void got.push('handled'));
    const { id } = await publishMessage(forger, released, { data: { number: 'WO-1' } });
    await eventually('the refusal', async () => (await trailOf(store)).length > 0);
    const reason = 'the producer "svc-quality-pl01" (quality) may not publish WorkOrderReleased';
    expect(await store.deadLetters.list({ limit: 9 })).toMatchObject([{ failure: { kind: 'unauthorised', reason } }]);
    expect(await trailOf(store)).toEqual([['denied', 'svc-mes-pl01 WorkOrderReleased', `/anywhere ${id}`, reason]]);
    expect(got).toEqual([]);
  });
});

it('a trail that takes nothing is told of, and what was refused stays refused', async () => {
  const store = createMemoryStore() as Store;
  const errors: unknown[] = [];
  const { bus } = await started(store, { onError: (error) => void errors.push(error) });
  store.transaction = () => Promise.reject(new Error('the disk is full'));
  await expect(publishMessage(bus, released, { data: {} })).rejects.toThrow('may not publish');
  expect(errors).toEqual([new Error('the disk is full')]);
});
