// What only a long run shows: memory over a million messages, and ten times the rate for a minute.
import { createMessaging } from '@millwright/runtime/messaging';
import { createBus, createMemoryTransport, subscribeWorkOrderReleased } from '@millwright/sdk/events';
import { versions } from './programs.mjs';
import { identity, publishAll } from './runtime-load.mjs';
import { start } from './runtime-nats.mjs';
import { runPaced } from './runtime-pace.mjs';
import { storesOf } from './runtime-systems.mjs';
import { withScratch } from './scratch.mjs';

const [count, early, batch, purgeEvery] = [1_000_000, 200_000, 100, 2_000];
/** Beyond the time for which a duplicate is known, so that a purge takes what is done. */
const later = () => Date.now() + 100 * 365 * 86_400_000;
const normal = 100;

async function purgeAll(store) {
  while ((await store.purge(later(), purgeEvery)) > 0);
}

/** Outbox, relay, memory transport and inbox on tables of SQLite in memory, which count as ours. */
async function measureMemory(fresh) {
  const stores = storesOf('tables', fresh);
  const store = stores.make();
  const transport = createMemoryTransport();
  const messaging = createMessaging({ ...identity, store, transport });
  await messaging.start();
  let handled = 0;
  let wake = () => undefined;
  const bus = createBus(messaging.config);
  await subscribeWorkOrderReleased(bus, () => {
    handled += 1;
    wake();
  });
  const megabytes = () => process.memoryUsage.rss() / 1e6;
  const sizes = [];
  for (let sent = 0; sent < count; ) {
    await publishAll(messaging, bus, sent, batch);
    sent += batch;
    if (sent % purgeEvery === 0) {
      while (handled < sent)
        await new Promise((resolve) => {
          wake = resolve;
        });
      await transport.drain();
      await purgeAll(store);
    }
    if (sent % early === 0) sizes.push(megabytes());
  }
  await messaging.close();
  stores.close();
  const [first, last] = [sizes[0], sizes.at(-1)];
  return {
    question: `memory after ${count.toLocaleString('en')} messages through outbox, relay, memory transport and inbox`,
    ours: `${last.toFixed(0)} MB (${sizes.map((size) => size.toFixed(0)).join(', ')})`,
    peer: `${first.toFixed(0)} MB after ${early.toLocaleString('en')}`,
    ratio: first / last,
    goal: 'at least 0.9',
    versions: versions.node,
  };
}

/** The change of a shift: everybody books at once. */
async function measureBurst(fresh) {
  const service = await start();
  try {
    const phases = [
      [10, normal],
      [60, 10 * normal],
    ];
    const { sent, drainMs } = await runPaced({ service, kind: 'sqlite', fresh, phases });
    return {
      question: `NATS JetStream: a minute of ${10 * normal} messages a second after ${normal}, stores of SQLite`,
      ours: `all ${sent} handled, ${(drainMs / 1_000).toFixed(2)} s after the last was published`,
      goal: 'none lost',
      versions: versions.node,
    };
  } finally {
    await service.stop();
  }
}

export function measure() {
  return withScratch(async (_, fresh) => [await measureMemory(fresh), await measureBurst(fresh)]);
}
