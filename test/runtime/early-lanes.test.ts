import {
  createEventBus,
  createMemoryTransport,
  type Message,
  type MessageDescriptor,
  subscribeMessage,
} from '@millwright/runtime';
import { createMessaging, type Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { eventually } from '@millwright/testing';
import { describe, expect, it } from 'vitest';

const descriptor: MessageDescriptor = {
  name: 'Confirmed',
  address: 'PL01/production/confirmed/v1',
  contentType: 'application/json',
  type: 'confirmed.v1',
};

const message = (sequence: number): Message => ({
  attributes: {
    ...{ specversion: '1.0', id: String(sequence), source: '/mes', type: 'confirmed.v1' },
    sequence: String(sequence),
  },
  partitionKey: 'order',
  data: new TextEncoder().encode(String(sequence)),
});

const count = 300;
const ascending = Array.from({ length: count }, (_, index) => index + 1);
const disorders: Readonly<Record<string, readonly number[]>> = {
  backwards: ascending.toReversed(),
  'with its first one last': [...ascending.slice(1), 1],
  'with halves that alternate': ascending.map((number) => (number % 2 === 0 ? number / 2 : (number + 1 + count) / 2)),
};

describe('a lane that arrives in disorder', () => {
  for (const [disorder, sequences] of Object.entries(disorders))
    it(`${disorder} is applied in order, and the store is asked a few times for each message`, async () => {
      const real = createMemoryStore();
      let asked = 0;
      const store: Store = {
        ...real,
        transaction: (work) => {
          asked += 1;
          return real.transaction(work);
        },
      };
      const transport = createMemoryTransport();
      const { config } = createMessaging({ store, transport, source: '/erp' });
      const effects: number[] = [];
      await subscribeMessage<number, object>(
        createEventBus({ ...config, validate: false }),
        descriptor,
        ({ data }) => void effects.push(data),
        { group: 'erp' },
      );
      for (const sequence of sequences) await transport.publish(descriptor.address as string, message(sequence));
      await eventually('all are applied', () => effects.length === count, 10_000);
      expect(effects).toEqual(ascending);
      expect(asked).toBeLessThan(3 * count);
      await transport.close();
    });
});
