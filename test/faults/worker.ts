// One process of a fault run: `node worker.ts <plan as JSON>`. It dies by SIGKILL at the point of the plan, or lives until it is told
// to end by the end of its standard input.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createEventBus, type MessageDescriptor, publishMessage, subscribeMessage } from '@millwright/runtime';
import { createMessaging, type Probe } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import type { WorkerPlan } from './points.ts';
import { sabotagedConsumer, sabotagedStore } from './sabotage.ts';

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
const { role, folder, crash, sabotage, rowsMax } = plan;
const keys = ['WO-1', 'WO-2', 'WO-3', 'WO-4'];

const descriptor: MessageDescriptor = {
  name: 'OrderWritten',
  address: 'PL01/test/order/written/v1',
  contentType: 'application/json',
  type: 'test.order.written.v1',
  partitionKey: '$message.payload#/key',
};

let visits = 0;
const probe: Probe = (point) => {
  if (point !== crash?.point) return;
  visits += 1;
  if (visits >= crash.visit) process.kill(process.pid, 'SIGKILL');
};

const database = new DatabaseSync(join(folder, `${role}.db`));
const real = createSqliteStore(database);
const store = sabotagedStore(real, sabotage);
const transport = createSqliteTransport(new DatabaseSync(join(folder, 'queue.db')), { leaseMs: 1_000, pollMs: 5 });
const messaging = createMessaging({
  ...{ store, transport, source: `/test/${role}`, producer: role, probe },
  ...{ leaseMs: 500, pollMs: 5, retry: { initialMs: 10, maxMs: 50, attemptsMax: 1_000 } },
  // Where messages are lost on purpose, nobody shall wait for them.
  ...(sabotage === undefined ? {} : { gapMaxMs: 200 }),
});
await messaging.start();
const config = sabotagedConsumer(messaging.config, sabotage);
const bus = createEventBus({ ...config, validate: false });

async function write(number: number): Promise<void> {
  const key = keys[number % keys.length] as string;
  const insert = (connection: DatabaseSync): void => {
    connection.prepare('INSERT INTO business (number, key) VALUES (?, ?)').run(number, key);
  };
  const send = (on: typeof bus): Promise<unknown> => publishMessage(on, descriptor, { data: { number, key } });
  if (sabotage === 'no-transaction') {
    await messaging.transaction(({ connection }) => insert(connection));
    probe('producer:inserted');
    await send(bus);
    return;
  }
  await messaging.transaction(async ({ connection, within }) => {
    insert(connection);
    probe('producer:inserted');
    await send(within(bus));
    probe('producer:enqueued');
  });
}

if (role === 'producer') {
  const last = await messaging.transaction(({ connection }) => {
    connection.exec('CREATE TABLE IF NOT EXISTS business (number INTEGER PRIMARY KEY, key TEXT NOT NULL)');
    const row = connection.prepare('SELECT coalesce(max(number), 0) AS last FROM business').get();
    return (row as { readonly last: number }).last;
  });
  process.stdout.write('ready\n');
  for (let number = last + 1; number <= rowsMax; number += 1) {
    await write(number);
    // A backlog would only make the run longer.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
} else {
  // No key keeps an effect from being written twice: that is what is to be seen.
  await messaging.transaction(({ connection }) =>
    connection.exec('CREATE TABLE IF NOT EXISTS effect (number INTEGER NOT NULL, key TEXT NOT NULL)'),
  );
  await subscribeMessage<{ readonly number: number; readonly key: string }, object>(
    bus,
    descriptor,
    ({ data, transaction }) => {
      const { connection } = messaging.inside(transaction);
      connection.prepare('INSERT INTO effect (number, key) VALUES (?, ?)').run(data.number, data.key);
    },
    { group: 'ledger' },
  );
  process.stdout.write('ready\n');
}

process.stdin.resume();
process.stdin.on('end', async () => {
  await messaging.close();
  process.exit(0);
});
