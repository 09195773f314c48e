import {
  type BusConfig,
  createEventBus,
  type MessageDescriptor,
  publishMessage,
  subscribeMessage,
  type Transport,
} from '@millwright/runtime';
import { type Clock, createMessaging, HandlingFailure, type Messaging } from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import type { Plan, PlannedMessage, PlannedWrite, Settings } from './plan.ts';
import type { SimulatedProcess } from './process.ts';
import type { Mutation } from './sabotage.ts';

export const orderWritten: MessageDescriptor = {
  name: 'OrderWritten',
  address: 'PL01/test/order/written/v1',
  contentType: 'application/json',
  type: 'test.order.written.v1',
  partitionKey: '$message.payload#/key',
  payload: 'Order',
};

export const orderConfirmed: MessageDescriptor = {
  name: 'OrderConfirmed',
  address: 'PL01/test/order/confirmed/v1',
  contentType: 'application/json',
  type: 'test.order.confirmed.v1',
  partitionKey: '$message.payload#/key',
};

/** Names of the groups, and of the systems. */
export const producerName = 'erp';
export const consumerName = 'mes';

interface Order {
  readonly number: number;
  readonly key: string;
  readonly isValid: boolean;
}

/** What the consumer needs of the run. */
export interface Surroundings {
  readonly plan: Plan;
  /** Of messages whose handler fails for a while: how often it still does. */
  readonly troubles: Map<number, number>;
  /** An effect is in the transaction; it may still be rolled back. */
  readonly onHandled: (number: number) => void;
}

export type SimulatedMessaging = Messaging<MemoryConnection>;

/** What an application of one process has. */
export interface Application {
  readonly messaging: SimulatedMessaging;
  readonly clock: Clock;
  /** Past the outbox: only what is sabotaged goes there. */
  readonly transport: Transport;
}

/** The real messaging of one process. */
export function messagingOf(
  process: SimulatedProcess,
  ports: Pick<Parameters<typeof createMessaging<MemoryConnection>>[0], 'store' | 'transport' | 'probe'>,
  { settings, name }: { readonly settings: Settings; readonly name: string },
): SimulatedMessaging {
  const { pollMs, leaseMs, batchMax, attemptsMax, retryInitialMs, retryMaxMs, gapMaxMs, dedupeMs, countMax } = settings;
  return createMessaging({
    ...ports,
    ...{ source: `/test/${name}`, producer: name, clock: process.clock },
    ...{ pollMs, leaseMs, batchMax, gapMaxMs, dedupeMs },
    limits: { countMax },
    retry: { attemptsMax, initialMs: retryInitialMs, maxMs: retryMaxMs },
  });
}

const list = (connection: MemoryConnection, name: string): readonly number[] =>
  (connection.get(name) as readonly number[] | undefined) ?? [];

/** Adds a number to a list of the application's rows. */
const append = (connection: MemoryConnection, name: string, number: number): void =>
  connection.set(name, [...list(connection, name), number]);

/** Business rows, and for each a message; all in one transaction. */
export async function write(
  { messaging, transport }: Application,
  planned: PlannedWrite,
  mutation: Mutation | undefined,
): Promise<void> {
  const { config } = messaging;
  const bus = createEventBus({ ...config, validate: false });
  const send = (on: typeof bus, { number, key, trouble, criticality }: PlannedMessage): Promise<unknown> => {
    const descriptor = criticality === undefined ? orderWritten : { ...orderWritten, governance: { criticality } };
    return publishMessage(on, descriptor, { data: { number, key, isValid: trouble.kind !== 'contract' } });
  };
  const direct = { ...bus, config: { ...config, transport } };
  await messaging.transaction(async ({ connection, within }) => {
    // The answer to an earlier try may have been lost.
    if (planned.messages.some(({ number }) => list(connection, 'rows').includes(number))) return;
    for (const message of planned.messages) {
      append(connection, 'rows', message.number);
      append(connection, `rows ${message.key}`, message.number);
      if (mutation === 'no-transaction') continue;
      await send(mutation === 'publish-before-commit' ? direct : within(bus), message);
    }
    if (planned.isUndone) throw new HandlingFailure('permanent', 'the application has changed its mind');
  });
  if (mutation === 'no-transaction') for (const message of planned.messages) await send(bus, message);
}

/** Effects in the consumer's store, in order; where confirmed, a message for each. */
export async function consume(
  messaging: SimulatedMessaging,
  config: BusConfig,
  { plan, troubles, onHandled }: Surroundings,
): Promise<void> {
  const bus = createEventBus({
    ...config,
    validate: (name, value) =>
      name === 'Order' && !(value as Order).isValid
        ? [{ pointer: '/isValid', keyword: 'const', message: 'is not valid' }]
        : [],
  });
  const kinds = new Map(
    plan.writes.flatMap(({ messages }) => messages).map(({ number, trouble }) => [number, trouble.kind]),
  );
  await subscribeMessage<Order, object>(
    bus,
    orderWritten,
    async ({ data: { number, key }, headers, transaction }) => {
      const { connection, within } = messaging.inside(transaction);
      append(connection, 'effects', number);
      append(connection, `effects ${key}`, number);
      const left = troubles.get(number) ?? 0;
      if (left > 0) troubles.set(number, left - 1);
      if (left > 0) throw new Error('fails for a while');
      if (kinds.get(number) === 'poison') throw new TypeError('fails always');
      if (kinds.get(number) === 'permanent') throw new HandlingFailure('permanent', 'is refused');
      if (plan.isConfirmed)
        await publishMessage(within(bus), orderConfirmed, { data: { number, key }, cause: { headers } });
      onHandled(number);
    },
    { group: consumerName },
  );
}

/** The way back: what was confirmed, in the producer's store. */
export async function hearConfirmations(messaging: SimulatedMessaging): Promise<void> {
  const bus = createEventBus({ ...messaging.config, validate: false });
  await subscribeMessage<Order, object>(
    bus,
    orderConfirmed,
    ({ data: { number, key }, transaction }) => {
      const { connection } = messaging.inside(transaction);
      append(connection, 'confirmed', number);
      append(connection, `confirmed ${key}`, number);
    },
    { group: producerName },
  );
}
