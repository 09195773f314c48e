import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance.ts';
import { bury, bytes, claim, given, idsOf, leased, message, type StoreSubject } from './fixtures.ts';

const by = { now: 2000, actor: 'anna', reason: 'item was created' };

export const deadLetterCases: readonly ConformanceCase<StoreSubject>[] = [
  given('a dead letter keeps the bytes, and its lane goes on', async (store) => {
    const admit = (id: string, sequence: number) =>
      store.transaction((transaction) => transaction.admit(claim(id, { lane: 'l', sequence })));
    await admit('1', 1);
    await store.transaction((transaction) =>
      transaction.bury({
        ...claim('2', { lane: 'l', sequence: 2 }),
        ...{ address: 'a/b', message: message('2'), attempts: 3, firstFailedAt: 900, now: 1500 },
        failure: { kind: 'poison', reason: 'cannot read 17 of "x"' },
      }),
    );
    assert.equal(await admit('2', 2), 'buried');
    assert.equal(await admit('3', 3), 'first');
    const [letter] = await store.deadLetters.list({ limit: 10 });
    assert.deepEqual([...(letter?.message.data ?? [])], [...bytes('{"id":"2"}')]);
    assert.deepEqual({ ...letter?.message.attributes }, { ...message('2').attributes });
    const { attempts, firstFailedAt, buriedAt, replays, state, failure } = letter ?? ({} as never);
    assert.deepEqual(
      { attempts, firstFailedAt, buriedAt, replays, state, failure },
      {
        ...{ attempts: 3, firstFailedAt: 900, buriedAt: 1500, replays: 0, state: 'buried' },
        failure: { kind: 'poison', reason: 'cannot read 17 of "x"' },
      },
    );
  }),
  given('what was applied is not buried, whatever somebody takes for its failure', async (store) => {
    await store.transaction((transaction) => transaction.admit(claim('1')));
    assert.equal(await bury(store, '1'), false);
    assert.deepEqual(await store.deadLetters.list({ limit: 10 }), []);
    assert.equal(await store.transaction((transaction) => transaction.admit(claim('1'))), 'duplicate');
  }),
  given('what is buried stays as it is when a second delivery fails', async (store) => {
    assert.equal(await bury(store, '1'), true);
    assert.equal(await bury(store, '1', 'another reason'), false);
    const [letter] = await store.deadLetters.list({ limit: 10 });
    assert.equal(letter?.failure.reason, 'no item "FG-1"');
    await store.deadLetters.discard(letter?.number ?? 0, by);
    assert.equal(await bury(store, '1', 'another reason'), false);
    assert.equal((await store.deadLetters.find(letter?.number ?? 0))?.state, 'discarded');
  }),
  given('letters that failed alike have one group', async (store) => {
    await bury(store, '1', 'no item "FG-1" in 12 rows');
    await bury(store, '2', 'no item "FG-2" in 9 rows');
    await bury(store, '3', 'something else');
    const [one, two, three] = await store.deadLetters.list({ limit: 10 });
    assert.equal(one?.group, two?.group);
    assert.notEqual(one?.group, three?.group);
    assert.equal((await store.deadLetters.list({ group: one?.group ?? '', limit: 10 })).length, 2);
    assert.deepEqual(
      (await store.deadLetters.list({ after: one?.number ?? 0, limit: 1 })).map(({ id }) => id),
      ['2'],
    );
  }),
  given('counts letters that wait for a decision, by subscriber and kind, up to a limit', async (store) => {
    assert.deepEqual(await store.deadLetters.figures(10), []);
    await bury(store, '1');
    await bury(store, '2');
    await bury(store, '3');
    const letters = { subscriber: 'erp', kind: 'contract', oldestAt: 1500 };
    assert.deepEqual(await store.deadLetters.figures(10), [{ ...letters, count: 3 }]);
    assert.deepEqual(await store.deadLetters.figures(2), [{ ...letters, count: 2 }]);
    const [letter] = await store.deadLetters.list({ limit: 1 });
    await store.deadLetters.discard(letter?.number ?? 0, { now: 2000, actor: 'anna' });
    assert.deepEqual(await store.deadLetters.figures(10), [{ ...letters, count: 2 }]);
  }),
  given('a letter that is replayed is sent with its id and admitted once', async (store) => {
    await bury(store, '1');
    const [letter] = await store.deadLetters.list({ limit: 1 });
    const number = letter?.number ?? 0;
    assert.equal(await store.deadLetters.replay(number, by), true);
    assert.equal(await store.deadLetters.replay(number, by), false);
    assert.deepEqual(idsOf(await store.outbox.claim(await leased(store), { now: 2000, limit: 10 })), ['1']);
    const admit = () => store.transaction((transaction) => transaction.admit(claim('1')));
    assert.deepEqual([await admit(), await admit()], ['first', 'duplicate']);
    assert.deepEqual(
      {
        replays: (await store.deadLetters.find(number))?.replays,
        state: (await store.deadLetters.find(number))?.state,
      },
      { replays: 1, state: 'replayed' },
    );
  }),
  given('a letter that fails again after its replay is the same letter', async (store) => {
    await bury(store, '1');
    const [letter] = await store.deadLetters.list({ limit: 1 });
    await store.deadLetters.replay(letter?.number ?? 0, by);
    await bury(store, '1', 'still not');
    const all = await store.deadLetters.list({ limit: 10 });
    assert.equal(all.length, 1);
    assert.deepEqual([all[0]?.state, all[0]?.replays, all[0]?.failure.reason], ['buried', 1, 'still not']);
  }),
  given('a letter that is discarded is neither replayed nor admitted', async (store) => {
    await bury(store, '1');
    const [letter] = await store.deadLetters.list({ limit: 1 });
    assert.equal(await store.deadLetters.discard(letter?.number ?? 0, by), true);
    assert.equal(await store.deadLetters.discard(letter?.number ?? 0, by), false);
    assert.equal(await store.deadLetters.replay(letter?.number ?? 0, by), false);
    assert.equal(await store.transaction((transaction) => transaction.admit(claim('1'))), 'buried');
    assert.equal(await store.deadLetters.find(999), undefined);
  }),
  given('replays and discards are in the audit trail, and only when they happened', async (store) => {
    await bury(store, '1');
    await bury(store, '2');
    const [one, two] = await store.deadLetters.list({ limit: 2 });
    await store.deadLetters.replay(one?.number ?? 0, by);
    await store.deadLetters.replay(one?.number ?? 0, by);
    await store.deadLetters.discard(two?.number ?? 0, { now: 2100, actor: 'anna' });
    await store.deadLetters.discard(two?.number ?? 0, by);
    await store.deadLetters.discard(999, by);
    const { source } = message('1').attributes;
    assert.deepEqual(
      (await store.audit.read({ limit: 10 })).map(({ at, action, actor, subject, details }) => ({
        ...{ at, action, actor, subject, details: { ...details } },
      })),
      [
        {
          ...{ at: 2000, action: 'replayed', actor: 'anna', subject: `${source} 1` },
          details: { letter: one?.number, subscriber: 'erp', reason: 'item was created' },
        },
        {
          ...{ at: 2100, action: 'discarded', actor: 'anna', subject: `${source} 2` },
          details: { letter: two?.number, subscriber: 'erp' },
        },
      ],
    );
  }),
];
