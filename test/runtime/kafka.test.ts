import type { Delivery } from '@millwright/runtime';
import { createKafkaTransport, type KafkaDriver } from '@millwright/runtime/transports/kafka';
import { eventually } from '@millwright/testing';
import { describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import { describeTransport } from './conformance.ts';
import { connectTransport, crash, own, run, sleep, startedServer, stored } from './kafka-connections.ts';
import { poisonCase } from './poison.ts';
import { collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport kafka: no broker (${server})`, () => {});
} else {
  describeTransport('kafka', {
    connect: async () => connectTransport(server),
    prefix: 'conformance',
    features: createKafkaTransport({ admin: () => ({}) } as unknown as KafkaDriver).features,
    crash,
  });
  poisonCase(async () => connectTransport(server));
  describe('a broker that goes away', () => brokerThatGoesAway(server));
}

function brokerThatGoesAway(service: Service): void {
  const ours = it.skipIf(service.kill === undefined);

  ours('loses nothing that it has acknowledged, for groups and without one', { timeout: 180_000 }, async () => {
    const transport = connectTransport(service, { ...own('killed', 3), timeoutMs: 20_000 });
    const group = `${run}-killed`;
    await (await transport.subscribe('killed/v1', async () => {}, { group })).close();
    const live = await collect(transport, 'killed/v1');
    const acknowledged: string[] = [];
    let publishing = true;
    const publisher = (async () => {
      for (let index = 0; publishing; index += 1) {
        const sent = { ...event(String(index)), partitionKey: `k${index % 5}` };
        await transport.publish('killed/v1', sent).then(
          () => acknowledged.push(String(index)),
          () => undefined,
        );
      }
    })();
    await eventually('some acknowledgements', () => acknowledged.length > 200, 20_000);
    await service.kill?.();
    await sleep(500);
    const before = acknowledged.length;
    await service.restart?.();
    await eventually('more of them', () => acknowledged.length > before + 50, 20_000);
    publishing = false;
    await publisher;
    const got = await collect(transport, 'killed/v1', group);
    const missing = (deliveries: readonly Delivery[]): readonly string[] => {
      const there = new Set(deliveries.map(text));
      return acknowledged.filter((name) => !there.has(name));
    };
    await eventually('all', () => missing(got).length + missing(live).length === 0, 30_000);
    // Nor is anything there twice: a retry of the idempotent producer is known.
    const names = (await stored(service, `${run}.killed`, acknowledged.length)).map(({ value }) => String(value));
    expect(new Set(names).size).toBe(names.length);
  });

  ours('rejects in time, and publications and subscriptions go on when it is back', { timeout: 180_000 }, async () => {
    const transport = connectTransport(service, { ...own('away', 3), timeoutMs: 500 });
    const got = await collect(transport, 'away/v1', `${run}-away`);
    await transport.publish('away/v1', event('before'));
    await eventually('the first', () => got.length === 1);
    await service.kill?.();
    const began = Date.now();
    for (const data of ['lost 1', 'lost 2']) await expect(transport.publish('away/v1', event(data))).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(3_000);
    const subscribing = Date.now();
    await expect(transport.subscribe('away/v1', async () => {})).rejects.toThrow();
    expect(Date.now() - subscribing).toBeLessThan(10_000);
    await service.restart?.();
    const isPublished = () =>
      transport.publish('away/v1', event('back')).then(
        () => true,
        () => false,
      );
    await eventually('a publication', isPublished, 20_000);
    await eventually('the delivery', () => got.some((delivery) => text(delivery) === 'back'), 30_000);
    // Not sent behind the back of a caller who was told that it failed.
    expect(got.map(text)).not.toContain('lost 2');
    await service.kill?.();
    const stopped = Date.now();
    await transport.close();
    expect(Date.now() - stopped).toBeLessThan(5_000);
  });
}
