import type { Delivery, Message } from '@millwright/runtime';
import { eventually } from '@millwright/testing';
import { type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import { connectTo, connectTransport, open, run, startedServer } from './nats-connections.ts';
import { bytes, collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`binding of nats: no server (${server})`, () => {});
} else {
  describe('headers of CloudEvents', () => headersOfCloudEvents(server));
  describe('producers of others', () => producersOfOthers(server));
}

/** What the stream has for an address, as the plain driver reads it. */
async function stored(service: Service, subject: string): Promise<readonly JsMsg[]> {
  const connection = await connectTo(service);
  try {
    const manager = await jetstreamManager(connection);
    const { name } = await manager.consumers.add(run, {
      ...{ filter_subject: subject, ack_policy: 'none', deliver_policy: 'all', inactive_threshold: 5e9 },
    });
    const batch = await (await jetstream(connection).consumers.get(run, name)).fetch({
      ...{ max_messages: 10, expires: 1_000 },
    });
    const messages: JsMsg[] = [];
    for await (const message of batch) {
      messages.push(message);
      if (message.info.pending === 0) break;
    }
    return messages;
  } finally {
    await connection.close();
  }
}

function headersOfCloudEvents(service: Service): void {
  it('are written as the binding says, percent-encoded', async () => {
    const transport = await connectTransport(service);
    const attributes = { note: 'Euro € 😀', quoted: 'a "b" 100%', plain: "!#$&'()*+,-./:;<=>?@[\\]^_`{|}~" };
    await transport.publish('headers/written/v1', { ...event('{}', attributes), partitionKey: 'WO 1' });
    const [message] = await stored(service, `${run}.headers.written.v1`);
    const header = (name: string): string => message?.headers?.get(name) ?? '';
    expect(header('ce-specversion')).toBe('1.0');
    expect(header('ce-source')).toBe('/test');
    // The example of section 3.1.3.2.
    expect(header('ce-note')).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80');
    expect(header('ce-quoted')).toBe('a%20%22b%22%20100%25');
    expect(header('ce-plain')).toBe(attributes.plain);
    expect(message?.headers?.has('Content-Type')).toBe(false);
    for (const name of message?.headers?.keys() ?? [])
      expect(name).toMatch(/^(ce-[a-z0-9]+|millwright-.*|Nats-Msg-Id)$/);
    for (const name of message?.headers?.keys() ?? []) expect(header(name)).toMatch(/^[\x20-\x7e]*$/);
    expect(message?.string()).toBe('{}');
  });

  it('have the canonical text of numbers and truth values, which come back with their types', async () => {
    const transport = await connectTransport(service);
    const got = await collect(transport, 'headers/types/v1');
    const given = { count: 7, urgent: true, ratio: 0.5, nested: { a: ['ü'] }, 'X-Mixed': 'case', nothing: null };
    const sent = event('x', given);
    await transport.publish('headers/types/v1', { ...sent, priority: 2 });
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message).toEqual({ ...sent, priority: 2 });
    const [message] = await stored(service, `${run}.headers.types.v1`);
    expect([message?.headers?.get('ce-count'), message?.headers?.get('ce-urgent')]).toEqual(['7', 'true']);
    expect(message?.headers?.has('ce-ratio')).toBe(false);
  });

  it('are the headers of the contract where it does not use CloudEvents', async () => {
    const transport = await connectTransport(service);
    const got = await collect(transport, 'headers/own/v1');
    const attributes = {
      ...{ 'x-station': 'ST-7', count: 3, text: ' blank at the ends ', lines: 'a\r\nNats-Rollup: all' },
      ...{
        'Nats-Expected-Stream': 'x',
        'ce-id': 'no event',
        'content-type': 'application/cloudevents+json',
        'a b': '1',
      },
    };
    await transport.publish('headers/own/v1', { attributes, data: bytes('x') });
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message.attributes).toEqual(attributes);
    const [message] = await stored(service, `${run}.headers.own.v1`);
    expect(message?.headers?.get('x-station')).toBe('ST-7');
    expect(message?.headers?.keys().sort()).toEqual(['Nats-Msg-Id', 'millwright-attributes', 'x-station']);
  });

  it('cannot be made of half a character: publish rejects', async () => {
    const transport = await connectTransport(service);
    await expect(transport.publish('headers/half/v1', event('x', { note: '\ud83d' }))).rejects.toThrow();
  });
}

function producersOfOthers(service: Service): void {
  const got: Delivery[] = [];
  const errors: unknown[] = [];

  /** Publishes with the plain client and returns what a subscriber gets, or undefined when a later message comes first. */
  async function understood(
    given: Readonly<Record<string, string>> | undefined,
    data: string | Uint8Array,
  ): Promise<Message | undefined> {
    const transport = await connectTransport(service, { onError: (error) => errors.push(error) });
    const address = `others/${crypto.randomUUID()}`;
    got.length = 0;
    await transport.subscribe('others/{case}', async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    const lines = headers();
    for (const [name, value] of Object.entries(given ?? {})) lines.append(name, value);
    const connection = open.get(transport) as NatsConnection;
    const subject = `${run}.${address.replace('/', '.')}`;
    await jetstream(connection).publish(subject, data, given === undefined ? {} : { headers: lines });
    await transport.publish('others/end', event('end'));
    await eventually('the end', () => got.some((delivery) => text(delivery) === 'end'));
    return got.find((delivery) => delivery.address === address)?.message;
  }
  const required = { specversion: '1.0', id: 'A-1', source: '/others', type: 'others.v1' };
  const json = 'application/cloudevents+json; charset=UTF-8';

  it('are understood in binary mode: names in any case, quoted strings, needless and lower-case escapes', async () => {
    const message = await understood(
      {
        ...{ 'Ce-SpecVersion': '1.0', 'CE-ID': 'A-1', 'ce-source': '/others', 'ce-type': 'others.v1' },
        ...{
          'ce-subject': '"a \\"b\\" %C3%BC"',
          'ce-note': '%41%e2%82%ac%',
          'ce-partitionkey': 'WO-1',
          'x-own': 'none',
        },
      },
      '{"a":1}',
    );
    expect(message?.attributes).toEqual({ ...required, subject: 'a "b" ü', note: 'A€%', partitionkey: 'WO-1' });
    expect(message?.partitionKey).toBe('WO-1');
    expect(new TextDecoder().decode(message?.data)).toBe('{"a":1}');
  });

  it.each([
    ['JSON', { datacontenttype: 'application/json', data: { a: [1, 'ü'] } }, '{"a":[1,"ü"]}'],
    ['JSON that is a string', { data: 'x' }, '"x"'],
    ['JSON of a vendor', { datacontenttype: 'application/vnd.a+json', data: 'x' }, '"x"'],
    ['text', { datacontenttype: 'text/plain', data: 'a "b"' }, 'a "b"'],
    ['bytes', { datacontenttype: 'text/plain', data_base64: 'AP8=' }, Uint8Array.of(0, 255)],
    ['nothing', {}, ''],
  ])('are understood in structured mode with %s', async (_, given, data) => {
    const structured = { ...required, count: 7, absent: null, ...given };
    const message = await understood({ 'content-type': json }, JSON.stringify(structured));
    const { datacontenttype } = given as { readonly datacontenttype?: string };
    expect(message?.attributes).toEqual({
      ...{ ...required, count: 7 },
      ...(datacontenttype === undefined ? {} : { datacontenttype }),
    });
    expect(Buffer.from(message?.data ?? [])).toEqual(Buffer.from(data as string));
  });

  it('are understood in the structured mode of binding 1.0.2, which has no headers', async () => {
    const message = await understood(undefined, JSON.stringify({ ...required, data: 1 }));
    expect(message).toEqual({ attributes: required, data: bytes('1') });
  });

  it('may send what is no event', async () => {
    expect(await understood(undefined, '{"a":1}')).toEqual({ attributes: {}, data: bytes('{"a":1}') });
  });

  it.each([
    ['no JSON', { 'content-type': json }, '{'],
    ['a batch', { 'content-type': 'application/cloudevents-batch+json' }, '[]'],
    ['no specversion', { 'content-type': json }, '{}'],
    ['no Base64', { 'content-type': json }, JSON.stringify({ ...required, data_base64: '!' })],
    ['an overlong escape', { 'ce-specversion': '1.0', 'ce-note': '%C0%A0' }, ''],
  ])('are given up and told of with %s', async (_, given, data) => {
    errors.length = 0;
    expect(await understood(given, data)).toBeUndefined();
    expect(errors).toEqual([expect.objectContaining({ code: 'malformed-message' })]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(got).toHaveLength(1);
  });
}
