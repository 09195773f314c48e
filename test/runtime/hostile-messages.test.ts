import {
  ContractViolation,
  createEventBus,
  createMemoryTransport,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
} from '@millwright/runtime';
import { createMessaging } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { validate } from '@millwright/sdk/validators';
import { describe, expect, it } from 'vitest';

const address = 'PL01/production/work-order/released/v1';
const type = 'millwright.production.work-order.released.v1';
const descriptor: MessageDescriptor = {
  name: 'WorkOrderReleased',
  address: '{plant}/production/work-order/released/v1',
  parameters: [{ name: 'plant', location: '$message.header#/plantid' }],
  contentType: 'application/json',
  type,
  payload: 'WorkOrder',
};

const order = {
  ...{ plantId: 'PL01', workOrderNumber: 'WO-1001', status: 'released', itemNumber: 'FG-1000', itemRevision: 'A' },
  ...{ quantity: { value: '500', unit: 'C62' }, dueAt: '2026-04-17T14:00:00Z' },
};
const text = JSON.stringify(order);
const bytes = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);
const within = (extra: string): Uint8Array<ArrayBuffer> => bytes(`{${extra},${text.slice(1)}`);

async function plant() {
  const transport = createMemoryTransport({ redeliveryDelayMs: 1 });
  const store = createMemoryStore();
  const messaging = createMessaging({ store, transport, source: '/mes', producer: 'svc-mes', retry: { initialMs: 1 } });
  await messaging.start();
  const bus = createEventBus({ ...messaging.config, validate });
  const got: unknown[] = [];
  await subscribeMessage(bus, descriptor, ({ data }) => void got.push(data), { group: 'mes' });
  const receive = async (data: Uint8Array<ArrayBuffer>, attributes: Readonly<Record<string, unknown>> = {}) => {
    const id = crypto.randomUUID();
    const envelope = { specversion: '1.0', id, source: '/erp', type, datacontenttype: 'application/json' };
    await transport.publish(address, { attributes: { ...envelope, ...attributes }, data });
    await transport.drain();
    const letters = await store.deadLetters.list({ limit: 10 });
    return { id, letters };
  };
  return { bus, messaging, got, receive, transport };
}

/** What comes in, and what the dead letter says of it. */
const hostile: readonly (readonly [
  name: string,
  data: Uint8Array<ArrayBuffer>,
  reason: string,
  attributes?: Readonly<Record<string, unknown>>,
])[] = [
  ['no JSON', bytes('{"plantId":'), 'is not JSON'],
  ['nothing', bytes(''), 'must be'],
  ['bytes that are no UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), 'is not JSON in UTF-8'],
  ['a byte order mark within', bytes('{}\ufeff'), 'is not JSON'],
  ['another value than an object', bytes('[]'), 'must be'],
  ['a wrong member', bytes(text.replace('"PL01"', '7')), '/plantId'],
  ['200,000 arrays in each other', bytes('['.repeat(200_000) + ']'.repeat(200_000)), 'is deeper than'],
  ['200,000 objects that never end', bytes('{"a":'.repeat(200_000)), 'is deeper than'],
  ['depth inside an unknown member', within(`"x":${'['.repeat(600)}${']'.repeat(600)}`), 'is deeper than'],
  ['more bytes than are allowed', within(`"x":"${'y'.repeat(2 ** 20)}"`), 'bytes, 1048576 are allowed'],
  ['a name twice', within('"status":"draft"'), 'a name twice'],
  ['a name twice, once escaped', within('"\\u0073tatus":"draft"'), 'a name twice'],
  ['a name twice, deep inside', within('"x":[{"y":{"z":1,"z":2}}]'), 'a name twice'],
  ['an integer that loses digits', within('"x":9007199254740993'), 'beyond 2^53'],
  ['a negative one', within('"x":[-9007199254740993]'), 'beyond 2^53'],
  ['an integer of 1,000 digits', within(`"x":${'9'.repeat(1000)}`), 'beyond 2^53'],
  ['a number without end', within('"x":1e999'), 'too large'],
  ['__proto__', within('"__proto__":{"isAdmin":true}'), '__proto__'],
  ['__proto__, escaped', within('"\\u005f_proto__":{"isAdmin":true}'), '__proto__'],
  ['another content type', bytes(text), 'must be application/json', { datacontenttype: 'text/xml' }],
  ['a type that nobody knows', bytes(text), 'is unknown here', { type: 'millwright.production.work-order.burnt.v1' }],
  ['a time that has not come', bytes(text), "ahead of this system's clock", { time: '2999-01-01T00:00:00Z' }],
  ['a version that nobody knows', bytes(text), 'is unknown here', { type: type.replace('v1', 'v7') }],
];

describe('a hostile message is a dead letter with its bytes and the reason, and its neighbour is handled', () => {
  it.each(hostile.map((entry) => ({ name: entry[0], entry })))('$name', async ({ entry }) => {
    const [, data, reason, attributes] = entry;
    const { got, receive } = await plant();
    const { id, letters } = await receive(data, attributes);
    expect(letters).toMatchObject([
      { id, address, state: 'buried', failure: { kind: 'contract', reason: expect.stringContaining(reason) } },
    ]);
    // One try: no second one could succeed.
    expect(letters[0]?.attempts).toBe(1);
    expect(letters[0]?.message.data).toEqual(data);
    await receive(bytes(text));
    expect(got).toEqual([order]);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });
});

describe('what only looks hostile passes', () => {
  it.each([
    ['the largest exact integer', within('"x":9007199254740991')],
    ['a long decimal', within('"x":0.12345678901234567890')],
    ['digits in a text', within('"x":"9007199254740993"')],
    ['colons, braces and escaped quotes in a text', within('"x":"{[\\":\\\\\\":,}","y\\\\":1')],
    ['one name in two objects', within('"x":[{"status":1},{"status":2}]')],
    ['names of the prototype', within('"constructor":1,"toString":2,"hasOwnProperty":3')],
    ['blanks everywhere', bytes(JSON.stringify(order, null, '\t'))],
    ['500 deep', within(`"x":${'['.repeat(499)}${']'.repeat(499)}`)],
  ])('%s', async (_, data) => {
    const { got, receive } = await plant();
    expect((await receive(data)).letters).toEqual([]);
    expect(got).toHaveLength(1);
  });

  it('a time a little ahead, or long ago, or none that can be read', async () => {
    const { got, receive } = await plant();
    await receive(bytes(text), { time: new Date(Date.now() + 60_000).toISOString() });
    await receive(bytes(text), { time: '1970-01-01T00:00:00Z' });
    await receive(bytes(text), { time: 'yesterday' });
    expect(got).toHaveLength(3);
  });

  it('a content type with parameters, or without', async () => {
    const { got, receive } = await plant();
    await receive(bytes(text), { datacontenttype: 'Application/JSON; charset=utf-8' });
    await receive(bytes(text), { datacontenttype: undefined });
    expect(got).toHaveLength(2);
  });
});

describe('the producer', () => {
  it('is told before anything is written', async () => {
    const { bus, messaging, got, transport } = await plant();
    const publish = (data: object) => publishMessage(bus, descriptor, { data, headers: { plantid: 'PL01' } });
    await expect(publish({ ...order, workOrderNumber: 7 })).rejects.toThrow(ContractViolation);
    const free = createEventBus({ ...messaging.config, validate: false });
    const large = { ...order, x: 'y'.repeat(2 ** 20) };
    await expect(publishMessage(free, descriptor, { data: large, headers: { plantid: 'PL01' } })).rejects.toMatchObject(
      {
        violations: [{ keyword: 'size' }],
      },
    );
    await transport.drain();
    expect([got, messaging.waiting.count]).toEqual([[], 0]);
  });
});
