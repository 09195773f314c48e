import assert from 'node:assert/strict';
import type { InboxClaim } from '@millwright/runtime/messaging';
import type { ConformanceCase } from '../conformance.ts';
import { claim, given, type StoreSubject } from './fixtures.ts';

export const inboxCases: readonly ConformanceCase<StoreSubject>[] = [
  given('admits a message once, for each subscriber', async (store) => {
    const admit = (more: Partial<InboxClaim> = {}) =>
      store.transaction((transaction) => transaction.admit(claim('1', more)));
    assert.deepEqual([await admit(), await admit()], ['first', 'duplicate']);
    assert.equal(await admit({ subscriber: 'quality' }), 'first');
    assert.equal(await admit({ source: '/plants/PL02/mes' }), 'first');
  }),
  given('what was admitted in a transaction that failed is admitted again', async (store) => {
    await assert.rejects(
      store.transaction(async (transaction) => {
        await transaction.admit(claim('1', { lane: 'l', sequence: 1 }));
        throw new Error('the effect failed');
      }),
    );
    const again = await store.transaction((transaction) => transaction.admit(claim('1', { lane: 'l', sequence: 1 })));
    assert.equal(again, 'first');
  }),
  given('of two transactions that admit the same message at once, one does', async (store) => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => store.transaction((transaction) => transaction.admit(claim('1')))),
    );
    assert.deepEqual(
      all.filter((admission) => admission === 'first'),
      ['first'],
    );
  }),
  given('a lane is applied in its order: what is early waits, what is late is told', async (store) => {
    const admit = (id: string, sequence: number, more: Partial<InboxClaim> = {}) =>
      store.transaction((transaction) => transaction.admit(claim(id, { lane: 'l', sequence, ...more })));
    assert.equal(await admit('2', 2), 'early');
    assert.equal(await admit('1', 1), 'first');
    assert.equal(await admit('2', 2), 'first');
    assert.equal(await admit('1', 1), 'duplicate');
    assert.equal(await admit('5', 5), 'early');
    assert.equal(await admit('5', 5, { skipGap: true }), 'first');
    assert.equal(await admit('4', 4), 'late');
    assert.equal(await admit('4', 4), 'late');
    assert.equal(await admit('other', 1, { lane: 'm' }), 'first');
    assert.equal(await admit('6', 6, { subscriber: 'quality' }), 'early');
  }),
];
