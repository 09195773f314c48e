import type { Delivery, Message } from '@millwright/runtime';
import { eventually } from '@millwright/testing';
import type { IClientPublishOptions, IPublishPacket } from 'mqtt';
import { describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import { connectTo, connectTransport, run, startedServer } from './mqtt-connections.ts';
import { bytes, collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`binding of mqtt: no server (${server})`, () => {});
} else {
  describe('properties of CloudEvents', () => propertiesOfCloudEvents(server));
  describe('producers of others', () => producersOfOthers(server));
}

/** What the plain client gets of a message that the transport publishes. */
async function published(service: Service, topic: string, message: Message): Promise<IPublishPacket | undefined> {
  const client = await connectTo(service);
  const got: IPublishPacket[] = [];
  client.on('message', (_topic, _payload, packet) => got.push(packet));
  await client.subscribeAsync(topic, { qos: 1 });
  const transport = await connectTransport(service);
  await transport.publish(topic, message);
  await eventually('the packet', () => got.length > 0);
  return got[0];
}

function propertiesOfCloudEvents(service: Service): void {
  it('are user properties of the same names, as the binding says, and the content type', async () => {
    const attributes = { note: 'Euro € 😀', quoted: 'a "b" 100%', datacontenttype: 'application/json; charset=utf-8' };
    const message = { ...event('{}', attributes), partitionKey: 'WO 1' };
    const packet = await published(service, `${run}/written/v1`, message);
    const { datacontenttype, ...others } = message.attributes;
    expect(packet?.properties?.contentType).toBe(datacontenttype);
    expect({ ...packet?.properties?.userProperties }).toEqual({ ...others, 'millwright-partition-key': 'WO 1' });
    expect([packet?.qos, packet?.retain, String(packet?.payload)]).toEqual([1, false, '{}']);
  });

  it('have the canonical text of numbers and truth values', async () => {
    const packet = await published(service, `${run}/canonical/v1`, event('x', { count: 7, urgent: true, ratio: 0.5 }));
    const properties = packet?.properties?.userProperties ?? {};
    expect([properties['count'], properties['urgent'], properties['ratio']]).toEqual(['7', 'true', undefined]);
  });

  it.each([
    [
      'types',
      event('x', { count: 7, urgent: true, ratio: 0.5, nested: { a: ['ü'] }, 'X-Mixed': 'case', nothing: null }),
    ],
    ['what a text of MQTT cannot hold', event('x', { note: 'a\0b\u0007\u0085\ufffe', half: '\ud83d' })],
    ['a content type that would mean another mode', event('x', { datacontenttype: 'application/cloudevents+json' })],
    [
      'headers of a contract without CloudEvents',
      {
        attributes: {
          'x-station': 'ST-7',
          count: 3,
          'content-type': 'text/plain',
          ['__proto__']: 'a',
          'millwright-x': 'b',
        },
        data: bytes('x'),
      },
    ],
  ])('come back as they were: %s', async (name, message) => {
    const transport = await connectTransport(service);
    const address = `${run}/back/${name}`;
    const got = await collect(transport, address);
    await transport.publish(address, { ...message, priority: 2, partitionKey: 'k' });
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message).toEqual({ ...message, priority: 2, partitionKey: 'k' });
  });

  it('are refused where they are too long, and nothing else is disturbed', async () => {
    const transport = await connectTransport(service);
    const address = `${run}/long/v1`;
    const got = await collect(transport, address);
    await expect(transport.publish(address, event('x', { note: 'x'.repeat(70_000) }))).rejects.toThrow('65535');
    await expect(transport.publish(address, { ...event('x'), partitionKey: '\0' })).rejects.toThrow('partition key');
    await transport.publish(address, event('fine', { note: 'ü'.repeat(32_000) }));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map(text)).toEqual(['fine']);
  });
}

function producersOfOthers(service: Service): void {
  const got: Delivery[] = [];
  const errors: unknown[] = [];

  /** Publishes with the plain client and returns what a subscriber gets, or undefined when a later message comes first. */
  async function understood(
    properties: IClientPublishOptions['properties'],
    data: string | Uint8Array,
    options: { readonly qos?: 0 | 1 | 2; readonly protocolVersion?: 4 | 5 } = {},
  ): Promise<Message | undefined> {
    const transport = await connectTransport(service, { onError: (error) => errors.push(error) });
    const address = `${run}/others/${crypto.randomUUID()}`;
    got.length = 0;
    await transport.subscribe(`${run}/others/{case}`, async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    const client = await connectTo(service, options.protocolVersion);
    const settings = { qos: options.qos ?? 1, ...(properties === undefined ? {} : { properties }) };
    await client.publishAsync(address, Buffer.from(data), settings);
    await transport.publish(`${run}/others/end`, event('end'));
    await eventually('the end', () => got.some((delivery) => text(delivery) === 'end'));
    return got.find((delivery) => delivery.address === address)?.message;
  }
  const required = { specversion: '1.0', id: 'A-1', source: '/others', type: 'others.v1' };
  const json = 'application/cloudevents+json; charset=UTF-8';

  it.each([0, 1, 2] as const)('are understood in binary mode with QoS %i', async (qos) => {
    const userProperties = { ...required, partitionkey: 'WO-1', 'X-Own': 'none' };
    const message = await understood({ contentType: 'text/plain', userProperties }, 'hallo', { qos });
    expect(message).toEqual({
      attributes: { ...required, partitionkey: 'WO-1', datacontenttype: 'text/plain' },
      partitionKey: 'WO-1',
      data: bytes('hallo'),
    });
  });

  it.each([
    ['JSON', { datacontenttype: 'application/json', data: { a: [1, 'ü'] } }, '{"a":[1,"ü"]}'],
    ['text', { datacontenttype: 'text/plain', data: 'a "b"' }, 'a "b"'],
    ['bytes', { datacontenttype: 'text/plain', data_base64: 'AP8=' }, Uint8Array.of(0, 255)],
    ['nothing', {}, ''],
  ])('are understood in structured mode with %s', async (_, given, data) => {
    const message = await understood({ contentType: json }, JSON.stringify({ ...required, count: 7, ...given }));
    const { datacontenttype } = given as { readonly datacontenttype?: string };
    expect(message?.attributes).toEqual({
      ...{ ...required, count: 7 },
      ...(datacontenttype === undefined ? {} : { datacontenttype }),
    });
    expect(Buffer.from(message?.data ?? [])).toEqual(Buffer.from(data as string));
  });

  it('are understood over MQTT 3.1.1, which has no properties', async () => {
    const message = await understood(undefined, JSON.stringify({ ...required, data: 1 }), { protocolVersion: 4 });
    expect(message).toEqual({ attributes: required, data: bytes('1') });
  });

  it('may send what is no event', async () => {
    expect(await understood(undefined, '{"a":1}')).toEqual({ attributes: {}, data: bytes('{"a":1}') });
    const userProperties = { 'x-a': ['1', '2'] };
    expect(await understood({ userProperties }, 'x')).toEqual({ attributes: { 'x-a': '1, 2' }, data: bytes('x') });
  });

  it.each([
    ['no JSON', { contentType: json }, '{'],
    ['a batch', { contentType: 'application/cloudevents-batch+json' }, '[]'],
    ['no specversion', { contentType: json }, '{}'],
    ['no Base64', { contentType: json }, JSON.stringify({ ...required, data_base64: '!' })],
    ['attributes of ours that are broken', { userProperties: { 'millwright-attributes': '{' } }, ''],
  ])('are given up and told of with %s', async (_, given, data) => {
    errors.length = 0;
    expect(await understood(given, data)).toBeUndefined();
    expect(errors).toEqual([expect.objectContaining({ code: 'malformed-message' })]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(got).toHaveLength(1);
  });
}
