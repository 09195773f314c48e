import type { Delivery, Message } from '@millwright/runtime';
import {
  createRabbitmqTransport,
  MalformedMessage,
  type RabbitmqConnection,
  UnroutableMessage,
} from '@millwright/runtime/transports/rabbitmq';
import { eventually } from '@millwright/testing';
import type { Channel, GetMessage, Options } from 'amqplib';
import { describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import { describeTransport } from './conformance.ts';
import { poisonCase } from './poison.ts';
import { connectTo, connectTransport, open, queues, run, startedServer, tap } from './rabbitmq-connections.ts';
import { bytes, collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport rabbitmq: no server (${server})`, () => {});
} else {
  describeTransport('rabbitmq', {
    connect: () => connectTransport(server),
    prefix: 'conformance',
    features: createRabbitmqTransport({} as RabbitmqConnection).features,
    crash: async (transport) => open.get(transport)?.close(),
  });
  poisonCase(() => connectTransport(server));
  describe('binding', () => binding(server));
  describe('producers of others', () => producersOfOthers(server));
  describe('queues', () => queuesAndLanes(server));
  describe('a server that goes away', () => serverThatGoesAway(server));
}

function binding(service: Service): void {
  it('writes attributes as the binding says, read back by the plain driver', async () => {
    const stored = await tap(service, 'binding.written.v1');
    const transport = await connectTransport(service);
    const got = await collect(transport, 'binding/written/v1');
    const attributes = { datacontenttype: 'application/json', note: 'Euro € 😀', count: 7, urgent: true, ratio: 0.5 };
    const sent = { ...event('{}', { ...attributes, nested: { '!': 'void' } }), partitionKey: 'WO 1', priority: 2 };
    await transport.publish('binding/written/v1', sent);
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message).toEqual(sent);
    const { properties, content } = (await stored()) as GetMessage;
    const { id } = sent.attributes;
    expect(properties.headers).toEqual({
      ...{ 'cloudEvents:specversion': '1.0', 'cloudEvents:id': id, 'cloudEvents:source': '/test' },
      ...{ 'cloudEvents:type': 'test.happened.v1', 'cloudEvents:note': attributes.note },
      ...{ 'cloudEvents:count': 7, 'cloudEvents:urgent': true },
      'millwright-attributes': '{"ratio":0.5,"nested":{"!":"void"}}',
      ...{ 'millwright-partition-key': 'WO 1', 'millwright-priority': 2 },
    });
    expect(properties.contentType).toBe('application/json');
    expect(properties.deliveryMode).toBe(2);
    expect(content.toString()).toBe('{}');
  });

  it('keeps headers of a contract without CloudEvents, and those that the server would act on', async () => {
    const stored = await tap(service, 'binding.own.v1');
    const transport = await connectTransport(service);
    const got = await collect(transport, 'binding/own/v1');
    const attributes = {
      ...{ 'x-station': 'ST-7', count: 3, list: ['a', null], 'content-type': 'application/cloudevents+json' },
      ...{ CC: 'elsewhere', BCC: ['elsewhere'], 'x-delivery-count': 9, 'cloudEvents:id': 'no event', nothing: null },
    };
    await transport.publish('binding/own/v1', { attributes, data: bytes('x') });
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message.attributes).toEqual(attributes);
    const { properties } = (await stored()) as GetMessage;
    const names = Object.keys(properties.headers ?? {}).sort();
    expect(names).toEqual(['content-type', 'count', 'millwright-attributes', 'x-station']);
  });

  it('cannot write half a character, nor an address that is too long: publish rejects', async () => {
    const transport = await connectTransport(service);
    const half = { datacontenttype: 'text/\ud83d' };
    await expect(transport.publish('binding/half/v1', event('x', half))).rejects.toThrow('surrogate');
    await expect(transport.publish('x'.repeat(256), event('x'))).rejects.toThrow('longer than');
  });
}

function producersOfOthers(service: Service): void {
  /** Publishes with the plain driver; what a subscriber gets until a later message, and what it is told of. */
  async function understood(data: string, options: Options.Publish): Promise<[Message | undefined, unknown]> {
    const errors: unknown[] = [];
    const transport = await connectTransport(service, { onError: (error) => errors.push(error) });
    const got = await collect(transport, 'others/{case}');
    const channel = await (await connectTo(service)).createConfirmChannel();
    channel.publish(run, 'others.case', Buffer.from(data), options);
    await channel.waitForConfirms();
    await transport.publish('others/end', event('end'));
    await eventually('the end', () => got.some((delivery) => text(delivery) === 'end'));
    return [got.find(({ address }) => address === 'others/case')?.message, errors[0]];
  }
  const required = { specversion: '1.0', id: 'A-1', source: '/others', type: 'others.v1' };
  const json = 'application/cloudevents+json; charset=UTF-8';

  it('are understood in binary mode, with underscores and native times', async () => {
    const time = { '!': 'timestamp', value: 1_776_232_800 };
    const names = Object.entries({ ...required, time, partitionkey: 'WO-1' });
    const headers = Object.fromEntries(names.map(([name, value]) => [`cloudEvents_${name}`, value]));
    const [message] = await understood('{"a":1}', { headers, contentType: 'application/json' });
    const rest = { time: '2026-04-15T06:00:00.000Z', partitionkey: 'WO-1', datacontenttype: 'application/json' };
    expect(message?.attributes).toEqual({ ...required, ...rest });
    expect(message?.partitionKey).toBe('WO-1');
  });

  it('are understood in structured mode', async () => {
    const body = JSON.stringify({ ...required, partitionkey: 'WO-2', data: { a: 1 } });
    const [message] = await understood(body, { contentType: json });
    expect(message?.attributes).toEqual({ ...required, partitionkey: 'WO-2' });
    expect(new TextDecoder().decode(message?.data)).toBe('{"a":1}');
    expect(message?.partitionKey).toBe('WO-2');
  });

  it('do not stop a subscription with what cannot be read', async () => {
    const [message, error] = await understood('{', { contentType: json });
    expect(message).toBeUndefined();
    expect(error).toBeInstanceOf(MalformedMessage);
  });
}

const refusing = { 'x-overflow': 'reject-publish' };

function queuesAndLanes(service: Service): void {
  it.each(['a.b/c', 'a/b.c', '/a//b', 'a%2Eb/c%', 'ä*/#', 'a b'])('keep the address %s apart', async (address) => {
    const transport = await connectTransport(service);
    const got = await collect(transport, `odd/${address}`);
    await transport.publish('odd/a/b/c', event('other'));
    await transport.publish(`odd/${address}`, event('mine'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map((delivery) => [delivery.address, text(delivery)])).toEqual([[`odd/${address}`, 'mine']]);
  });

  it('keep what was rejected, with the reason', async () => {
    const transport = await connectTransport(service);
    const channel = await (await connectTo(service)).createChannel();
    await transport.subscribe('bad/v1', (delivery) => delivery.reject('it is bad'), { group: 'rejects' });
    await channel.purgeQueue(`${run}.dead-letters`);
    await transport.publish('bad/v1', event('bad', { count: 7 }));
    let letter: GetMessage | false = false;
    await eventually('the letter', async () => {
      letter ||= await channel.get(`${run}.dead-letters`, { noAck: true });
      return letter !== false;
    });
    const { content, fields, properties } = letter as unknown as GetMessage;
    expect([content.toString(), fields.routingKey]).toEqual(['bad', 'bad.v1']);
    expect(properties.headers).toMatchObject({ 'millwright-reason': 'it is bad', 'cloudEvents:count': 7 });
    expect(properties.headers?.['millwright-queue']).toMatch(new RegExp(`^${run}\\.rejects-bad-v1-[0-9a-f]{16}$`));
  });

  it('are given up to the dead letters also where their reason cannot be said', async () => {
    const connection = await connectTo(service);
    const refuses: RabbitmqConnection = {
      createChannel: () => connection.createChannel(),
      createConfirmChannel: () => Promise.reject(new Error('no more channels')),
    };
    const errors: string[] = [];
    const mute = createRabbitmqTransport(refuses, { exchange: run, onError: (error) => errors.push(String(error)) });
    await mute.subscribe('mute/v1', (delivery) => delivery.reject('never heard'), { group: 'mute' });
    const channel = await (await connectTo(service)).createChannel();
    await channel.purgeQueue(`${run}.dead-letters`);
    await (await connectTransport(service)).publish('mute/v1', event('mute'));
    let letter: GetMessage | false = false;
    await eventually('the letter', async () => {
      letter ||= await channel.get(`${run}.dead-letters`, { noAck: true });
      return letter !== false;
    });
    await mute.close();
    expect(errors).toEqual(['Error: no more channels']);
    expect((letter as unknown as GetMessage).properties.headers?.['x-first-death-reason']).toBe('rejected');
  });

  it('reject what nobody takes, where that is wanted', async () => {
    const lenient = await connectTransport(service);
    await lenient.publish('nobody/v1', event('x'));
    const strict = await connectTransport(service, { requireQueue: true });
    await expect(strict.publish('nobody/v1', event('x'))).rejects.toThrow(UnroutableMessage);
    const got = await collect(strict, 'nobody/v1');
    await strict.publish('nobody/v1', event('y'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map(text)).toEqual(['y']);
  });

  it('reject what a full queue refuses, and only that', async () => {
    const transport = await connectTransport(service);
    const channel = await (await connectTo(service)).createChannel();
    await transport.publish('full/other', event('x'));
    const { queue } = await channel.assertQueue('', { exclusive: true, maxLength: 1, arguments: refusing });
    await channel.bindQueue(queue, run, 'full.v1');
    await transport.publish('full/v1', event('1'));
    await expect(transport.publish('full/v1', event('2'))).rejects.toThrow('nacked');
    await channel.purgeQueue(queue);
    await transport.publish('full/v1', event('3'));
  });

  it('take more at once than the driver has room for, in order', async () => {
    const transport = await connectTransport(service, { timeoutMs: 20_000 });
    const got = await collect(transport, 'burst/v1');
    // The driver wants a pause after 1,024 frames.
    const names = Array.from({ length: 3_000 }, (_, index) => String(index));
    await Promise.all(names.map((name) => transport.publish('burst/v1', event(name))));
    await eventually('all', () => got.length >= names.length, 20_000);
    expect(got.map(text)).toEqual(names);
  });

  it('deliver anew only behind what still runs when a channel breaks', async () => {
    const connection = await connectTo(service);
    const channels: Channel[] = [];
    const createChannel = async (): Promise<Channel> => {
      const channel = await connection.createChannel();
      channels.push(channel);
      return channel;
    };
    const createConfirmChannel = () => connection.createConfirmChannel();
    const transport = createRabbitmqTransport({ createChannel, createConfirmChannel }, { exchange: run });
    const seen: string[] = [];
    await transport.subscribe('broken/v1', async (delivery) => {
      seen.push(`${text(delivery)} begins, ${delivery.attempt}`);
      if (delivery.attempt === 1) await new Promise((resolve) => setTimeout(resolve, 500));
      seen.push(`${text(delivery)} ends`);
      await delivery.ack();
    });
    for (const data of ['a', 'b']) await transport.publish('broken/v1', { ...event(data), partitionKey: 'k' });
    await eventually('a running handler', () => seen.length === 1);
    await channels[0]?.close();
    await eventually('both', () => seen.includes('b ends'));
    await transport.close();
    expect(channels).toHaveLength(2);
    const again = ['a begins, 2', 'a ends', 'b begins, 2', 'b ends'];
    expect(seen).toEqual(['a begins, 1', 'a ends', ...again]);
  });

  it('give back in order what waits when a subscription is closed, and count it', async () => {
    const transport = await connectTransport(service);
    const subscription = await transport.subscribe('back/v1', (delivery) => delivery.nack({ delayMs: 60_000 }), {
      group: 'back',
    });
    for (const data of ['1', '2', '3']) await transport.publish('back/v1', event(data));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await subscription.close();
    const got = await collect(transport, 'back/v1', 'back');
    await eventually('all', () => got.length >= 3);
    expect(got.map(text)).toEqual(['1', '2', '3']);
    expect(got.map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
  });

  it('have at hand no more than they may, and leave the rest to other members of the group', async () => {
    const [first, second] = [await connectTransport(service, { heldMax: 2 }), await connectTransport(service)];
    const taken: string[] = [];
    const slow = async (delivery: Delivery): Promise<void> => {
      taken.push(delivery.address);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await delivery.ack();
    };
    await first.subscribe('share/{key}/v1', slow, { group: 'share' });
    for (let index = 0; index < 10; index += 1) await first.publish(`share/k${index}/v1`, event('x'));
    await eventually('the first ones', () => taken.length === 2);
    const others = await collect(second, 'share/{key}/v1', 'share');
    await eventually('the others', () => others.length === 8, 900);
    expect(taken).toHaveLength(2);
  });

  it('are made again where somebody deletes one, and a queue without a group goes with its subscription', async () => {
    const transport = await connectTransport(service);
    const channel = await (await connectTo(service)).createChannel();
    const declared = async (subscribe: () => Promise<unknown>): Promise<string> => {
      const before = new Set(queues);
      await subscribe();
      return [...queues].find((name) => !before.has(name) && !name.endsWith('.dead-letters')) ?? '';
    };
    let got: readonly Delivery[] = [];
    const shared = await declared(async () => {
      got = await collect(transport, 'deleted/v1', 'deleted');
    });
    await channel.deleteQueue(shared);
    await eventually('a delivery', async () => {
      await transport.publish('deleted/v1', event('after'));
      return got.length > 0;
    });
    const own = await declared(() => transport.subscribe('own/v1', async () => {}));
    await channel.checkQueue(own);
    await transport.close();
    await channel.checkQueue(shared);
    channel.on('error', () => {});
    await expect(channel.checkQueue(own)).rejects.toThrow('404');
  });
}

/**
 * A server that is killed within a second of making a quorum queue does not start it again, and confirms nothing for it: the
 * list of its queues is saved that often.
 */
const listIsSaved = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 1_500));

function serverThatGoesAway(service: Service): void {
  const own = it.skipIf(service.kill === undefined);

  own('loses nothing that it has confirmed, for groups and without one', { timeout: 60_000 }, async () => {
    const transport = await connectTransport(service, { timeoutMs: 20_000 });
    await (await transport.subscribe('killed/v1', async () => {}, { group: 'killed' })).close();
    const live = await collect(transport, 'killed/v1');
    await listIsSaved();
    const confirmed: string[] = [];
    let publishing = true;
    const publisher = (async () => {
      for (let index = 0; publishing; index += 1) {
        const sent = transport.publish('killed/v1', event(String(index))).then(() => confirmed.push(String(index)));
        await sent.catch(() => undefined);
      }
    })();
    await eventually('some confirms', () => confirmed.length > 200);
    await service.kill?.();
    publishing = false;
    await service.restart?.();
    await publisher;
    const got = await collect(transport, 'killed/v1', 'killed');
    const missing = (deliveries: readonly Delivery[]): readonly string[] => {
      const there = new Set(deliveries.map(text));
      return confirmed.filter((name) => !there.has(name));
    };
    await eventually('all that was confirmed', () => missing(got).length + missing(live).length === 0, 20_000);
  });

  own('rejects in time, and publications and subscriptions go on when it is back', { timeout: 60_000 }, async () => {
    const transport = await connectTransport(service, { timeoutMs: 500 });
    const got = await collect(transport, 'away/v1', 'away');
    await transport.publish('away/v1', event('before'));
    await eventually('the first', () => got.length === 1);
    await listIsSaved();
    await service.kill?.();
    const began = Date.now();
    for (const data of ['lost 1', 'lost 2']) await expect(transport.publish('away/v1', event(data))).rejects.toThrow();
    await expect(transport.subscribe('away/v1', async () => {})).rejects.toThrow('within 500 ms');
    expect(Date.now() - began).toBeLessThan(3_000);
    await service.restart?.();
    await eventually(
      'a publication',
      () =>
        transport.publish('away/v1', event('back')).then(
          () => true,
          () => false,
        ),
      20_000,
    );
    await eventually('the delivery', () => got.some((delivery) => text(delivery) === 'back'), 20_000);
    // Not sent behind the back of a caller who was told that it failed.
    expect(got.map(text)).not.toContain('lost 2');
    const stopped = Date.now();
    await service.kill?.();
    await transport.close();
    expect(Date.now() - stopped).toBeLessThan(3_000);
  });
}
