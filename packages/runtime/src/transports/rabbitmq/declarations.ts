/** Exchange and queue of what was rejected. */
export const deadLettersOf = (exchange: string): string => `${exchange}.dead-letters`;

/** Queue of a group and pattern, by the name of its consumer. */
export const queueOf = (exchange: string, consumer: string): string => `${exchange}.${consumer}`;

/**
 * Of the queue of dead letters. Without a limit RabbitMQ 4 drops a message after 20 deliveries, and 3.x does not know how to say
 * "none". Giving up is for the one who handles it.
 */
export const quorumArguments = { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 } as const;

/**
 * Of a queue that subscriptions read. What the server gives up, by a policy of its operator or since nobody could be told why, is kept
 * until the dead letters have it; a queue that does so has to refuse what it has no room for.
 */
export const queueArguments = (exchange: string): Readonly<Record<string, string | number>> => ({
  ...quorumArguments,
  'x-dead-letter-exchange': deadLettersOf(exchange),
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});
