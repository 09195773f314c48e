import type { RabbitmqChannel } from './rabbitmq-driver.ts';

/** What a subscription consumes. */
export interface QueuePlan {
  readonly exchange: string;
  readonly queue: string;
  readonly filter: string;
  /** False for a group of its own, whose queue goes with the subscription. */
  readonly isShared: boolean;
}

/** How long a queue without a group outlives its subscriber: a reconnect, not a night. */
const abandonedAfterMs = 300_000;

/**
 * Without a limit RabbitMQ 4 drops a message after 20 deliveries, and 3.x does not know how to say "none". Giving up is for the one
 * who handles it.
 */
const deliveryLimit = 1_000_000_000;

/** Of the queue of dead letters. */
export const quorumArguments = { 'x-queue-type': 'quorum', 'x-delivery-limit': deliveryLimit };

/**
 * Of a queue that subscriptions read. What the server gives up, by a policy of its operator or since nobody could be told why, is kept
 * until the dead letters have it; a queue that does so has to refuse what it has no room for.
 */
export const queueArguments = (exchange: string): Readonly<Record<string, unknown>> => ({
  ...quorumArguments,
  'x-dead-letter-exchange': deadLettersOf(exchange),
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});

/** Exchange and queue of what was rejected. */
export const deadLettersOf = (exchange: string): string => `${exchange}.dead-letters`;

export async function provideExchange(channel: RabbitmqChannel, exchange: string): Promise<void> {
  await channel.assertExchange(exchange, 'topic', { durable: true });
}

/**
 * Exchange, queue and binding of a plan, and the dead letters, where they are missing. A queue that is there with other arguments is
 * refused by the server (406) and left as it is. A server of one node that is killed within a second of making a queue does not
 * start it again, and confirms nothing for it until somebody deletes it.
 */
export async function provideQueue(channel: RabbitmqChannel, plan: QueuePlan): Promise<void> {
  const { exchange, queue, filter, isShared } = plan;
  const dead = deadLettersOf(exchange);
  await provideExchange(channel, exchange);
  await provideExchange(channel, dead);
  await channel.assertQueue(dead, { durable: true, arguments: quorumArguments });
  await channel.bindQueue(dead, dead, '#');
  await channel.assertQueue(queue, {
    durable: true,
    arguments: { ...queueArguments(exchange), ...(isShared ? {} : { 'x-expires': abandonedAfterMs }) },
  });
  await channel.bindQueue(queue, exchange, filter);
}
