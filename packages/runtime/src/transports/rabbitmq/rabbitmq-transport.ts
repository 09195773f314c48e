import type { Transport, TransportFeatures } from '../../transport.ts';
import { consumerName, filterOf, subjectOf } from '../subjects.ts';
import { writeProperties } from './binding.ts';
import { queueOf } from './declarations.ts';
import { RabbitmqPublisher } from './publisher.ts';
import type { RabbitmqConnection } from './rabbitmq-driver.ts';
import { RabbitmqSubscription } from './rabbitmq-subscription.ts';

export { MalformedMessage } from '../structured.ts';
export { UnroutableMessage } from './publisher.ts';
export type * from './rabbitmq-driver.ts';

export interface RabbitmqTransportOptions {
  /** Durable topic exchange; made when it is missing, as is the one of its dead letters. Default `millwright`. */
  readonly exchange?: string;
  /**
   * Exchanges, queues and bindings are there, from the permissions that `millwright generate` makes: then nothing is declared, so that
   * this identity needs no right to, and a subscription names the group whose queue it is. Default false.
   */
  readonly isProvided?: boolean;
  /**
   * Rejects a publication that no queue takes. Default false: as with any topic, what nobody has ever subscribed to is
   * confirmed and gone.
   */
  readonly requireQueue?: boolean;
  /** How long the server may take to confirm a message, or a subscription; then the call rejects. Default 5,000. */
  readonly timeoutMs?: number;
  /** Pause before a nacked message comes again when the handler names none. Default 1,000. */
  readonly redeliveryDelayMs?: number;
  /**
   * Messages that one subscription has at hand at most, also those that wait for their next try: when all of them do, others come no
   * sooner than the first of them is done. Default 256.
   */
  readonly heldMax?: number;
  /** Told of messages that cannot be read, which become dead letters, and of trouble with the server, which is tried again. */
  readonly onError?: (error: unknown) => void;
}

const rabbitmqFeatures: TransportFeatures = {
  name: 'rabbitmq',
  // A quorum queue confirms what most of its servers have synced.
  survives: 'disk',
  keepsForAbsent: true,
  // The server counts what came back to it; the tries of a message that is held to keep its lane in order are known here only.
  countsAttempts: false,
  ordersAfterCrash: false,
  sharesWithinGroup: true,
};

/** Longest routing key in bytes: a short string of AMQP. */
const routingKeyBytesMax = 255;

/**
 * Messages over RabbitMQ (AMQP 0-9-1), as CloudEvents in binary mode. Every group has a durable quorum queue for each of its
 * patterns, bound to a topic exchange; what is rejected goes to the queue `<exchange>.dead-letters`, with `millwright-reason`. The
 * connection stays the caller's, who closes it after the transport.
 */
export function createRabbitmqTransport(
  connection: RabbitmqConnection,
  options: RabbitmqTransportOptions = {},
): Transport {
  const {
    exchange = 'millwright',
    isProvided = false,
    requireQueue = false,
    timeoutMs = 5_000,
    onError = () => {},
  } = options;
  const { redeliveryDelayMs = 1_000, heldMax = 256 } = options;
  const subscriptions = new Set<RabbitmqSubscription>();
  const publisher = new RabbitmqPublisher(connection, exchange, { timeoutMs, isProvided, onError });
  let closed = false;
  const demandOpen = (): void => {
    if (closed) throw new Error('the transport is closed');
  };

  return {
    features: rabbitmqFeatures,
    publish: async (address, message) => {
      demandOpen();
      const routingKey = demandShort(subjectOf('', address));
      const content = message.data;
      await publisher.send({ ...writeProperties(message), exchange, routingKey, content, mandatory: requireQueue });
    },
    subscribe: async (pattern, handler, { group } = {}) => {
      demandOpen();
      const filter = demandShort(filterOf('', pattern));
      if (isProvided && group === undefined)
        throw new Error('a subscription without a group needs a queue of its own, and this transport declares none');
      const name = await consumerName(group ?? `own-${crypto.randomUUID()}`, filter);
      const queue = demandShort(queueOf(exchange, name));
      const plan = { exchange, queue, filter, isShared: group !== undefined, isProvided };
      const settings = { pattern, handler, heldMax, redeliveryDelayMs, timeoutMs, onError };
      const subscription = new RabbitmqSubscription({ connection, publisher, plan, ...settings });
      await subscription.start();
      subscriptions.add(subscription);
      return {
        close: async () => {
          subscriptions.delete(subscription);
          await subscription.close();
        },
      };
    },
    close: async () => {
      closed = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      subscriptions.clear();
      await publisher.close();
    },
  };
}

function demandShort(name: string): string {
  if (Buffer.byteLength(name) > routingKeyBytesMax)
    throw new RangeError(`longer than the ${routingKeyBytesMax} bytes of a name in AMQP: ${name}`);
  return name;
}
