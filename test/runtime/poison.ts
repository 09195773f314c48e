import {
  createEventBus,
  type Message,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
  type Transport,
} from '@millwright/runtime';
import { createMessaging, HandlingFailure } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { eventually } from '@millwright/testing';
import { expect, it } from 'vitest';

interface Order {
  readonly key: string;
  readonly count: number;
}

/**
 * Promise 3: a message that can never be applied holds up its own key until it is a dead letter, and nobody else. Run over each
 * transport, since it is the transport that decides what waits for what.
 */
export function poisonCase(connect: () => Promise<Transport>): void {
  it('a poison message holds up its own key only, and is kept as it came', { timeout: 30_000 }, async () => {
    const transport = await connect();
    const store = createMemoryStore();
    const retry = { initialMs: 150, maxMs: 150, attemptsMax: 3 };
    const messaging = createMessaging({ store, transport, source: '/erp', producer: 'svc-erp', retry });
    await messaging.start();
    const bus = createEventBus({ ...messaging.config, validate: false });
    const descriptor: MessageDescriptor = {
      name: 'Poisoned',
      address: `poison-${crypto.randomUUID().slice(0, 8)}/order/v1`,
      contentType: 'application/json',
      type: 'order.v1',
      partitionKey: '$message.payload#/key',
    };
    const applied: string[] = [];
    const buriedBefore = async (): Promise<number> => (await store.deadLetters.list({ limit: 10 })).length;
    const lettersAt = new Map<string, number>();
    const handle = async ({ key, count }: Order): Promise<void> => {
      if (key === 'bad' && count === 1) throw new HandlingFailure('transient', `order ${count} of 'bad' is refused`);
      applied.push(`${key}-${count}`);
      lettersAt.set(`${key}-${count}`, await buriedBefore());
    };
    await subscribeMessage<Order, object>(bus, descriptor, ({ data }) => handle(data), { group: 'poison' });
    for (const key of ['bad', 'a', 'b', 'c'])
      for (const count of [1, 2])
        await publishMessage(bus, descriptor, { data: { key, count }, headers: { id: `${key}-${count}` } });
    await eventually('all but the poison', () => applied.length === 7);
    // In order within each key; neighbours before the poison was given up, its own key only after.
    for (const key of ['a', 'b', 'c'])
      expect(applied.filter((name) => name.startsWith(`${key}-`))).toEqual([`${key}-1`, `${key}-2`]);
    expect(['a-2', 'b-2', 'c-2'].map((name) => lettersAt.get(name))).toEqual([0, 0, 0]);
    expect(lettersAt.get('bad-2')).toBe(1);
    const [letter] = await store.deadLetters.list({ limit: 10 });
    expect(letter).toMatchObject({ id: 'bad-1', attempts: 3, replays: 0, failure: { kind: 'transient' } });
    expect(textOf(letter?.message)).toBe('{"key":"bad","count":1}');
    expect((letter?.buriedAt ?? 0) - (letter?.firstFailedAt ?? 0)).toBeGreaterThanOrEqual(150);
    await messaging.close();
  });
}

const textOf = (message: Message | undefined): string => new TextDecoder().decode(message?.data);
