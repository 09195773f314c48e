// One process of the outage run: `node outage-worker.ts <plan as JSON>`. It lives until its standard input ends. The producer says once
// a second, as a line of JSON, how it fares.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { createEventBus, publishMessage, subscribeMessage } from '@millwright/runtime';
import { createMessaging } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import type { Row } from './databases/database.ts';
import { orderWritten } from './order-written.ts';
import type { Places, Role } from './points.ts';
import { open } from './transports/nats.ts';

export interface OutagePlan {
  readonly role: Role;
  readonly places: Places;
  readonly rowsPerSecond: number;
}

/** How a producer fared in one second. */
export interface Fare {
  readonly written: number;
  readonly slowestMs: number;
  readonly waiting: number;
  /** What the process has of the machine, and what of it is still in use after a full collection. */
  readonly residentBytes: number;
  readonly liveBytes: number;
}

const { role, places, rowsPerSecond } = JSON.parse(process.argv[2] ?? '') as OutagePlan;
const descriptor = orderWritten(places.run);
const database = new DatabaseSync(places.database);
const messaging = createMessaging({
  ...{ store: createSqliteStore(database), transport: await open(places), source: `/test/${role}`, producer: role },
});
await messaging.start();
const bus = createEventBus({ ...messaging.config, validate: false });
let isEnding = false;
process.stdin.resume().on('end', () => {
  isEnding = true;
  void messaging.close().then(() => process.exit(0));
});

/** A kilobyte, as an event has. */
const filler = 'x'.repeat(900);

async function write(number: number): Promise<void> {
  const row: Row = { number, key: `WO-${number % 8}` };
  await messaging.transaction(async ({ connection, within }) => {
    connection.prepare('INSERT INTO business (number, key) VALUES (?, ?)').run(row.number, row.key);
    await publishMessage(within(bus), descriptor, { data: { ...row, filler } });
  });
}

function memory(): Pick<Fare, 'residentBytes' | 'liveBytes'> {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { residentBytes: rss, liveBytes: heapUsed + external };
}

async function produce(): Promise<void> {
  let number = 0;
  for (let second = Date.now(); !isEnding; second += 1_000) {
    let slowestMs = 0;
    for (let index = 0; index < rowsPerSecond && !isEnding; index += 1) {
      const at = performance.now();
      number += 1;
      await write(number);
      slowestMs = Math.max(slowestMs, performance.now() - at);
      await wait(Math.max(0, second + ((index + 1) * 1_000) / rowsPerSecond - Date.now()));
    }
    const fare: Fare = {
      ...{ written: number, slowestMs, waiting: messaging.waiting.count },
      ...memory(),
    };
    process.stdout.write(`${JSON.stringify(fare)}\n`);
  }
}

if (role === 'consumer') {
  await subscribeMessage<Row, object>(
    bus,
    descriptor,
    ({ data, transaction }) => {
      const { connection } = messaging.inside(transaction);
      connection.prepare('INSERT INTO effect (number, key) VALUES (?, ?)').run(data.number, data.key);
    },
    { group: 'ledger' },
  );
  process.stdout.write('ready\n');
  // Without rows a producer only relays what is left.
} else if (rowsPerSecond > 0) await produce();
