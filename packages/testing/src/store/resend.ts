import assert from 'node:assert/strict';
import type { SentQuery, Store } from '@millwright/runtime/messaging';
import type { ConformanceCase } from '../conformance.ts';
import { given, idsOf, leased, message, type StoreSubject } from './fixtures.ts';

/** Puts messages in, one a second from 1000 on, and sends those that `isSent` names. */
async function sendSome(store: Store, ids: readonly string[], isSent: (id: string) => boolean = () => true) {
  for (const [index, id] of ids.entries())
    await store.transaction((transaction) =>
      transaction.enqueue({
        ...{ address: 'a/b', priority: 3, now: 1000 * (index + 1) },
        message: message(id, id, { ordernumber: `WO-${id}`, correlationid: 'c' }),
      }),
    );
  const lease = await leased(store, 'r1', 10_000);
  for (const row of await store.outbox.claim(lease, { now: 10_000, limit: 100 })) {
    const id = String(row.message.attributes['id']);
    if (isSent(id)) await store.outbox.sent(lease, [row.position], 10_000 + Number(id));
  }
  return lease;
}

const listed = async (store: Store, query: Partial<SentQuery> = {}) =>
  (await store.outbox.listSent({ limit: 100, ...query })).map(({ attributes }) => attributes['id']);

export const resendCases: readonly ConformanceCase<StoreSubject>[] = [
  given('lists what was sent, by order, time and place', async (store) => {
    await sendSome(store, ['1', '2', '3', '4'], (id) => id !== '4');
    assert.deepEqual(await listed(store), ['1', '2', '3']);
    assert.deepEqual(await listed(store, { orderNumber: 'WO-2' }), ['2']);
    assert.deepEqual(await listed(store, { orderNumber: 'WO-4' }), []);
    assert.deepEqual(await listed(store, { correlationId: 'c', lotNumber: 'L' }), []);
    assert.deepEqual(await listed(store, { since: 10_002 }), ['2', '3']);
    assert.deepEqual(await listed(store, { until: 10_002 }), ['1']);
    assert.deepEqual(await listed(store, { limit: 2 }), ['1', '2']);
    const [first] = await store.outbox.listSent({ limit: 1 });
    assert.deepEqual(await listed(store, { after: first?.position ?? 0 }), ['2', '3']);
    assert.deepEqual(
      [first?.address, first?.enqueuedAt, first?.sentAt, first?.attributes['ordernumber']],
      ['a/b', 1000, 10_001, 'WO-1'],
    );
  }),
  given('what is sent again is what it was, in the old order, and recorded', async (store) => {
    const lease = await sendSome(store, ['1', '2', '3'], (id) => id !== '3');
    const positions = (await store.outbox.listSent({ limit: 10 })).map(({ position }) => position);
    const decision = { now: 20_000, actor: 'anna', reason: 'the MES was restored' };
    assert.equal(await store.outbox.resend([...positions].reverse(), decision), 2);
    const rows = await store.outbox.claim(lease, { now: 20_000, limit: 10 });
    assert.deepEqual(idsOf(rows), ['3', '1', '2']);
    const again = rows[1]?.message;
    assert.deepEqual(
      { ...again?.attributes },
      { ...message('1', '1', { ordernumber: 'WO-1', correlationid: 'c' }).attributes, sequence: '1' },
    );
    assert.deepEqual([again?.partitionKey, [...(again?.data ?? [])]], ['1', [...message('1').data]]);
    assert.deepEqual(
      (await store.audit.read({ limit: 10 })).map(({ action, actor, details }) => [action, actor, details['reason']]),
      [
        ['resent', 'anna', 'the MES was restored'],
        ['resent', 'anna', 'the MES was restored'],
      ],
    );
    await store.outbox.sent(
      lease,
      rows.map(({ position }) => position),
      21_000,
    );
    assert.equal((await store.outbox.figures()).count, 0);
    const steps = (await store.history({ orderNumber: 'WO-1' })).map(({ step, at }) => [step, at]);
    assert.deepEqual(steps, [
      ['enqueued', 1000],
      ['sent', 10_001],
      ['enqueued', 20_000],
      ['sent', 21_000],
    ]);
  }),
  given('what waits is not sent again, and what is not there is not counted', async (store) => {
    const lease = await sendSome(store, ['1'], () => false);
    const [row] = await store.outbox.claim(lease, { now: 10_000, limit: 1 });
    assert.equal(await store.outbox.resend([row?.position ?? 0, 999_999], { now: 20_000, actor: 'anna' }), 0);
    assert.equal((await store.outbox.figures()).count, 1);
    assert.deepEqual(await store.audit.read({ limit: 10 }), []);
  }),
  given('a lane goes on with its numbers after messages of it were sent again', async (store) => {
    await sendSome(store, ['1']);
    const [sent] = await store.outbox.listSent({ limit: 1 });
    await store.outbox.resend([sent?.position ?? 0], { now: 20_000, actor: 'anna' });
    const next = await store.transaction((transaction) =>
      transaction.enqueue({ address: 'a/b', message: message('2', '1'), priority: 3, now: 20_001 }),
    );
    assert.equal(next, 2);
  }),
];
