import { DatabaseSync } from 'node:sqlite';
import {
  createEventBus,
  createMemoryTransport,
  type Delivery,
  type Message,
  type MessageDescriptor,
  subscribeMessage,
  type Transport,
} from '@millwright/runtime';
import { type Clock, createMessaging, type Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const descriptor: MessageDescriptor = {
  name: 'Confirmed',
  address: 'PL01/production/confirmed/v1',
  contentType: 'application/json',
  type: 'confirmed.v1',
};
const windowMs = 1_000;

function message(lane: string, sequence: number | undefined): Message {
  const attributes = { specversion: '1.0', id: `${lane}-${sequence}`, source: '/mes', type: 'confirmed.v1' };
  return {
    attributes: sequence === undefined ? attributes : { ...attributes, sequence: String(sequence) },
    partitionKey: lane,
    data: new TextEncoder().encode(JSON.stringify({ lane, sequence: sequence ?? 0 })),
  };
}

/** A broker whose deliveries a test makes itself, and that brings again what was nacked. */
async function plant(store: Store) {
  let now = Date.parse('2026-03-01T06:00:00Z');
  const clock: Clock = {
    now: () => now,
    sleep: async () => undefined,
    random: () => 0.5,
    uuid: () => crypto.randomUUID(),
  };
  let handler: (delivery: Delivery) => Promise<void> = async () => undefined;
  const transport: Transport = {
    ...createMemoryTransport(),
    subscribe: async (_, subscribed) => {
      handler = subscribed;
      return { close: async () => undefined };
    },
  };
  await store.migrate();
  const { config } = createMessaging({ ...{ store, transport, clock, source: '/erp' }, dedupeMs: windowMs });
  const effects: { readonly lane: string; readonly sequence: number }[] = [];
  const bus = createEventBus({ ...config, validate: false });
  await subscribeMessage<(typeof effects)[number], object>(bus, descriptor, ({ data }) => void effects.push(data), {
    group: 'erp',
  });
  const deliverOnce = async (what: Message): Promise<boolean> => {
    let isDone = false;
    const settle = (done: boolean) => async (): Promise<void> => {
      isDone = done;
    };
    const decisions = { ack: settle(true), nack: settle(false), reject: settle(true) };
    await handler({ message: what, address: descriptor.address as string, parameters: {}, attempt: 1, ...decisions });
    return isDone;
  };
  return {
    effects,
    /** Time goes by, and what is old is forgotten. */
    pass: async (ms: number): Promise<void> => {
      now += ms;
      await store.purge(now, 1_000);
    },
    deliver: async (deliveries: readonly Message[]): Promise<void> => {
      let waiting = deliveries;
      while (waiting.length > 0) {
        const again: Message[] = [];
        for (const what of waiting) if (!(await deliverOnce(what))) again.push(what);
        // What waits for a message that never comes would wait for ever.
        if (again.length === waiting.length) throw new Error(`${again.length} are not taken`);
        waiting = again;
      }
    },
  };
}

const stores: readonly (readonly [string, () => Store])[] = [
  ['memory', createMemoryStore],
  ['sqlite', () => createSqliteStore(new DatabaseSync(':memory:')) as Store],
];

describe.each(stores)('deliveries into %s', (name, open) => {
  it('duplicated, reordered, delayed and replayed within the window change nothing', async () => {
    const lanes = fc.record({ A: fc.integer({ min: 0, max: 6 }), B: fc.integer({ min: 0, max: 6 }) });
    const plan = lanes.chain(({ A, B }) => {
      const all = (['A', 'B'] as const).flatMap((lane) =>
        Array.from({ length: lane === 'A' ? A : B }, (_, index) => message(lane, index + 1)),
      );
      const more = all.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...all), { maxLength: 12 });
      return more
        .chain((extra) => fc.shuffledSubarray([...all, ...extra], { minLength: all.length + extra.length }))
        .map((deliveries) => ({ all, deliveries }));
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.nat({ max: windowMs - 1 }), async ({ all, deliveries }, delayMs) => {
        const { effects, deliver, pass } = await plant(open());
        await deliver(deliveries);
        await pass(delayMs);
        await deliver([...deliveries].reverse());
        for (const lane of ['A', 'B']) {
          const wanted = all.filter(({ partitionKey }) => partitionKey === lane).map((_, index) => index + 1);
          expect(effects.filter((effect) => effect.lane === lane).map(({ sequence }) => sequence)).toEqual(wanted);
        }
      }),
      { numRuns: name === 'memory' ? 300 : 60 },
    );
  });

  it('that come after the window count as new where nothing numbers them, which is where the promise ends', async () => {
    const { effects, deliver, pass } = await plant(open());
    const unnumbered = message('A', undefined);
    await deliver([unnumbered]);
    await pass(windowMs - 1);
    await deliver([unnumbered]);
    expect(effects).toHaveLength(1);
    await pass(2);
    await deliver([unnumbered]);
    expect(effects).toHaveLength(2);
  });

  it('that come after the window and are numbered are still not applied: their lane has gone on', async () => {
    const store = open();
    const { effects, deliver, pass } = await plant(store);
    await deliver([message('A', 1), message('A', 2)]);
    await pass(windowMs + 1);
    await deliver([message('A', 1)]);
    expect(effects).toHaveLength(2);
    const letters = await store.deadLetters.list({ limit: 10 });
    expect(letters.map(({ id, failure }) => [id, failure.kind])).toEqual([['A-1', 'permanent']]);
  });
});
