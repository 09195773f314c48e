// Two systems in this process, the one that publishes and the one that receives, each with its store and its connection.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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
      const database = new DatabaseSync(kind === 'sqlite' ? join(`${fresh()}.db`) : ':memory:');
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
  const [outbox, inbox] = [stores.make(), stores.make()];
  const producer = createMessaging({ ...identity, ...configOf(outbox, await connect()) });
  const consumer = createMessaging({ ...receiver, ...configOf(inbox, await connect()) });
  await producer.start();
  await consumer.start();
  await subscribeWorkOrderReleased(createBus(consumer.config), ({ headers }) => onHandled(headers.id), {
    group: 'mes',
  });
  return {
    ...{ producer, outbox, inbox, bus: createBus(producer.config) },
    demandHealthy: () => {
      if (failures.length > 0)
        throw new Error(`${failures.length} failures, the first: ${failures[0].stack ?? failures[0].reason}`);
    },
    close: async () => {
      await producer.close();
      await consumer.close();
    },
  };
}
