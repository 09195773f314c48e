// One process of a fault run: `node worker.ts <plan as JSON>`. It dies or is stopped at the point of the plan, or lives until it is told
// to end by the end of its standard input.

import { createEventBus, type Handler, publishMessage, subscribeMessage, type Transport } from '@millwright/runtime';
import { AmbiguousCommit, createMessaging, failureKindOf, LeaseLost, type Probe } from '@millwright/runtime/messaging';
import type { Application, Row } from './databases/database.ts';
import { orderWritten } from './order-written.ts';
import { pairOf } from './pairs.ts';
import { groupOf, leaseMs, type Word, type WorkerPlan } from './points.ts';
import { sabotagedConsumer, sabotagedStore } from './sabotage.ts';

const plan = JSON.parse(process.argv[2] ?? '') as WorkerPlan;
const { role, places, slot = 0, halt, sabotage, writes } = plan;
const pair = pairOf(plan.pair);
const isUndisturbed = Object.keys(pair.disturbances).length === 0;
/** Where nothing is disturbed nothing may fail, and nowhere the program. */
const isUnexpected = (error: unknown): boolean => isUndisturbed || failureKindOf(error) === 'poison';

const descriptor = orderWritten(places.run);

const backlogMax = 200;
const say = (word: Word): boolean => process.stdout.write(`${word}\n`);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let visits = 0;
const probe: Probe = (point) => {
  if (point !== halt?.point) return;
  visits += 1;
  if (visits !== halt.visit) return;
  if (halt.signal === 'SIGSTOP') say('stopped');
  process.kill(process.pid, halt.signal);
};

/** Servers may be away when a process starts, as at any other time. */
async function insist<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isUnexpected(error)) throw error;
      await wait(50);
    }
  }
}

async function live<Connection>(application: Application<Connection>, transport: Transport): Promise<void> {
  const messaging = createMessaging({
    ...{ store: sabotagedStore(application.store, sabotage), transport },
    ...{ source: `/test/${role}`, producer: role, probe },
    ...{ leaseMs, pollMs: isUndisturbed ? 5 : 20, retry: { initialMs: 10, maxMs: 50, attemptsMax: 1_000 } },
    onError: (error) => {
      if (error instanceof LeaseLost) say('fenced');
    },
  });
  process.stdin.resume();
  process.stdin.on('end', async () => {
    await messaging.close();
    process.exit(0);
  });
  await insist(() => messaging.start());
  const config = sabotagedConsumer(messaging.config, sabotage, pair.broker.ackMs ?? 0);
  const bus = createEventBus({ ...config, validate: false });

  const write = async (row: Row): Promise<void> => {
    const send = (on: typeof bus): Promise<unknown> => publishMessage(on, descriptor, { data: row });
    if (sabotage === 'no-transaction') {
      await messaging.transaction(({ connection }) => application.insert(connection, 'business', row));
      probe('producer:inserted');
      await send(bus);
      return;
    }
    await messaging.transaction(async ({ connection, within }) => {
      await application.insert(connection, 'business', row);
      probe('producer:inserted');
      await send(within(bus));
      probe('producer:enqueued');
    });
  };

  if (role === 'consumer') {
    const apply: Handler<Row, object> = async ({ data, transaction }) => {
      await application.insert(messaging.inside(transaction).connection, 'effect', data);
    };
    await insist(() => subscribeMessage(bus, descriptor, apply, { group: groupOf(places.run) }));
    return void say('ready');
  }
  say('ready');
  for (let last: number | undefined; writes; ) {
    try {
      // After a failure nobody knows whether the row is there: look.
      last ??= await application.lastOf(slot);
      const number = (last === 0 ? slot : last) + 2;
      await write({ number, key: `WO-${number % 8}` });
      last = number;
    } catch (error) {
      if (isUnexpected(error)) throw error;
      if (error instanceof AmbiguousCommit) say('ambiguous');
      last = undefined;
    }
    // A backlog would only make the run longer.
    await wait(messaging.waiting.count > backlogMax ? 100 : isUndisturbed ? 2 : 5);
  }
}

const transport = await pair.broker.open(places, sabotage);
if (pair.database === 'sqlite') await live((await import('./databases/sqlite.ts')).sqlite.open(places), transport);
else await live((await import('./databases/postgres.ts')).postgres.open(places), transport);
