import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { business, idsOf, leased, message, open, put, watch } from './sqlite-files.ts';

describe('sqlite: the outbox', () => {
  it('a message that is more urgent than one before it in its lane does not overtake that', async () => {
    const { store } = await business();
    await put(store, 'a1', { key: 'a', priority: 9 });
    await put(store, 'a2', { key: 'a', priority: 0 });
    await put(store, 'b1', { key: 'b', priority: 5 });
    const lease = await leased(store);
    await put(store, 'c1', { key: 'c', priority: 9 });
    await put(store, 'a3', { key: 'a', priority: 0 });
    expect(idsOf(await store.outbox.claim(lease, { now: 2000, limit: 10 }))).toEqual(['b1', 'a1', 'a2', 'a3', 'c1']);
  });

  it('a failure behind a message that is not marked yet holds its lane after that', async () => {
    const { store } = await business();
    for (const id of ['1', '2', '3']) await put(store, id);
    const lease = await leased(store);
    const [first, second] = await store.outbox.claim(lease, { now: 1000, limit: 3 });
    await store.outbox.failed(lease, second?.position ?? 0, { reason: 'away', dueAt: 5000 });
    expect(idsOf(await store.outbox.claim(lease, { now: 1000, limit: 3 }))).toEqual(['1']);
    await store.outbox.sent(lease, [first?.position ?? 0], 1000);
    expect(idsOf(await store.outbox.claim(lease, { now: 4999, limit: 3 }))).toEqual([]);
    expect(idsOf(await store.outbox.claim(lease, { now: 5000, limit: 3 }))).toEqual(['2', '3']);
  });

  it('looks into indexes only', async () => {
    const { database } = await business();
    const watched = watch(database);
    await useAll(createSqliteStore(watched.database));
    const plans = watched.plans();
    expect(plans.filter(([, detail]) => /SEARCH/.test(detail ?? '')).length).toBeGreaterThan(20);
    // Lanes that are ready are read in the order of their index, up to a limit; a search for the largest number is none.
    const ordered = /USING INDEX millwright_lane_ready|SCAN CONSTANT ROW/;
    const named = (pattern: RegExp) =>
      plans.filter(([, detail]) => pattern.test(detail ?? '') && !ordered.test(detail ?? ''));
    expect(named(/SCAN/)).toEqual([]);
    // A history is sorted by time: it has the rows of one order or lot.
    expect(named(/TEMP B-TREE/).filter(([sql]) => !/UNION ALL/.test(sql ?? ''))).toEqual([]);
  });
});

/** Every statement that a store has. */
async function useAll(store: Store): Promise<void> {
  const claim = {
    subscriber: 's',
    source: '/test',
    id: '1',
    attributes: {},
    now: 1,
    expiresAt: 2,
    lane: 'l',
    sequence: 1,
  };
  const failure = { kind: 'poison', reason: 'bad' } as const;
  await put(store, '1');
  await put(store, '2');
  const lease = await leased(store);
  const [first, second] = await store.outbox.claim(lease, { now: 1000, limit: 10 });
  await store.outbox.sent(lease, [first?.position ?? 0], 1000);
  await store.outbox.failed(lease, second?.position ?? 0, { reason: 'away', dueAt: 5000 });
  await store.outbox.release(lease);
  await store.outbox.figures();
  await store.transaction(async (transaction) => {
    await transaction.admit(claim);
    const letter = { ...claim, id: '2', address: 'a', message: message('2'), failure, attempts: 1, firstFailedAt: 1 };
    await transaction.bury(letter);
    await transaction.bury({ ...letter, id: '3' });
    await transaction.record({ at: 1, action: 'a', actor: 'b', subject: 'c', details: {} });
    await transaction.saveProcess({ process: 'p', key: 'k', version: 1, status: 'running', state: {} });
    await transaction.saveProcess({ process: 'p', key: 'k', version: 2, status: 'waiting', state: {}, dueAt: 1 });
  });
  for (const query of [{}, { state: 'buried' as const }, { group: 'g' }])
    await store.deadLetters.list({ ...query, limit: 5 });
  await store.deadLetters.replay(1, { now: 1, actor: 'a' });
  await store.deadLetters.discard(2, { now: 1, actor: 'a' });
  for (const name of ['orderNumber', 'lotNumber', 'correlationId'])
    await store.outbox.listSent({ [name]: 'x', since: 1, until: 9_000, limit: 5 });
  await store.outbox.listSent({ limit: 5 });
  await store.outbox.resend([first?.position ?? 0], { now: 1, actor: 'a' });
  await store.processes.find('p', 'k');
  await store.processes.due(1, 1);
  await store.audit.read({ limit: 1 });
  for (const name of ['orderNumber', 'lotNumber', 'correlationId']) await store.history({ [name]: 'x' });
  await store.purge(1, 1);
}

/** One step of a random life of an outbox; lanes have a priority each, positions are those of rows that were claimed. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), lane: fc.nat(3) }),
  fc.record({
    kind: fc.constant('send' as const),
    limit: fc.integer({ min: 1, max: 5 }),
    fails: fc.nat(6),
    wait: fc.nat(4),
  }),
  fc.record({ kind: fc.constant('purge' as const), limit: fc.nat(2) }),
);

describe('sqlite: agrees with the store in memory', () => {
  it('on what is due, in whatever order things are put in, sent, failed and purged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const stores: readonly Store[] = [createMemoryStore(), createSqliteStore(open(':memory:'))];
        const lives = await Promise.all(stores.map((store) => live(store, steps)));
        expect(lives[1]).toEqual(lives[0]);
      }),
      { numRuns: 200 },
    );
  });
});

/** What a store answers in such a life. */
async function live(store: Store, steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
  await store.migrate();
  const told: unknown[] = [];
  for (const [now, each] of steps.entries()) {
    if (each.kind === 'put')
      told.push(await put(store, `${now}`, { key: `${each.lane}`, priority: each.lane % 2, now }));
    if (each.kind === 'purge') told.push(await store.purge(now, each.limit));
    if (each.kind !== 'send') continue;
    const lease = await leased(store, 'r', now);
    const rows = await store.outbox.claim(lease, { now, limit: each.limit });
    told.push(
      rows.map(({ position, lane, message, priority, attempts }) => ({ position, lane, message, priority, attempts })),
    );
    const failing = rows[each.fails];
    if (failing !== undefined)
      await store.outbox.failed(lease, failing.position, { reason: 'away', dueAt: now + each.wait });
    const sent = rows.filter(({ lane }, index) => index < each.fails || lane !== failing?.lane);
    await store.outbox.sent(
      lease,
      sent.map(({ position }) => position),
      now,
    );
    told.push(await store.outbox.figures());
  }
  return told;
}
