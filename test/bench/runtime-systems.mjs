// Two systems in this process, the one that publishes and the one that receives, each with its store and its connection.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessaging } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createBus, subscribeWorkOrderReleased } from '@millwright/sdk/events';
import { identity } from './runtime-load.mjs';

const receiver = { source: '/plants/PL01/mes', producer: 'svc-mes-pl01' };

/** Makes stores of a kind; `close` ends all of them. */
export function storesOf(kind, fresh) {
  const databases = [];
  return {
    make: () => {
      if (kind === 'memory') return createMemoryStore();
      const database = new DatabaseSync(kind === 'sqlite' ? `${fresh()}.db` : ':memory:');
      databases.push(database);
      return createSqliteStore(database);
    },
    close: () => {
      for (const database of databases) database.close();
    },
  };
}

/** Starts both. What is buried, and every error, ends the measurement: a figure of it would say nothing. */
export async function startSystems({ stores, connect, onHandled }) {
  const failures = [];
  const fail = (error) => failures.push(error);
  const configOf = (store, transport) => ({
    store,
    transport,
    onError: fail,
    onBuried: ({ failure }) => fail(failure),
  });
  const [sending, receiving] = [stores.make(), stores.make()];
  const producer = createMessaging({ ...identity, ...configOf(sending, await connect()) });
  const consumer = createMessaging({ ...receiver, ...configOf(receiving, await connect()) });
  await producer.start();
  await consumer.start();
  await subscribeWorkOrderReleased(createBus(consumer.config), ({ headers }) => onHandled(headers.id), {
    group: 'mes',
  });
  return {
    ...{ producer, bus: createBus(producer.config) },
    /** Also what the relay has under way is marked before: closing breaks it off. */
    close: async () => {
      for (let waiting = 1; waiting > 0 && failures.length === 0; await sleep(5))
        waiting = (await sending.outbox.figures()).count;
      const [failure] = failures;
      await producer.close();
      await consumer.close();
      if (failure !== undefined) throw new Error(failure.stack ?? failure.reason);
    },
  };
}
