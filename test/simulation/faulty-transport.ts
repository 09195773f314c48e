import type { Delivery, Transport, TransportFeatures } from '@millwright/runtime';
import type { SimulatedBroker } from './broker.ts';
import { ConnectionBroke, type Faults } from './faults.ts';
import type { SimulatedProcess } from './process.ts';

const features: TransportFeatures = {
  name: 'simulated',
  survives: 'disk',
  keepsForAbsent: true,
  countsAttempts: true,
  ordersAfterCrash: false,
  sharesWithinGroup: true,
};

/** How one process sees the broker: refusals, answers that get lost, connections that a crash of the broker breaks. */
export function faultyTransport(broker: SimulatedBroker, process: SimulatedProcess, faults: Faults): Transport {
  const leaves: (() => void)[] = [];
  const running = new Set<Promise<void>>();
  const leave = async (): Promise<void> => {
    for (const one of leaves) one();
    await Promise.allSettled(running);
  };
  return {
    features,
    publish: (address, message) =>
      process.call(`publish ${String(message.attributes['id'])}`, async () => {
        const { life } = broker;
        broker.take(address, message);
        await process.step('published');
        if (broker.life !== life) throw new ConnectionBroke('after publish');
        if (!faults.hits('publishAnswerLost')) return;
        // Who waits for an answer gives up in the end.
        await process.step('waits for an answer', process.scheduler.chance.pick([0, 200, 4_000]));
        throw new ConnectionBroke('no answer to publish');
      }),
    subscribe: (pattern, handler, { group = process.name } = {}) =>
      process.call('subscribe', () => {
        const tracked = (delivery: Delivery): Promise<void> => {
          const handling = handler(delivery).finally(() => running.delete(handling));
          running.add(handling);
          return handling;
        };
        leaves.push(broker.join(group, pattern, { process, handler: tracked }));
        return { close: leave };
      }),
    close: leave,
  };
}
