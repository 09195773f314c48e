// Messages over NATS at a given pace, from the commit of their transaction to their handler.
import { setTimeout as sleep } from 'node:timers/promises';
import { publishAll } from './runtime-load.mjs';
import { open } from './runtime-nats.mjs';
import { startSystems, storesOf } from './runtime-systems.mjs';

/** Pause between two looks at what is due; what is due then goes in one transaction. */
const tickMs = 5;
const drainMaxMs = 120_000;

/**
 * Publishes by `phases` of seconds and messages per second, each as late as it is due and no later because others are. Gives the times
 * from commit to handler, how long after the last phase all were handled, and fails when one was lost.
 */
export async function runPaced({ service, kind, phases, fresh }) {
  const stores = storesOf(kind, fresh);
  const broker = await open(service, `bench-${crypto.randomUUID().slice(0, 8)}`);
  const [committedAt, handledAt] = [new Map(), new Map()];
  const onHandled = (id) => handledAt.set(id, performance.now());
  const systems = await startSystems({ stores, connect: broker.connect, onHandled });
  let sent = 0;
  const publish = async (count) => {
    const ids = await publishAll(systems.producer, systems.bus, sent, count);
    const now = performance.now();
    for (const id of ids) committedAt.set(id, now);
    sent += count;
  };
  try {
    for (const [seconds, rate] of phases) {
      const [start, before] = [performance.now(), sent];
      for (let passed = 0; passed < seconds * 1_000; ) {
        await sleep(tickMs);
        passed = Math.min(seconds * 1_000, performance.now() - start);
        const due = Math.floor((passed / 1_000) * rate) - (sent - before);
        if (due > 0) await publish(due);
      }
    }
    const end = performance.now();
    while (handledAt.size < sent && performance.now() - end < drainMaxMs) await sleep(1);
    const lost = [...committedAt.keys()].filter((id) => !handledAt.has(id)).length;
    if (lost > 0) throw new Error(`${lost} of ${sent} messages were not handled`);
    return {
      sent,
      drainMs: Math.max(0, Math.max(...handledAt.values()) - end),
      latencies: [...committedAt]
        .map(([id, at]) => Math.max(0, handledAt.get(id) - at))
        .sort((left, right) => left - right),
    };
  } finally {
    await systems.close();
    await broker.close();
    stores.close();
  }
}

export const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
