import type { Delivery, Message } from '@millwright/runtime';
import { MalformedMessage, MessageTooLarge } from '@millwright/runtime/transports/kafka';
import { eventually } from '@millwright/testing';
import { type MessageToProduce, Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import {
  clientOf,
  connectTransport,
  type Headers,
  headersOf,
  run,
  startedServer,
  stored,
} from './kafka-connections.ts';
import { bytes, collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport kafka: no broker (${server})`, () => {});
} else {
  describe('records', () => records(server));
  describe('producers of others', () => producersOfOthers(server));
  describe('routes', () => routes(server));
}

function records(service: Service): void {
  /** A topic of its own, so that whatever is in it is of one test. */
  const routed = (topic: string) => ({ routes: [{ address: 'records/{case}/v1', topic: `${run}.${topic}` }] });

  it('have the headers of the binding in binary mode, and the key', async () => {
    const transport = connectTransport(service, routed('written'));
    const got = await collect(transport, 'records/written/v1');
    const attributes = { datacontenttype: 'application/json', note: 'Euro € 😀', partitionkey: 'WO 1', count: 7 };
    const sent = {
      ...event('{"a":1}', { ...attributes, urgent: true, ratio: 0.5 }),
      partitionKey: 'WO 1',
      priority: 2,
    };
    await transport.publish('records/written/v1', sent);
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message).toEqual(sent);
    const [message] = await stored(service, `${run}.written`, 1);
    expect(message?.key.toString()).toBe('WO 1');
    expect(message?.value.toString()).toBe('{"a":1}');
    expect(message && headersOf(message)).toEqual([
      ['ce_specversion', '1.0'],
      ['ce_id', sent.attributes['id']],
      ['ce_source', '/test'],
      ['ce_type', 'test.happened.v1'],
      ['content-type', 'application/json'],
      ['ce_note', 'Euro € 😀'],
      ['ce_partitionkey', 'WO 1'],
      ['ce_count', '7'],
      ['ce_urgent', 'true'],
      ['millwright-address', 'records/written/v1'],
      ['millwright-attributes', '{"count":7,"urgent":true,"ratio":0.5}'],
      ['millwright-priority', '2'],
    ]);
    const note = [...(message?.headers ?? [])].find(([name]) => String(name) === 'ce_note');
    expect(note?.[1].toString('hex')).toBe('4575726f20e282ac20f09f9880');
  });

  it('are the headers of the contract where it does not use CloudEvents', async () => {
    const transport = connectTransport(service, routed('own'));
    const got = await collect(transport, 'records/own/v1');
    const attributes = {
      ...{ 'x-station': 'ST-7', count: 3, list: ['a', null], 'content-type': 'application/cloudevents+json' },
      ...{ ce_id: 'no event', 'millwright-address': 'elsewhere', 'ü b': ' \r\n', half: '\ud83d', nothing: null },
    };
    await transport.publish('records/own/v1', { attributes, data: bytes('x') });
    await eventually('the delivery', () => got.length > 0);
    expect(got[0]?.message).toEqual({ attributes, data: bytes('x') });
    const [message] = await stored(service, `${run}.own`, 1);
    expect(message?.key).toBeFalsy();
    const names = message && headersOf(message).map(([name]) => name);
    expect(names).toEqual(['x-station', 'ü b', 'millwright-address', 'millwright-attributes']);
  });

  it('are in the partition that clients with the default of Kafka choose', async () => {
    const transport = connectTransport(service, routed('keys'));
    // The values that the tests of Kafka's own murmur2 expect.
    const hashes = {
      ...{ '21': -973_932_308, foobar: -790_332_482, abc: 479_470_107 },
      ...{ 'a-little-bit-long-string': -985_981_536, 'a-little-bit-longer-string': -1_486_304_829 },
      lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58_897_971,
    };
    for (const key of Object.keys(hashes))
      await transport.publish('records/keys/v1', { ...event('x'), partitionKey: key });
    const messages = await stored(service, `${run}.keys`, Object.keys(hashes).length);
    const partitions = Object.fromEntries(messages.map(({ key, partition }) => [String(key), partition]));
    const expected = Object.entries(hashes).map(([key, hash]) => [key, (hash & 0x7fff_ffff) % 3]);
    expect(partitions).toEqual(Object.fromEntries(expected));
    expect(new Set(Object.values(partitions)).size).toBeGreaterThan(1);
  });

  it('are refused before anything is sent when they are too large, or half a character', async () => {
    const transport = connectTransport(service, { ...routed('large'), messageBytesMax: 10_000 });
    const large = { ...event('x'.repeat(9_000)), partitionKey: 'k'.repeat(1_000) };
    await expect(transport.publish('records/large/v1', large)).rejects.toThrow(MessageTooLarge);
    await expect(transport.publish('records/half/v1', { ...event('x'), partitionKey: '\ud83d' })).rejects.toThrow(
      'surrogate',
    );
    await transport.publish('records/large/v1', event('x'.repeat(9_000)));
    expect(await stored(service, `${run}.large`, 1)).toHaveLength(1);
  });
}

function producersOfOthers(service: Service): void {
  let plain: Producer;
  beforeAll(() => {
    plain = new Producer(clientOf(service));
  });
  afterAll(() => plain.close());
  const topic = `${run}.others`;
  const routes = [{ address: 'others/v1', topic }];

  /** Publishes with the plain client; what a subscriber gets before a later message, and what it is told of. */
  async function understood(
    headers: Headers,
    value: string,
    more: Partial<MessageToProduce> = {},
  ): Promise<readonly [Message | undefined, readonly unknown[]]> {
    const errors: unknown[] = [];
    const transport = connectTransport(service, { routes, onError: (error) => errors.push(error) });
    const got: Delivery[] = [];
    await transport.subscribe('others/v1', async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    const lines = new Map(headers.map(([name, content]) => [Buffer.from(name), Buffer.from(content)]));
    await plain.send({ messages: [{ topic, partition: 0, headers: lines, value: Buffer.from(value), ...more }] });
    // A later one of the same partition.
    await plain.send({ messages: [{ topic, partition: 0, headers: new Map(), value: Buffer.from('end') }] });
    await eventually('the end', () => got.some((delivery) => text(delivery) === 'end'));
    await transport.close();
    return [got.find((delivery) => text(delivery) !== 'end')?.message, errors];
  }
  const required = { specversion: '1.0', id: 'A-1', source: '/others', type: 'others.v1' };
  const binary = Object.entries(required).map(([name, value]) => [`ce_${name}`, value] as const);
  const json = ['content-type', 'application/cloudevents+json; charset=UTF-8'] as const;

  it('are understood in binary mode, at the address of a topic that has only one', async () => {
    const headers: Headers = [...binary, ['content-type', 'text/plain'], ['ce_note', 'ü'], ['x-own', 'none']];
    const [message] = await understood(headers, 'x', { key: Buffer.from('WO-1') });
    const attributes = { ...required, note: 'ü', datacontenttype: 'text/plain' };
    expect(message).toEqual({ attributes, data: bytes('x'), partitionKey: 'WO-1' });
  });

  it('are understood in structured mode', async () => {
    const body = JSON.stringify({ ...required, partitionkey: 'WO-2', data: { a: 1 } });
    const [message] = await understood([json], body);
    const attributes = { ...required, partitionkey: 'WO-2' };
    expect(message).toEqual({ attributes, data: bytes('{"a":1}'), partitionKey: 'WO-2' });
  });

  it('may use keys and headers that are no text, and send what is no event', async () => {
    const headers = new Map([[Buffer.from('x-raw'), Buffer.of(0xff, 0)]]);
    const [message] = await understood([], 'x', { key: Buffer.of(0xff, 1), headers });
    expect(message).toEqual({ attributes: { 'x-raw': '/wA=' }, data: bytes('x'), partitionKey: '/wE=' });
  });

  it.each([
    ['no JSON', [json], '{'],
    ['a batch', [['content-type', 'application/cloudevents-batch+json']], '[]'],
    ['attributes of ours that are none', [...binary, ['millwright-attributes', '[]']], 'x'],
  ] as readonly [string, Headers, string][])(
    'do not hold up the next with %s, which is kept',
    async (_, headers, value) => {
      const reason = String(new MalformedMessage('not a JSON object'));
      const before = crypto.randomUUID();
      const [message, errors] = await understood([...headers, ['x-case', before]], value);
      expect(message).toBeUndefined();
      expect(errors).toEqual([expect.objectContaining({ code: 'malformed-message' })]);
      let letter: ReadonlyMap<string, string> | undefined;
      for (let count = 1; letter?.get('x-case') !== before; count += 1) {
        const letters = await stored(service, `${run}.dead-letters`, count);
        letter = letters.map((each) => new Map(headersOf(each))).find((each) => each.get('x-case') === before);
      }
      expect(letter?.get('millwright-reason')).toBe(reason);
      expect(letter?.get('millwright-topic')).toBe(topic);
    },
  );
}

function routes(service: Service): void {
  const [orders, lines] = [`${run}.orders`, `${run}.lines`];
  const split = {
    routes: [
      { address: '{plant}/orders/{event}/v1', topic: orders },
      { address: '{plant}/lines/{line}/v1', topic: lines },
    ],
  };

  it('split addresses over topics, and a pattern reads all that hold its addresses', async () => {
    const transport = connectTransport(service, split);
    const all = await collect(transport, '{plant}/{kind}/{name}/v1');
    const released = await collect(transport, 'PL01/orders/released/v1');
    const addresses = ['PL01/orders/released/v1', 'PL02/orders/released/v1', 'PL01/lines/7/v1', 'PL01/tools/7/v1'];
    for (const address of addresses) await transport.publish(address, event(address));
    await eventually('all', () => all.length >= addresses.length && released.length > 0);
    expect(all.map(({ address }) => address).sort()).toEqual([...addresses].sort());
    expect(released.map(text)).toEqual(['PL01/orders/released/v1']);
    expect((await stored(service, orders, 2)).map(({ value }) => value.toString())).toEqual(
      expect.arrayContaining(addresses.slice(0, 2)),
    );
    expect((await stored(service, lines, 1)).map(({ value }) => value.toString())).toEqual(['PL01/lines/7/v1']);
  });

  it('tell of messages that do not say where they belong', async () => {
    const errors: unknown[] = [];
    const transport = connectTransport(service, { ...split, onError: (error) => errors.push(error) });
    const got = await collect(transport, 'PL03/lines/{line}/v1');
    const plain = new Producer(clientOf(service));
    await plain.send({ messages: [{ topic: lines, partition: 0, value: Buffer.from('lost') }] });
    await plain.close();
    await transport.publish('PL03/lines/1/v1', event('said'));
    await eventually('both', () => got.length > 0 && errors.length > 0);
    expect(got.map(text)).toEqual(['said']);
    expect(String(errors[0])).toContain(`${lines}: a message that says no address`);
  });

  it.each(['a b', '', '..', 'x'.repeat(250)])('refuse the topic %j', (topic) => {
    expect(() => connectTransport(service, { routes: [{ address: 'a', topic }] })).toThrow('no topic of Kafka');
  });

  it('refuse a topic that is not there and that nobody may make', async () => {
    const transport = connectTransport(service, { topic: `${run}.missing`, createTopics: undefined as never });
    await expect(transport.publish('a/v1', event('x'))).rejects.toThrow(`there is no topic ${run}.missing`);
    await expect(transport.subscribe('a/v1', async () => {})).rejects.toThrow(`there is no topic ${run}.missing`);
  });

  it.each(['a.b/c', 'a/b.c', '/a//b', 'a%2Eb/c%', 'ä*/#', 'a b'])('keep the address %s apart', async (address) => {
    const transport = connectTransport(service);
    const got = await collect(transport, `odd/${address}`);
    await transport.publish('odd/a/b/c', event('other'));
    await transport.publish(`odd/${address}`, event('mine'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map((delivery) => [delivery.address, text(delivery)])).toEqual([[`odd/${address}`, 'mine']]);
  });
}
