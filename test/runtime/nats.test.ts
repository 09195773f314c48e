import type { Delivery } from '@millwright/runtime';
import { createNatsTransport, type NatsDriver } from '@millwright/runtime/transports/nats';
import { eventually } from '@millwright/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { startNats } from '../services/nats.ts';
import type { Service } from '../services/service.ts';
import { describeTransport } from './conformance.ts';
import { connectTo, connectTransport, driverOf, open, run, startedServer } from './nats-connections.ts';
import { poisonCase } from './poison.ts';
import { collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport nats: no server (${server})`, () => {});
} else {
  describeTransport('nats', {
    connect: () => connectTransport(server),
    prefix: 'conformance',
    features: createNatsTransport({} as NatsDriver).features,
    crash: async (transport) => open.get(transport)?.close(),
  });
  poisonCase(() => connectTransport(server));
  describe('order and redelivery', () => orderAndRedelivery(server));
  describe('streams and consumers', () => streamsAndConsumers(server));
  describe('a server that goes away', () => serverThatGoesAway(server));
}

function orderAndRedelivery(service: Service): void {
  it('keeps what is at hand alive past the ack wait, waiting ones too', { timeout: 20_000 }, async () => {
    const transport = await connectTransport(service, { ackWaitMs: 600 });
    const got: string[] = [];
    await transport.subscribe('slow/thing/v1', async (delivery) => {
      got.push(`${text(delivery)} ${delivery.attempt}`);
      if (text(delivery) === '1') await new Promise((resolve) => setTimeout(resolve, 2_000));
      await delivery.ack();
    });
    for (const data of ['1', '2', '3']) await transport.publish('slow/thing/v1', event(data));
    await eventually('all', () => got.length >= 3);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(got).toEqual(['1 1', '2 1', '3 1']);
  });

  it('has at hand no more than it may, and leaves the rest to other members of the group', async () => {
    const [first, second] = [await connectTransport(service, { heldMax: 2 }), await connectTransport(service)];
    const taken: string[] = [];
    await first.subscribe(
      'share/{key}/v1',
      (delivery) => {
        taken.push(delivery.address);
        return new Promise((resolve) => setTimeout(resolve, 1_000)).then(() => delivery.ack());
      },
      { group: 'share' },
    );
    for (let index = 0; index < 10; index += 1) await first.publish(`share/k${index}/v1`, event('x'));
    await eventually('the first ones', () => taken.length === 2);
    const others = await collect(second, 'share/{key}/v1', 'share');
    await eventually('the others', () => others.length === 8, 900);
    expect(taken).toHaveLength(2);
  });

  it('gives back in order what waits when a subscription is closed', async () => {
    const transport = await connectTransport(service, { ackWaitMs: 20_000 });
    const subscription = await transport.subscribe('back/v1', (delivery) => delivery.nack({ delayMs: 60_000 }), {
      group: 'back',
    });
    for (const data of ['1', '2', '3']) await transport.publish('back/v1', event(data));
    const waiting = await connectTransport(service);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await subscription.close();
    const got = await collect(waiting, 'back/v1', 'back');
    await eventually('what had not been tried', () => got.length >= 2, 3_000);
    // The first one has not waited its minute.
    expect(got.map(text)).toEqual(['2', '3']);
  });

  it('delivers what is published again on purpose, and drops the retry of what had arrived', async () => {
    const connection = await connectTo(service);
    const driver = driverOf(connection);
    let failures = 0;
    const losesAnswers: NatsDriver['jetstream'] = {
      consumers: driver.jetstream.consumers,
      jetstreamManager: (check) => driver.jetstream.jetstreamManager(check),
      publish: async (...published) => {
        await driver.jetstream.publish(...published);
        if (failures-- > 0) throw new Error('the answer is lost');
      },
    };
    const transport = createNatsTransport({ ...driver, jetstream: losesAnswers }, { stream: run, prefix: run });
    open.set(transport, connection);
    const got = await collect(transport, 'again/{name}');
    const message = event('x');
    failures = 1;
    await expect(transport.publish('again/v1', message)).rejects.toThrow('the answer is lost');
    await transport.publish('again/v1', message);
    await transport.publish('again/v1', message);
    await transport.publish('again/v2', message);
    await eventually('the last', () => got.some(({ address }) => address === 'again/v2'));
    expect(got.map(({ address }) => address)).toEqual(['again/v1', 'again/v1', 'again/v2']);
  });
}

function streamsAndConsumers(service: Service): void {
  it.each(['a.b/c', 'a/b.c', '/a//b', 'a%2Eb/c%', 'ä*/>', 'a b'])(
    'keep the address %s apart from others',
    async (address) => {
      const transport = await connectTransport(service);
      const got = await collect(transport, `odd/${address}`);
      await transport.publish('odd/a/b/c', event('other'));
      await transport.publish(`odd/${address}`, event('mine'));
      await eventually('the delivery', () => got.length > 0);
      expect(got.map((delivery) => [delivery.address, text(delivery)])).toEqual([[`odd/${address}`, 'mine']]);
    },
  );

  it('match a parameter inside a segment', async () => {
    const transport = await connectTransport(service);
    const got = await collect(transport, 'inside/line-{line}/v1');
    await transport.publish('inside/other-3/v1', event('other'));
    await transport.publish('inside/line-3/v1', event('mine'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map(({ parameters }) => parameters)).toEqual([{ line: '3' }]);
  });

  it('name a durable consumer by group and pattern, and delete one without a group', async () => {
    const transport = await connectTransport(service, { stream: `${run}-names`, prefix: `${run}-names` });
    const handler = (delivery: Delivery): Promise<void> => delivery.ack();
    await transport.subscribe('{plant}/mes/v1', handler, { group: 'svc.mes pl01' });
    await transport.subscribe('{plant}/mes/v1', handler);
    const manager = await jetstreamManager(open.get(transport) as NatsConnection);
    const names = async () => (await manager.consumers.list(`${run}-names`).next()).map(({ name }) => name);
    expect(await names()).toHaveLength(2);
    await transport.close();
    expect(await names()).toEqual([
      expect.stringMatching(new RegExp(`^svc-mes-pl01-${run}-names-any-mes-v1-[0-9a-f]{16}$`)),
    ]);
  });

  it('are made again where somebody deletes a consumer, with what was not done', { timeout: 30_000 }, async () => {
    const transport = await connectTransport(service);
    const got: string[] = [];
    const settle = async (delivery: Delivery): Promise<void> => {
      got.push(text(delivery));
      if (text(delivery) === 'parked' && got.length === 1)
        return delivery.nack({ delayMs: 60_000, letOthersPass: true });
      return delivery.ack();
    };
    await transport.publish('deleted/v1', event('before'));
    await transport.subscribe('deleted/v1', settle, { group: 'deleted' });
    for (const data of ['parked', 'done']) await transport.publish('deleted/v1', event(data));
    await eventually('both', () => got.length === 2);
    // As long as it takes until the subscription looks how far the consumer is: a third of the ack wait.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const manager = await jetstreamManager(open.get(transport) as NatsConnection);
    const all = await manager.consumers.list(run).next();
    const name = all.find(({ config }) => config.filter_subject === `${run}.deleted.v1`)?.name ?? '';
    await manager.consumers.delete(run, name);
    await transport.publish('deleted/v1', event('after'));
    await eventually('the last', () => got.includes('after'), 20_000);
    expect(got.slice(0, 3)).toEqual(['parked', 'done', 'parked']);
    expect(got).not.toContain('before');
  });

  it('refuse a stream that does not take the subjects, and one that is missing', async () => {
    const elsewhere = await connectTransport(service, { prefix: 'elsewhere' });
    await expect(elsewhere.publish('a/v1', event('x'))).rejects.toThrow(`does not take elsewhere.>`);
    const driver = driverOf(open.get(elsewhere) as NatsConnection);
    const missing = createNatsTransport(driver, { prefix: 'missing', stream: 'missing' });
    await expect(missing.publish('a/v1', event('x'))).rejects.toThrow();
    await expect(missing.subscribe('a/v1', async () => {})).rejects.toThrow('stream not found');
  });

  it('refuse a user who may not publish, at once', async ({ skip }) => {
    const own = await startNats({
      authorization: `{ users: [
        { user: admin, password: secret },
        { user: reader, password: secret, permissions: { publish: { deny: "plant.>" } } } ] }`,
    }).catch((error: unknown) => String(error));
    if (typeof own === 'string') return skip(`no server of our own (${own})`);
    const admin = await connect({ servers: own.url, user: 'admin', pass: 'secret' });
    const reader = await connect({ servers: own.url, user: 'reader', pass: 'secret' });
    const settings = { stream: 'plant', prefix: 'plant', createStream: {} };
    try {
      await createNatsTransport(driverOf(admin), settings).publish('a/v1', event('x'));
      const began = Date.now();
      const refused = createNatsTransport(driverOf(reader), settings).publish('a/v1', event('x'));
      await expect(refused).rejects.toThrow(/permissions violation/i);
      expect(Date.now() - began).toBeLessThan(2_000);
    } finally {
      await Promise.all([admin.close(), reader.close()]);
      await own.stop();
    }
  });
}

function serverThatGoesAway(service: Service): void {
  it.skipIf(service.kill === undefined)('loses nothing that it has acked', { timeout: 30_000 }, async () => {
    const transport = await connectTransport(service);
    await (await transport.subscribe('killed/v1', async () => {}, { group: 'killed' })).close();
    const acked: string[] = [];
    let publishing = true;
    const publisher = (async () => {
      for (let index = 0; publishing; index += 1) {
        const sent = transport.publish('killed/v1', event(String(index))).then(() => acked.push(String(index)));
        await sent.catch(() => undefined);
      }
    })();
    await eventually('some acks', () => acked.length > 200);
    await service.kill?.();
    publishing = false;
    await service.restart?.();
    await publisher;
    const got = await collect(transport, 'killed/v1', 'killed');
    await eventually('all that was acked', () => new Set(got.map(text)).size >= acked.length, 15_000);
    expect(acked.filter((name) => !got.some((delivery) => text(delivery) === name))).toEqual([]);
  });

  it.skipIf(service.kill === undefined)('rejects in time, and subscriptions go on when it is back', async () => {
    const transport = await connectTransport(service, { publishTimeoutMs: 500 });
    const got = await collect(transport, 'away/{name}', 'away');
    await transport.publish('away/before', event('before'));
    await eventually('the first', () => got.length === 1);
    await service.kill?.();
    const began = Date.now();
    const lost = event('while away');
    await expect(transport.publish('away/while', lost)).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(3_000);
    await service.restart?.();
    await eventually('a publication', () =>
      transport.publish('away/while', lost).then(
        () => true,
        () => false,
      ),
    );
    await eventually('the delivery', () => got.some((delivery) => text(delivery) === 'while away'));
    expect(got.filter((delivery) => text(delivery) === 'while away')).toHaveLength(1);
  });

  it.skipIf(service.kill === undefined)('rejects what is published on a connection that has ended', async () => {
    const transport = await connectTransport(service);
    await transport.publish('ended/v1', event('x'));
    await open.get(transport)?.close();
    await expect(transport.publish('ended/v1', event('x'))).rejects.toThrow();
    await transport.close();
  });

  it.skipIf(service.kill === undefined)('can be closed while it is away', { timeout: 20_000 }, async () => {
    const connection = await connectTo(service);
    const driver = { ...driverOf(connection), jetstream: jetstream(connection, { timeout: 300 }) };
    const transport = createNatsTransport(driver, { stream: run, prefix: run });
    open.set(transport, connection);
    for (const group of ['closed', undefined]) await collect(transport, 'closed/v1', group);
    await service.kill?.();
    const began = Date.now();
    await transport.close();
    expect(Date.now() - began).toBeLessThan(5_000);
    await service.restart?.();
  });
}
