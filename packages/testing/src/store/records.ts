import assert from 'node:assert/strict';
import { auditHash, auditRoot, type Store } from '@millwright/runtime/messaging';
import type { ConformanceCase } from '../conformance.ts';
import { bury, claim, given, leased, message, put, type StoreSubject } from './fixtures.ts';

export const recordCases: readonly ConformanceCase<StoreSubject>[] = [
  given('the audit trail is a chain', async (store) => {
    const entry = {
      at: 1,
      action: 'denied',
      actor: 'svc-mes',
      subject: 'ItemChanged',
      details: { b: 1, a: 'x', c: null },
    };
    await store.transaction((transaction) => transaction.record(entry));
    await store.transaction(async (transaction) => {
      await transaction.record({ ...entry, action: 'replayed' });
      await transaction.record({ ...entry, action: 'discarded' });
    });
    const records = await store.audit.read({ limit: 10 });
    assert.deepEqual(
      records.map(({ number, action }) => [number, action]),
      [
        [1, 'denied'],
        [2, 'replayed'],
        [3, 'discarded'],
      ],
    );
    let before = auditRoot;
    for (const record of records) {
      before = auditHash(before, record.number, record);
      assert.equal(record.hash, before);
    }
    assert.deepEqual(
      (await store.audit.read({ after: 1, limit: 1 })).map(({ number }) => number),
      [2],
    );
  }),
  given('audit entries of transactions at once are one chain', async (store) => {
    const entry = { at: 1, action: 'denied', actor: 'svc', subject: 's', details: {} };
    await Promise.all(Array.from({ length: 10 }, () => store.transaction((transaction) => transaction.record(entry))));
    const records = await store.audit.read({ limit: 100 });
    assert.deepEqual(
      records.map(({ number }) => number),
      Array.from({ length: 10 }, (_, index) => index + 1),
    );
  }),
  given('a process is saved by whoever saw its last version', async (store) => {
    const state = {
      process: 'order-to-production',
      key: 'WO-1',
      status: 'running' as const,
      state: { step: 'release' },
    };
    const save = (version: number, more = {}) =>
      store.transaction((transaction) => transaction.saveProcess({ ...state, version, ...more }));
    assert.equal(await save(1), true);
    assert.equal(await save(1), false);
    assert.equal(await save(3), false);
    assert.equal(await save(2, { status: 'waiting', dueAt: 3000 }), true);
    assert.deepEqual(await store.processes.find('order-to-production', 'WO-1'), {
      ...state,
      ...{ version: 2, status: 'waiting', dueAt: 3000 },
    });
    assert.equal(await store.processes.find('order-to-production', 'WO-2'), undefined);
    assert.deepEqual(await store.processes.due(2999, 10), []);
    assert.equal((await store.processes.due(3000, 10)).length, 1);
  }),
  given('a transaction sees the processes that it has saved', async (store) => {
    const state = { process: 'flow', key: 'k', version: 1, status: 'running' as const, state: { step: 'a' } };
    await store.transaction(async (transaction) => {
      assert.equal(await transaction.findProcess('flow', 'k'), undefined);
      await transaction.saveProcess(state);
      assert.deepEqual(await transaction.findProcess('flow', 'k'), state);
    });
    await store.transaction(async (transaction) => assert.deepEqual(await transaction.findProcess('flow', 'k'), state));
  }),
  given('nobody outside sees what an open transaction has saved of a process', async (store) => {
    const saved = Promise.withResolvers<void>();
    const failing = store.transaction(async (transaction) => {
      await transaction.saveProcess({
        process: 'flow',
        key: 'k',
        version: 1,
        status: 'running',
        state: null,
        dueAt: 1,
      });
      saved.resolve();
      // Time for the reads: a store answers them at once, or when the transaction has ended.
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('undone');
    });
    const end = assert.rejects(failing, /undone/);
    await saved.promise;
    const { processes } = store;
    const query = { process: 'flow', status: 'running', limit: 10 } as const;
    const reads = [processes.find('flow', 'k'), processes.due(1, 10), processes.list(query)] as const;
    assert.deepEqual(await Promise.all(reads), [undefined, [], []]);
    await end;
  }),
  given('lists the processes of a status, page by page', async (store) => {
    const save = (process: string, key: string, status: 'failed' | 'running') =>
      store.transaction((transaction) => transaction.saveProcess({ process, key, version: 1, status, state: null }));
    for (const key of ['b', 'a', 'B', 'c']) await save('flow', key, 'failed');
    await save('flow', 'd', 'running');
    await save('other', 'e', 'failed');
    const found: string[] = [];
    for (;;) {
      const [last] = found.slice(-1);
      const page = await store.processes.list({
        ...{ process: 'flow', status: 'failed', limit: 3 },
        ...(last === undefined ? {} : { after: last }),
      });
      if (page.length === 0) break;
      found.push(...page.map(({ key }) => key));
    }
    assert.deepEqual([...found].sort(), ['B', 'a', 'b', 'c']);
  }),
  given('answers what happened to an order', async (store) => {
    const about = { ordernumber: 'WO-1', correlationid: 'c-1' };
    await store.transaction((transaction) =>
      transaction.enqueue({ address: 'a', message: message('1', 'k', about), priority: 3, now: 1000 }),
    );
    await put(store, 'other');
    const lease = await leased(store);
    const [row] = await store.outbox.claim(lease, { now: 2000, limit: 1 });
    await store.outbox.sent(lease, [row?.position ?? 0], 2000);
    await store.transaction((transaction) =>
      transaction.admit(claim('1', { now: 2500, attributes: message('1', 'k', about).attributes })),
    );
    const steps = async (query: Parameters<Store['history']>[0]) =>
      (await store.history(query)).map(({ step, at, id }) => [step, at, id]);
    const want = [
      ['enqueued', 1000, '1'],
      ['sent', 2000, '1'],
      ['applied', 2500, '1'],
    ];
    assert.deepEqual(await steps({ orderNumber: 'WO-1' }), want);
    assert.deepEqual(await steps({ correlationId: 'c-1' }), want);
    assert.deepEqual(await steps({ lotNumber: 'L-1' }), []);
  }),
  given('tells of a message what came twice and what was a dead letter', async (store) => {
    const about = message('1', 'k', { ordernumber: 'WO-1' }).attributes;
    const admit = (now: number, more = {}) =>
      store.transaction((transaction) => transaction.admit(claim('1', { now, attributes: about, ...more })));
    await admit(2000);
    await admit(2500);
    await admit(2600);
    await admit(2700, { subscriber: 'quality' });
    const letter = { ...claim('2', { attributes: message('2', 'k', { ordernumber: 'WO-1' }).attributes }) };
    await store.transaction((transaction) =>
      transaction.bury({
        ...{
          ...letter,
          address: 'a/b',
          message: message('2', 'k', about),
          attempts: 1,
          firstFailedAt: 2800,
          now: 2900,
        },
        failure: { kind: 'poison', reason: 'no' },
      }),
    );
    const [{ number = 0 } = {}] = await store.deadLetters.list({ limit: 1 });
    await store.deadLetters.replay(number, { now: 3000, actor: 'anna' });
    await store.transaction((transaction) => transaction.admit({ ...letter, now: 3100 }));
    const told = (await store.history({ orderNumber: 'WO-1' }))
      .filter(({ subscriber }) => subscriber !== undefined)
      .map(({ step, at, id, subscriber, count, letter: its }) => [step, at, id, subscriber, count, its]);
    assert.deepEqual(told, [
      ['applied', 2000, '1', 'erp', undefined, undefined],
      ['duplicate', 2600, '1', 'erp', 2, undefined],
      ['applied', 2700, '1', 'quality', undefined, undefined],
      ['buried', 2900, '2', 'erp', undefined, number],
      ['applied', 3100, '2', 'erp', undefined, undefined],
    ]);
  }),
  given('purges what is done and old, and nothing else', async (store) => {
    await put(store, 'sent');
    await put(store, 'waits', { key: 'w' });
    const lease = await leased(store);
    const [row] = await store.outbox.claim(lease, { now: 2000, limit: 1 });
    await store.outbox.sent(lease, [row?.position ?? 0], 2000);
    await store.transaction((transaction) => transaction.admit(claim('old', { expiresAt: 2000 })));
    await store.transaction((transaction) => transaction.admit(claim('new', { expiresAt: 9000 })));
    await bury(store, 'letter');
    assert.equal(await store.purge(3000, 1), 2);
    assert.equal(await store.purge(3000, 100), 0);
    assert.equal((await store.outbox.figures()).count, 1);
    assert.equal((await store.deadLetters.list({ limit: 10 })).length, 1);
    assert.equal(await store.transaction((transaction) => transaction.admit(claim('new'))), 'duplicate');
  }),
];
