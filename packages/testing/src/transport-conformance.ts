import assert from 'node:assert/strict';
import type { Delivery, Message, Transport } from '@millwright/runtime';
import { type ConformanceCase, eventually } from './conformance.ts';

/** What the suite needs of an implementation. */
export interface TransportSubject {
  /** A connection of its own to the same engine; the suite closes what it opens. */
  readonly connect: () => Promise<Transport>;
  /** Begins an address, so that no case meets the messages of another. Without `/` at its ends. */
  readonly prefix: string;
  readonly features: Transport['features'];
  /** Ends a connection as a crash does: nothing is acked, nothing is said. Absent where that cannot be played. */
  readonly crash?: (transport: Transport) => Promise<void>;
}

const text = (delivery: Delivery): string => new TextDecoder().decode(delivery.message.data);

function message(data: string, key?: string, attributes: Readonly<Record<string, unknown>> = {}): Message {
  const bytes = new TextEncoder().encode(data);
  const given = { specversion: '1.0', id: crypto.randomUUID(), source: '/test', type: 'test.happened.v1' };
  return {
    attributes: { ...given, ...attributes },
    data: bytes as Uint8Array<ArrayBuffer>,
    ...(key === undefined ? {} : { partitionKey: key }),
  };
}

type Run = (transport: Transport, subject: TransportSubject, address: string) => Promise<void>;

let cases = 0;

/** A case with a connection and an address of its own. */
function given(
  name: string,
  run: Run,
  isPromised: ConformanceCase<TransportSubject>['isPromised'] = () => true,
): ConformanceCase<TransportSubject> {
  return {
    name,
    isPromised,
    run: async (subject) => {
      cases += 1;
      const transport = await subject.connect();
      try {
        await run(transport, subject, `${subject.prefix}/case-${cases}/thing/happened/v1`);
      } finally {
        await transport.close();
      }
    },
  };
}

/** The law of {@link Transport}, case by case. */
export const transportConformance: readonly ConformanceCase<TransportSubject>[] = [
  given('delivers bytes and attributes as they were published', async (transport, _, address) => {
    const got: Delivery[] = [];
    await transport.subscribe(address, async (delivery) => {
      got.push(delivery);
      await delivery.ack();
    });
    const data = new Uint8Array([0, 1, 2, 127, 128, 255, 10, 13]);
    const attributes = {
      ...{ specversion: '1.0', id: 'a-1', source: '/plants/PL01/mes', type: 'millwright.test.v1' },
      ...{ subject: 'PL01/WO-1', time: '2026-04-15T06:05:00Z', datacontenttype: 'application/octet-stream' },
      ...{ correlationid: 'ünïcode ✓ %20', plantid: 'PL01', sequence: '7' },
    };
    await transport.publish(address, { attributes, data, partitionKey: 'WO-1' });
    await eventually('one delivery', () => got.length > 0);
    assert.deepEqual([...(got[0] as Delivery).message.data], [...data]);
    assert.deepEqual({ ...(got[0] as Delivery).message.attributes }, attributes);
    assert.equal((got[0] as Delivery).message.partitionKey, 'WO-1');
    assert.equal((got[0] as Delivery).address, address);
    assert.equal((got[0] as Delivery).attempt, 1);
  }),
  given('a parameter of a pattern matches one segment, and tells its value', async (transport, _, address) => {
    const got: Readonly<Record<string, string>>[] = [];
    const base = address.slice(0, -'/thing/happened/v1'.length);
    await transport.subscribe(`${base}/{plant}/happened/v1`, async (delivery) => {
      got.push(delivery.parameters);
      await delivery.ack();
    });
    await transport.publish(`${base}/too/many/happened/v1`, message('no'));
    await transport.publish(`${base}/PL01/other/v1`, message('no'));
    await transport.publish(`${base}/PL01/happened/v1`, message('yes'));
    await eventually('one delivery', () => got.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(got, [{ plant: 'PL01' }]);
  }),
  given('what is nacked comes again, not before its delay, with the next attempt', async (transport, _, address) => {
    const got: { readonly attempt: number; readonly at: number }[] = [];
    await transport.subscribe(address, async (delivery) => {
      got.push({ attempt: delivery.attempt, at: Date.now() });
      await (got.length === 1 ? delivery.nack({ delayMs: 150 }) : delivery.ack());
    });
    await transport.publish(address, message('again'));
    await eventually('two deliveries', () => got.length > 1);
    const [first, second] = got as [(typeof got)[0], (typeof got)[0]];
    assert.deepEqual([first.attempt, second.attempt], [1, 2]);
    assert.ok(second.at - first.at >= 145, `came after ${second.at - first.at} ms`);
  }),
  given('what a handler throws on comes again', async (transport, _, address) => {
    let calls = 0;
    await transport.subscribe(address, async (delivery) => {
      calls += 1;
      if (calls === 1) throw new Error('a bug');
      await delivery.ack();
    });
    await transport.publish(address, message('again'));
    await eventually('two deliveries', () => calls > 1);
  }),
  given('what is acked or rejected does not come again', async (transport, _, address) => {
    const got: string[] = [];
    await transport.subscribe(address, async (delivery) => {
      got.push(text(delivery));
      await (text(delivery) === 'bad' ? delivery.reject('it is bad') : delivery.ack());
    });
    await transport.publish(address, message('bad'));
    await transport.publish(address, message('good'));
    await eventually('two deliveries', () => got.length > 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual([...got].sort(), ['bad', 'good']);
  }),
  given('keeps the order within a key, also when one is nacked', async (transport, _, address) => {
    const got: string[] = [];
    let refused = 0;
    await transport.subscribe(address, async (delivery) => {
      if (text(delivery) === 'k1-2' && refused < 2) {
        refused += 1;
        return delivery.nack({ delayMs: 30 });
      }
      got.push(text(delivery));
      return delivery.ack();
    });
    for (let index = 1; index <= 10; index += 1)
      for (const key of ['k1', 'k2']) await transport.publish(address, message(`${key}-${index}`, key));
    await eventually('all deliveries', () => got.length >= 20);
    for (const key of ['k1', 'k2'])
      assert.deepEqual(
        got.filter((name) => name.startsWith(key)),
        Array.from({ length: 10 }, (_, index) => `${key}-${index + 1}`),
      );
  }),
  given('a nack that lets others pass does not hold up its key', async (transport, _, address) => {
    const got: string[] = [];
    await transport.subscribe(address, async (delivery) => {
      if (text(delivery) === 'early' && !got.includes('first')) {
        return delivery.nack({ delayMs: 20, letOthersPass: true });
      }
      got.push(text(delivery));
      return delivery.ack();
    });
    await transport.publish(address, message('early', 'k'));
    await transport.publish(address, message('first', 'k'));
    await eventually('both deliveries', () => got.length >= 2);
    assert.deepEqual(got, ['first', 'early']);
  }),
  given('a key that is held up does not hold up others', async (transport, _, address) => {
    const got: string[] = [];
    await transport.subscribe(address, async (delivery) => {
      if (text(delivery) === 'stuck' && !got.includes('free')) return delivery.nack({ delayMs: 50 });
      got.push(text(delivery));
      return delivery.ack();
    });
    await transport.publish(address, message('stuck', 'k1'));
    await transport.publish(address, message('free', 'k2'));
    await eventually('both deliveries', () => got.length >= 2);
    assert.equal(got[0], 'free');
  }),
  given('every group gets every message, and its members share them', async (transport, { features }, address) => {
    const got: Record<string, string[]> = { a1: [], a2: [], b: [] };
    const listen = (name: string, group: string) =>
      transport.subscribe(
        address,
        async (delivery) => {
          got[name]?.push(text(delivery));
          await delivery.ack();
        },
        { group },
      );
    await listen('a1', 'group-a');
    if (features.sharesWithinGroup) await listen('a2', 'group-a');
    await listen('b', 'group-b');
    for (let index = 0; index < 20; index += 1) await transport.publish(address, message(`m${index}`, `k${index}`));
    const { a1 = [], a2 = [], b = [] } = got;
    await eventually('all deliveries', () => a1.length + a2.length >= 20 && b.length >= 20);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(new Set([...a1, ...a2]).size, 20);
    assert.equal(a1.length + a2.length, 20);
    assert.equal(new Set(b).size, 20);
  }),
  given('closing a subscription lets its handler end, and brings it nothing more', async (transport, _, address) => {
    let [running, ended, calls] = [false, false, 0];
    const subscription = await transport.subscribe(address, async (delivery) => {
      calls += 1;
      running = true;
      await new Promise((resolve) => setTimeout(resolve, 100));
      await delivery.ack();
      ended = true;
    });
    await transport.publish(address, message('one'));
    await eventually('a running handler', () => running);
    await subscription.close();
    assert.ok(ended, 'closed before the handler had ended');
    await transport.publish(address, message('two'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(calls, 1);
  }),
  given('refuses to publish after it was closed', async (transport, _, address) => {
    await transport.close();
    await assert.rejects(transport.publish(address, message('late')));
  }),
  given(
    'a group that was there once gets what is published while nobody of it is there',
    async (transport, _, address) => {
      const got: string[] = [];
      const listen = () =>
        transport.subscribe(
          address,
          async (delivery) => {
            got.push(text(delivery));
            await delivery.ack();
          },
          { group: 'absent' },
        );
      await (await listen()).close();
      await transport.publish(address, message('while away', 'k'));
      await listen();
      await eventually('the delivery', () => got.length > 0);
      assert.deepEqual(got, ['while away']);
    },
    ({ features }) => features.keepsForAbsent,
  ),
  given(
    'what was delivered and not acked when its process died comes to another one',
    async (transport, { connect, crash }, address) => {
      const dying = await connect();
      let taken = false;
      await dying.subscribe(
        address,
        () => {
          taken = true;
          return new Promise(() => undefined);
        },
        { group: 'crash' },
      );
      await transport.publish(address, message('survives', 'k'));
      await eventually('a delivery to the one that dies', () => taken);
      await crash?.(dying);
      const got: string[] = [];
      await transport.subscribe(
        address,
        async (delivery) => {
          got.push(text(delivery));
          await delivery.ack();
        },
        { group: 'crash' },
      );
      await eventually('the delivery', () => got.length > 0, 60_000);
      assert.deepEqual(got, ['survives']);
    },
    ({ features, crash }) => features.survives !== 'nothing' && crash !== undefined,
  ),
  given('carries a large message', async (transport, _, address) => {
    let size = 0;
    await transport.subscribe(address, async (delivery) => {
      size = delivery.message.data.length;
      await delivery.ack();
    });
    await transport.publish(address, message('x'.repeat(500_000)));
    await eventually('the delivery', () => size > 0);
    assert.equal(size, 500_000);
  }),
];
