import {
  createEventBus,
  createMemoryTransport,
  type Delivery,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
  type Transport,
} from '@millwright/runtime';
import { createGuards } from '@millwright/runtime/guards';
import {
  createMessaging,
  type GuardFor,
  HandlingFailure,
  type MessagingConfig,
  type Store,
} from '@millwright/runtime/messaging';
import { createMemoryStore, type MemoryConnection } from '@millwright/runtime/stores/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const hourMs = 3_600_000;
const released: MessageDescriptor = {
  name: 'WorkOrderReleased',
  address: 'PL01/work-order/released/v1',
  contentType: 'application/json',
  type: 'test.work-order.released.v1',
  governance: { latency: 'rt', delayMaxMs: 5_000, criticality: 'stops-production' },
};
const away = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

interface Order {
  readonly lane: string;
  readonly count: number;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A system with one handler, and what is seen of it. */
async function adapter(handler: (order: Order) => void | Promise<void>, given: Partial<Config> = {}) {
  const store = createMemoryStore();
  const memory = createMemoryTransport();
  let deliveries = 0;
  const transport: Transport = {
    ...memory,
    subscribe: (pattern, receive, options) =>
      memory.subscribe(
        pattern,
        (delivery) => {
          deliveries += 1;
          return receive(delivery);
        },
        options,
      ),
  };
  const messaging = createMessaging({ store, transport, source: '/plants/PL01/erp', ...given });
  const bus = createEventBus(messaging.config);
  await messaging.start();
  await subscribeMessage<Order, object>(bus, released, ({ data }) => handler(data));
  const publish = async (lanes: number, each: number): Promise<void> => {
    for (let count = 1; count <= each; count += 1)
      for (let lane = 1; lane <= lanes; lane += 1)
        await publishMessage(bus, released, {
          data: { lane: `L${lane}`, count },
          headers: { partitionkey: `L${lane}` },
        });
  };
  const letters = () => store.deadLetters.list({ limit: 1000 });
  return { messaging, publish, letters, store, deliveries: () => deliveries };
}

type Config = MessagingConfig<MemoryConnection>;

async function anHourAway(guard: GuardFor | undefined) {
  let isAway = true;
  let calls = 0;
  const applied: Order[] = [];
  const system = await adapter(
    (order) => {
      calls += 1;
      if (isAway) throw away();
      applied.push(order);
    },
    guard === undefined ? {} : { guard },
  );
  await system.publish(10, 4);
  await vi.advanceTimersByTimeAsync(hourMs);
  const during = {
    calls,
    deliveries: system.deliveries(),
    applied: applied.length,
    health: await system.messaging.health(),
  };
  isAway = false;
  await vi.advanceTimersByTimeAsync(60_000);
  return { ...system, applied, during };
}

describe('an ERP that is away for an hour', () => {
  it('gets everything afterwards in the order of its lanes, and nothing was given up', async () => {
    const { applied, during, letters, messaging } = await anHourAway(createGuards());
    expect(during.applied).toBe(0);
    expect(await letters()).toEqual([]);
    expect(applied).toHaveLength(40);
    for (let lane = 1; lane <= 10; lane += 1)
      expect(applied.filter((order) => order.lane === `L${lane}`).map(({ count }) => count)).toEqual([1, 2, 3, 4]);
    expect((await messaging.health()).findings.map(({ code }) => code)).not.toContain('target-away');
    await messaging.close();
  });

  it('is asked seldom meanwhile, and messages do not go in circles', async () => {
    const { during } = await anHourAway(createGuards());
    // The first failures, then a try every 10 seconds.
    expect(during.calls).toBeGreaterThan(100);
    expect(during.calls).toBeLessThan(5 + 10 + hourMs / 10_000 + 20);
    // The heads of ten lanes, each at most twice in a pause.
    expect(during.deliveries).toBeLessThan((10 * 2 * hourMs) / 10_000 + 100);
    expect(during.health.status).toBe('failing');
    expect(during.health.findings[0]).toMatchObject({
      code: 'target-away',
      reason: expect.stringMatching(/^what handles work-order\.released is away since \d+ min;.*production may stop$/),
    });
  });

  it('would have cost its messages without a guard', async () => {
    const { letters } = await anHourAway(undefined);
    expect(await letters()).toHaveLength(40);
  });

  it('does not cost them when the process is started anew meanwhile', async () => {
    const messaging = createMessaging({
      ...{ store: createMemoryStore(), transport: createMemoryTransport(), source: '/erp' },
      guard: createGuards(),
    });
    const nacks: (number | undefined)[] = [];
    const delivery = deliveryOf(1, { attempt: 500, nack: async (options) => void nacks.push(options?.delayMs) });
    await messaging.config.consumer?.receive(delivery, {
      ...{ descriptor: released, options: {} },
      handle: () => Promise.reject(away()),
    });
    expect(nacks).toHaveLength(1);
  });
});

function deliveryOf(sequence: number, given: Partial<Delivery> = {}): Delivery {
  const attributes = { id: `m${sequence}`, source: '/mes', type: released.type, sequence: String(sequence) };
  const nothing = async (): Promise<void> => undefined;
  return {
    message: { attributes, data: new TextEncoder().encode('{}'), partitionKey: 'L1' },
    ...{ address: 'PL01/work-order/released/v1', parameters: {}, attempt: 1 },
    ...{ ack: nothing, nack: nothing, reject: nothing },
    ...given,
  };
}

describe('a guard', () => {
  it('does not let a message pass the one before it that waits for the target', async () => {
    const store = createMemoryStore();
    const messaging = createMessaging({
      ...{ store, transport: createMemoryTransport(), source: '/erp', gapMaxMs: 300_000 },
      guard: createGuards({ failureCountMax: 1 }),
    });
    let isAway = true;
    const applied: string[] = [];
    const receive = async (sequence: number): Promise<void> => {
      const delivery = deliveryOf(sequence);
      const handle = async () => {
        if (isAway) throw away();
        applied.push(String(delivery.message.attributes['id']));
        return 'handled' as const;
      };
      await messaging.config.consumer?.receive(delivery, { descriptor: released, options: {}, handle });
    };
    await receive(2);
    for (let minute = 0; minute < 60; minute += 1) {
      await receive(1);
      await receive(2);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    isAway = false;
    await receive(2);
    await receive(1);
    await receive(2);
    expect(applied).toEqual(['m1', 'm2']);
    expect(await store.deadLetters.list({ limit: 10 })).toEqual([]);
  });

  it('opens no transaction while the target is away or all places are taken', async () => {
    let open = 0;
    let [most, opened] = [0, 0];
    const transaction = { admit: async () => 'first' as const };
    const store = {
      ...createMemoryStore(),
      transaction: async (work: (inside: typeof transaction) => unknown) => {
        open += 1;
        opened += 1;
        most = Math.max(most, open);
        try {
          return await work(transaction);
        } finally {
          open -= 1;
        }
      },
    } as unknown as Store;
    const { config } = createMessaging({
      ...{ store, transport: createMemoryTransport(), source: '/erp' },
      guard: createGuards({ concurrencyMax: 3 }),
    });
    let isAway = false;
    const receive = (sequence: number) =>
      config.consumer?.receive(deliveryOf(sequence), {
        ...{ descriptor: released, options: {} },
        handle: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          if (isAway) throw away();
          return 'handled';
        },
      });
    const all = Promise.all(Array.from({ length: 30 }, (_, index) => receive(index + 1)));
    await vi.advanceTimersByTimeAsync(2_000);
    await all;
    expect({ most, opened }).toEqual({ most: 3, opened: 30 });
    isAway = true;
    const failing = Promise.all(Array.from({ length: 30 }, (_, index) => receive(index + 100)));
    await vi.advanceTimersByTimeAsync(1_000);
    await failing;
    expect(most).toBe(3);
    // Five failures open the circuit; two more were at work with the fifth at most.
    expect(opened - 30).toBeGreaterThanOrEqual(5);
    expect(opened - 30).toBeLessThanOrEqual(7);
  });

  it('takes a refusal for an answer: it closes nothing', async () => {
    const applied: Order[] = [];
    const { publish, letters, messaging } = await adapter(
      (order) => {
        if (order.count <= 20) throw new HandlingFailure('permanent', 'no such item');
        applied.push(order);
      },
      { guard: createGuards() },
    );
    await publish(1, 21);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await letters()).map(({ failure }) => failure.kind)).toEqual(Array.from({ length: 20 }, () => 'permanent'));
    expect(applied).toEqual([{ lane: 'L1', count: 21 }]);
    await messaging.close();
  });

  it('lets neighbours go on beside a lane that fails, which keeps its order', async () => {
    const applied: string[] = [];
    let failures = 0;
    const { publish, messaging, letters } = await adapter(
      ({ lane, count }) => {
        if (lane === 'L1' && count === 1 && failures < 4) {
          failures += 1;
          throw away();
        }
        applied.push(`${lane}-${count}`);
      },
      { guard: createGuards() },
    );
    await publish(3, 3);
    await vi.advanceTimersByTimeAsync(100);
    expect(applied.filter((name) => !name.startsWith('L1'))).toHaveLength(6);
    expect(applied.filter((name) => name.startsWith('L1'))).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(applied.filter((name) => name.startsWith('L1'))).toEqual(['L1-1', 'L1-2', 'L1-3']);
    expect(await letters()).toEqual([]);
    await messaging.close();
  });

  it('aborts the signal of a handler that takes too long, and its target is shared by name', async () => {
    const guardFor = createGuards({
      targetOf: () => 'erp',
      targets: { erp: { concurrencyMax: 1, timeoutMs: 500 } },
    });
    const other: MessageDescriptor = { ...released, name: 'ItemChanged' };
    const [one, two] = [guardFor(released), guardFor(other)];
    const order: string[] = [];
    const slow = one?.admit(() =>
      one.execute(
        (signal) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              order.push('aborted');
              reject(new HandlingFailure('transient', 'took too long'));
            });
          }),
      ),
    );
    const failure = expect(slow).rejects.toThrow('took too long');
    const second = two?.admit(async () => void order.push('second'));
    await vi.advanceTimersByTimeAsync(499);
    expect(order).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    await failure;
    await second;
    expect(order).toEqual(['aborted', 'second']);
  });
});
