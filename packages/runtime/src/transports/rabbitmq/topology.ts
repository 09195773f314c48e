import { deadLettersOf, queueArguments, quorumArguments } from './declarations.ts';
import type { RabbitmqChannel } from './rabbitmq-driver.ts';

/** What a subscription consumes. */
export interface QueuePlan {
  readonly exchange: string;
  readonly queue: string;
  readonly filter: string;
  /** False for a group of its own, whose queue goes with the subscription. */
  readonly isShared: boolean;
  /** It is there, and not declared. */
  readonly isProvided: boolean;
}

/** How long a queue without a group outlives its subscriber: a reconnect, not a night. */
const abandonedAfterMs = 300_000;

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
  const own = isShared ? {} : { 'x-expires': abandonedAfterMs };
  await channel.assertQueue(queue, { durable: true, arguments: { ...queueArguments(exchange), ...own } });
  await channel.bindQueue(queue, exchange, filter);
}
