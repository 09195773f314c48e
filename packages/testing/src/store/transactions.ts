import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance.ts';
import { given, message, put, type StoreSubject } from './fixtures.ts';

export const transactionCases: readonly ConformanceCase<StoreSubject>[] = [
  given("the application's write and the message are one transaction", async (store, { write, read }) => {
    await assert.rejects(
      store.transaction(async (transaction) => {
        await write(transaction.connection, 'order', 'released');
        await transaction.enqueue({ address: 'a', message: message('1'), priority: 3, now: 1 });
        throw new Error('the application fails');
      }),
      /the application fails/,
    );
    assert.equal((await store.outbox.figures()).count, 0);
    assert.equal(await store.transaction(({ connection }) => read(connection, 'order')), undefined);
    await store.transaction(async (transaction) => {
      await write(transaction.connection, 'order', 'released');
      await transaction.enqueue({ address: 'a', message: message('1'), priority: 3, now: 1 });
    });
    assert.equal((await store.outbox.figures()).count, 1);
    assert.equal(await store.transaction(({ connection }) => read(connection, 'order')), 'released');
  }),
  given('hands on what a transaction returns, and runs the next after a failure', async (store) => {
    assert.equal(await store.transaction(() => 7), 7);
    await assert.rejects(store.transaction(() => Promise.reject(new Error('no'))));
    assert.equal(await store.transaction(async () => 8), 8);
  }),
  given('migrating again changes nothing', async (store) => {
    await put(store, '1');
    await store.migrate();
    await Promise.all([store.migrate(), store.migrate()]);
    assert.equal((await store.outbox.figures()).count, 1);
    const { found, known } = await store.version();
    assert.deepEqual([found, known > 0], [known, true]);
  }),
];
