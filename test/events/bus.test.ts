import {
  type Bus,
  type BusConfig,
  ContractViolation,
  createEventBus,
  createMemoryTransport,
  type MemoryTransport,
  type MessageDescriptor,
  publishMessage,
  type Received,
  subscribeMessage,
} from '@millwright/runtime';
import { describe, expect, test } from 'vitest';

const released: MessageDescriptor = {
  name: 'WorkOrderReleased',
  address: '{plant}/work-order/released/v1',
  parameters: [{ name: 'plant', location: '$message.header#/plantid' }],
  contentType: 'application/json',
  type: 'millwright.production.work-order.released.v1',
  contractversion: '1.2.0',
  payload: 'WorkOrder',
  headers: 'Envelope',
  partitionKey: '$message.payload#/number',
};

const lamp: MessageDescriptor = {
  name: 'lamp',
  address: 'lamps/{id}/{unit}',
  parameters: [{ name: 'id' }, { name: 'unit', enum: ['lux', 'lumen'], default: 'lux' }],
  contentType: 'application/json',
};

type Order = { readonly number: string; readonly count?: number; readonly extra?: number };
type Got = Received<Order, Readonly<Record<string, unknown>>>;

const validate: BusConfig['validate'] = (name, value, mode) => {
  if (name !== 'WorkOrder') return [];
  const order = value as Order;
  if (typeof order.number !== 'string') return [{ pointer: '/number', keyword: 'type', message: 'must be string' }];
  return mode === 'strict' && 'extra' in order
    ? [{ pointer: '/extra', keyword: 'additionalProperties', message: 'is not declared' }]
    : [];
};

function plant(config: Partial<BusConfig> = {}): { readonly bus: Bus; readonly transport: MemoryTransport } {
  const transport = createMemoryTransport({ redeliveryDelayMs: 1 });
  return {
    transport,
    bus: createEventBus({ transport, source: '/plants/PL01/erp', producer: 'svc-erp', validate, ...config }),
  };
}

const order = (number: string, more: object = {}) => ({
  data: { number, ...more },
  headers: { subject: `PL01/${number}`, plantid: 'PL01' },
});

describe('envelope', () => {
  test('is filled in, and the handler gets it', async () => {
    const { bus, transport } = plant();
    const got: Got[] = [];
    await subscribeMessage<Order, Got['headers']>(bus, released, (message) => void got.push(message));
    const headers = await publishMessage(bus, released, order('WO-1'));
    await transport.drain();
    expect(got).toMatchObject([
      { data: { number: 'WO-1' }, address: 'PL01/work-order/released/v1', parameters: { plant: 'PL01' }, attempt: 1 },
    ]);
    expect(got[0]?.headers).toEqual(headers);
    expect(headers).toMatchObject({
      specversion: '1.0',
      source: '/plants/PL01/erp',
      type: released.type,
      datacontenttype: 'application/json',
      contractversion: '1.2.0',
      producer: 'svc-erp',
      partitionkey: 'WO-1',
      subject: 'PL01/WO-1',
    });
    expect(headers['correlationid']).toBe(headers['id']);
    expect(Date.parse(headers['time'] as string)).not.toBeNaN();
    expect(Object.values(headers)).not.toContain(undefined);
  });

  test('a cause hands on correlation and trace; given attributes win', async () => {
    const { bus } = plant({ traceparent: () => '00-new' });
    const cause = { headers: { id: 'first', correlationid: 'flow', traceparent: '00-old' } };
    expect(await publishMessage(bus, released, { ...order('WO-1'), cause })).toMatchObject({
      correlationid: 'flow',
      causationid: 'first',
      traceparent: '00-old',
    });
    expect(await publishMessage(bus, released, order('WO-1'))).toMatchObject({ traceparent: '00-new' });
    const given = {
      data: { number: 'x' },
      headers: { plantid: 'P', subject: 's', id: 'mine', time: 't', causationid: null },
    };
    const sent = await publishMessage(bus, released, given);
    expect(sent).toMatchObject({ id: 'mine', time: 't' });
    expect(sent).not.toHaveProperty('causationid');
  });
});

describe('contract at both ends', () => {
  test('the producer is checked strictly and nothing is sent', async () => {
    const { bus, transport } = plant();
    const got: unknown[] = [];
    await subscribeMessage(bus, released, (message) => void got.push(message));
    const error: unknown = await publishMessage(bus, released, order('WO-1', { extra: 1 })).catch(
      (cause: unknown) => cause,
    );
    await transport.drain();
    expect(error).toBeInstanceOf(ContractViolation);
    expect(error).toMatchObject({ part: 'payload', pointer: '/extra', messageName: 'WorkOrderReleased' });
    expect(got).toEqual([]);
  });

  test('the consumer ignores unknown members, and rejects what breaks the contract with its pointer', async () => {
    const seen: string[] = [];
    const { bus, transport } = plant({ onViolation: (error) => seen.push(error.pointer) });
    const careless = createEventBus({ ...bus.config, validate: false });
    const got: unknown[] = [];
    await subscribeMessage<Order, object>(bus, released, ({ data }) => void got.push(data));
    await publishMessage(careless, released, order('WO-1', { extra: 1 }));
    await publishMessage(careless, released, { data: { number: 7 }, headers: { plantid: 'PL01', subject: 's' } });
    await transport.publish('PL01/work-order/released/v1', {
      attributes: { type: released.type },
      data: new TextEncoder().encode('{'),
    });
    await transport.drain();
    expect(got).toEqual([{ number: 'WO-1', extra: 1 }]);
    // No order is promised between partition keys.
    expect([...seen].sort()).toEqual(['', '/number']);
    const reasons = transport.deadLetters.map(({ reason }) => reason).sort();
    expect(reasons).toEqual([
      expect.stringContaining('is not JSON'),
      expect.stringContaining('/number must be string'),
    ]);
  });

  test('another message of the channel is not for this handler, and a type that the contract does not know is kept', async () => {
    const { bus, transport } = plant();
    const got: unknown[] = [];
    await subscribeMessage(bus, { ...released, others: ['other'] }, (message) => void got.push(message));
    await publishMessage(bus, { ...released, type: 'other' }, order('WO-1'));
    await transport.drain();
    expect([got.length, transport.deadLetters.length]).toEqual([0, 0]);
    await publishMessage(bus, { ...released, type: 'millwright.production.work-order.released.v9' }, order('WO-1'));
    await transport.drain();
    expect(got).toEqual([]);
    expect(transport.deadLetters.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('/type is unknown here: "millwright.production.work-order.released.v9"'),
    ]);
  });

  test("handlers of one channel and one group do not take each other's messages", async () => {
    const { bus, transport } = plant();
    const cancelled = { ...released, name: 'WorkOrderCancelled', type: 'cancelled', others: [released.type as string] };
    const got: string[] = [];
    const group = 'mes';
    await subscribeMessage(bus, { ...released, others: ['cancelled'] }, () => void got.push('released'), { group });
    await subscribeMessage(bus, cancelled, () => void got.push('cancelled'), { group });
    for (const descriptor of [released, cancelled, released, cancelled])
      await publishMessage(bus, descriptor, order('WO-1'));
    await transport.drain();
    expect(got.sort()).toEqual(['cancelled', 'cancelled', 'released', 'released']);
  });

  test('without CloudEvents headers travel as declared', async () => {
    const { bus, transport } = plant();
    const got: Received<unknown, unknown>[] = [];
    await subscribeMessage(bus, lamp, (message) => void got.push(message));
    await publishMessage(bus, lamp, { data: { on: true }, headers: { ttl: 5 }, parameters: { id: 'a1' } });
    await transport.drain();
    expect(got).toMatchObject([{ data: { on: true }, headers: { ttl: 5 }, address: 'lamps/a1/lux' }]);
    expect(got[0]?.headers).toEqual({ ttl: 5 });
  });
});

describe('addresses', () => {
  test.each([
    ['a separator', { id: 'a/b' }, '/id'],
    ['a wildcard of NATS', { id: 'a.>' }, '/id'],
    ['a wildcard of MQTT', { id: '+' }, '/id'],
    ['nothing', {}, '/id'],
    ['an inherited name', { ['__proto__']: 'x' }, '/id'],
    ['a value outside its enum', { id: 'a', unit: 'candela' }, '/unit'],
  ])('%s is refused', async (_, parameters, pointer) => {
    const { bus } = plant();
    await expect(publishMessage(bus, lamp, { data: 1, parameters })).rejects.toMatchObject({
      part: 'address',
      pointer,
    });
  });

  test('a subscription may fix parameters', async () => {
    const { bus, transport } = plant();
    const got: string[] = [];
    await subscribeMessage(bus, lamp, ({ address }) => void got.push(address), { parameters: { id: 'a' } });
    for (const id of ['a', 'b']) await publishMessage(bus, lamp, { data: 1, parameters: { id } });
    await transport.drain();
    expect(got).toEqual(['lamps/a/lux']);
    await expect(subscribeMessage(bus, lamp, () => undefined, { parameters: { di: 'a' } })).rejects.toThrow(
      ContractViolation,
    );
  });

  test('a reply goes where the request asks', async () => {
    const { bus, transport } = plant();
    const got: string[] = [];
    const answer: MessageDescriptor = {
      name: 'answer',
      address: null,
      contentType: 'application/json',
      replyTo: '$message.header#/replyTo',
    };
    await subscribeMessage(bus, answer, ({ address }) => void got.push(address), { address: 'answers/{who}' });
    await publishMessage(bus, answer, { data: 1, cause: { headers: { replyTo: 'answers/me' } } });
    await transport.drain();
    expect(got).toEqual(['answers/me']);
    await expect(publishMessage(bus, answer, { data: 1, cause: { headers: {} } })).rejects.toThrow(ContractViolation);
  });
});

describe('memory transport', () => {
  test('a handler that throws gets it again, later ones of its key wait, other keys do not', async () => {
    const { bus, transport } = plant();
    const got: string[] = [];
    await subscribeMessage<Order, object>(bus, released, ({ data, attempt }) => {
      got.push(`${data.number}-${data.count}#${attempt}`);
      if (data.count === 1 && attempt < 3) throw new Error('not yet');
    });
    for (const [number, count] of [
      ['A', 1],
      ['A', 2],
      ['B', 3],
    ] as const)
      await publishMessage(bus, released, order(number, { count }));
    await transport.drain();
    expect(got.filter((text) => text.startsWith('A'))).toEqual(['A-1#1', 'A-1#2', 'A-1#3', 'A-2#1']);
    expect(got.indexOf('B-3#1')).toBeLessThan(got.indexOf('A-1#2'));
  });

  test('a group shares the messages, another group gets all', async () => {
    const { bus, transport } = plant();
    const counts: Record<string, number> = { one: 0, two: 0, other: 0 };
    const count = (name: string) => () => {
      counts[name] = (counts[name] ?? 0) + 1;
    };
    await subscribeMessage(bus, released, count('one'), { group: 'mes' });
    await subscribeMessage(bus, released, count('two'), { group: 'mes' });
    await subscribeMessage(bus, released, count('other'));
    for (let index = 0; index < 10; index += 1) await publishMessage(bus, released, order(`WO-${index}`));
    await transport.drain();
    expect(counts['other']).toBe(10);
    expect((counts['one'] ?? 0) + (counts['two'] ?? 0)).toBe(10);
  });

  test('the handler may decide itself; closing ends deliveries', async () => {
    const { bus, transport } = plant();
    let calls = 0;
    const subscription = await subscribeMessage(bus, released, async (_, delivery) => {
      calls += 1;
      await delivery.reject('no use');
    });
    await publishMessage(bus, released, order('A'));
    await transport.drain();
    expect(transport.deadLetters).toMatchObject([{ reason: 'no use' }]);
    await subscription.close();
    await publishMessage(bus, released, order('A'));
    expect(calls).toBe(1);
    await transport.close();
    await expect(publishMessage(bus, released, order('A'))).rejects.toThrow('closed');
  });

  test('what the producer changes afterwards does not reach the consumer', async () => {
    const { bus, transport } = plant({ validate: false });
    const got: unknown[] = [];
    await subscribeMessage(bus, lamp, ({ headers }) => void got.push(headers));
    const headers = { deep: { a: 1 } };
    await publishMessage(bus, lamp, { data: 1, headers, parameters: { id: 'a' } });
    headers.deep.a = 2;
    await transport.drain();
    expect(got).toEqual([{ deep: { a: 1 } }]);
  });
});
