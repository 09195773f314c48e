import assert from 'node:assert/strict';
import { LeaseLost } from '@millwright/runtime/messaging';
import type { ConformanceCase } from '../conformance.ts';
import { bytes, given, idsOf, leased, message, put, type StoreSubject } from './fixtures.ts';

export const outboxCases: readonly ConformanceCase<StoreSubject>[] = [
  given('numbers the messages of a lane, and gives back bytes and attributes', async (store) => {
    assert.deepEqual(
      [await put(store, '1'), await put(store, '2'), await put(store, '3', { key: 'other' })],
      [1, 2, 1],
    );
    assert.equal(await put(store, '4', { address: 'c/d' }), 1);
    const rows = await store.outbox.claim(await leased(store), { now: 2000, limit: 10 });
    assert.deepEqual(idsOf(rows), ['1', '2', '3', '4']);
    assert.deepEqual(
      rows.map((row) => row.message.attributes['sequence']),
      ['1', '2', '1', '1'],
    );
    const [first] = rows;
    assert.equal(first?.message.partitionKey, 'k');
    assert.deepEqual([...(first?.message.data ?? [])], [...bytes('{"id":"1"}')]);
    assert.deepEqual({ ...first?.message.attributes }, { ...message('1').attributes, sequence: '1' });
  }),
  given('a number that was rolled back is given to the next message', async (store) => {
    await put(store, '1');
    await assert.rejects(
      store.transaction(async (transaction) => {
        await transaction.enqueue({ address: 'a/b', message: message('2'), priority: 3, now: 1 });
        throw new Error('no');
      }),
    );
    assert.equal(await put(store, '3'), 2);
  }),
  given('transactions of one lane take effect one after the other, none is lost', async (store) => {
    const numbers = await Promise.all(Array.from({ length: 20 }, (_, index) => put(store, `m${index}`)));
    assert.deepEqual(
      [...numbers].sort((left, right) => left - right),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    const rows = await store.outbox.claim(await leased(store), { now: 2000, limit: 100 });
    assert.deepEqual(
      rows.map((row) => Number(row.message.attributes['sequence'])),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  }),
  given('one relay has the lease; when it expires another gets it, and the first is refused', async (store) => {
    await put(store, '1');
    const first = await leased(store, 'r1', 2000);
    assert.equal(await store.outbox.lease('r2', 2500, 1000), undefined);
    const renewed = await store.outbox.lease('r1', 2500, 1000);
    assert.equal(renewed?.token, first.token);
    const second = await leased(store, 'r2', 4000);
    assert.ok(second.token > first.token);
    await assert.rejects(store.outbox.claim(first, { now: 4000, limit: 1 }), LeaseLost);
    const [row] = await store.outbox.claim(second, { now: 4000, limit: 1 });
    assert.ok(row);
    await assert.rejects(store.outbox.sent(first, [row.position], 4000), LeaseLost);
    await assert.rejects(store.outbox.failed(first, row.position, { reason: 'x', dueAt: 5000 }), LeaseLost);
    assert.equal((await store.outbox.figures()).count, 1);
    await store.outbox.sent(second, [row.position], 4000);
    assert.equal((await store.outbox.figures()).count, 0);
  }),
  given('a lease that was released is free at once', async (store) => {
    await store.outbox.release(await leased(store, 'r1', 2000));
    assert.ok(await store.outbox.lease('r2', 2001, 1000));
  }),
  given('what is urgent overtakes, within a lane order is kept', async (store) => {
    await put(store, 'telemetry', { key: 't', priority: 9 });
    await put(store, 'order-1', { key: 'o' });
    await put(store, 'order-2', { key: 'o' });
    await put(store, 'hold', { key: 'h', priority: 0 });
    const rows = await store.outbox.claim(await leased(store), { now: 2000, limit: 10 });
    assert.deepEqual(idsOf(rows), ['hold', 'order-1', 'order-2', 'telemetry']);
    assert.deepEqual(idsOf(await store.outbox.claim(await leased(store), { now: 2000, limit: 2 })), [
      'hold',
      'order-1',
    ]);
  }),
  given('what is urgent does not overtake the one of its lane before it', async (store) => {
    await put(store, 'other', { key: 'o' });
    await put(store, 'first', { key: 'k', priority: 9 });
    await put(store, 'urgent', { key: 'k', priority: 0 });
    const ids = idsOf(await store.outbox.claim(await leased(store), { now: 2000, limit: 10 }));
    assert.deepEqual([...ids].sort(), ['first', 'other', 'urgent']);
    assert.ok(ids.indexOf('first') < ids.indexOf('urgent'), ids.join());
  }),
  given('a clock that is behind holds up nothing', async (store) => {
    await put(store, 'ahead', { now: 9000 });
    assert.deepEqual(idsOf(await store.outbox.claim(await leased(store), { now: 2000, limit: 10 })), ['ahead']);
  }),
  given('a message that failed holds up its lane until it is due, and no other', async (store) => {
    await put(store, 'a1', { key: 'a' });
    await put(store, 'a2', { key: 'a' });
    await put(store, 'b1', { key: 'b' });
    const lease = await leased(store);
    const [first] = await store.outbox.claim(lease, { now: 2000, limit: 1 });
    await store.outbox.failed(lease, first?.position ?? 0, { reason: 'away', dueAt: 2500 });
    assert.deepEqual(idsOf(await store.outbox.claim(lease, { now: 2400, limit: 10 })), ['b1']);
    const later = await store.outbox.claim(lease, { now: 2500, limit: 10 });
    assert.deepEqual(idsOf(later), ['a1', 'a2', 'b1']);
    assert.equal(later[0]?.attempts, 1);
  }),
  given('says how much waits, and since when', async (store) => {
    assert.deepEqual(await store.outbox.figures(), { count: 0, bytes: 0 });
    await put(store, '1', { now: 1000 });
    await put(store, '2', { now: 1500 });
    assert.deepEqual(await store.outbox.figures(), { count: 2, bytes: 20, oldestAt: 1000 });
  }),
  given('says how much of each type waits, and since when, up to the bounds', async (store) => {
    const bounds = { typeCountMax: 10, countMax: 10 };
    assert.deepEqual(await store.outbox.waiting(bounds), []);
    await put(store, 'b1', { type: 'b.v1', now: 3000 });
    await put(store, 'b2', { type: 'b.v1', now: 2000, key: 'other', priority: 0 });
    await put(store, 'b3', { type: 'b.v1', now: 4000 });
    await put(store, 'a1', { type: 'a.v1', now: 1500 });
    await put(store, 'c1', { type: 'c.v1', now: 1000 });
    const [a, b, c] = [
      { type: 'a.v1', count: 1, oldestAt: 1500 },
      { type: 'b.v1', count: 3, oldestAt: 2000 },
      { type: 'c.v1', count: 1, oldestAt: 1000 },
    ];
    assert.deepEqual(await store.outbox.waiting(bounds), [a, b, c]);
    assert.deepEqual(await store.outbox.waiting({ typeCountMax: 2, countMax: 2 }), [a, { ...b, count: 2 }]);
    const lease = await leased(store);
    const rows = await store.outbox.claim(lease, { now: 5000, limit: 10 });
    const most = rows.filter(({ message: { attributes } }) => attributes['id'] !== 'b2' && attributes['id'] !== 'c1');
    await store.outbox.sent(
      lease,
      most.map(({ position }) => position),
      5000,
    );
    assert.deepEqual(await store.outbox.waiting(bounds), [{ ...b, count: 1 }, c]);
  }),
  given('says who has the lease', async (store) => {
    assert.equal(await store.outbox.holder(), undefined);
    const lease = await leased(store, 'r1', 2000);
    assert.deepEqual(await store.outbox.holder(), { holder: 'r1', expiresAt: 3000 });
    await store.outbox.release(lease);
    assert.deepEqual(await store.outbox.holder(), { holder: 'r1', expiresAt: 0 });
  }),
];
