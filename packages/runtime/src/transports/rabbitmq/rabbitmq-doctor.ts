import { type DoctorRule, isAtLeast, isUnread, readOrTell, type Unread } from '../../doctor/diagnosis.ts';
import { deadLettersOf, queueArguments, quorumArguments } from './declarations.ts';
import type { RabbitmqConfirmChannel } from './rabbitmq-driver.ts';

interface RabbitmqDoctorChannel extends RabbitmqConfirmChannel {
  checkQueue(queue: string): Promise<unknown>;
}

/** The slice of a connection of `amqplib` that is asked. */
export interface RabbitmqDoctorConnection {
  readonly connection: { readonly serverProperties: Readonly<Record<string, unknown>> };
  on(event: 'blocked', listener: (reason: string) => void): unknown;
  createConfirmChannel(): Promise<RabbitmqDoctorChannel>;
}

/** What RabbitMQ says of itself, and how it took a queue and a message of ours. */
export interface RabbitmqFacts {
  readonly version: string;
  readonly confirms: boolean;
  /** Whether it confirmed a message to a queue as the transport makes them. */
  readonly queue: { readonly confirmed: boolean } | Unread;
  /** Why it blocks who publishes: an alarm of memory or disk. */
  readonly alarm?: string;
  /** The queue of dead letters: `ours` is as the transport makes it. */
  readonly deadLetters: { readonly queue: 'absent' | 'ours' | 'other' };
}

export interface RabbitmqDoctorOptions {
  /** Exchange of the transport. Default `millwright`. */
  readonly exchange?: string;
  /** How long the server may take to confirm. Default 2,000. */
  readonly confirmMaxMs?: number;
}

/** How long a queue of ours stays when it cannot be deleted. The server takes no less than a minute. */
const abandonedAfterMs = 60_000;

/**
 * Makes a queue of its own, publishes one message to it and deletes it. Over AMQP nothing else tells whether quorum queues, confirms
 * and alarms are as they should be. Where the server blocks publishers, the queue goes by itself.
 */
export async function readRabbitmqFacts(
  connection: RabbitmqDoctorConnection,
  { exchange = 'millwright', confirmMaxMs = 2_000 }: RabbitmqDoctorOptions = {},
): Promise<RabbitmqFacts> {
  const { serverProperties: properties } = connection.connection;
  const capabilities = (properties['capabilities'] ?? {}) as Readonly<Record<string, unknown>>;
  let alarm: string | undefined;
  connection.on('blocked', (reason) => {
    alarm = reason;
  });
  // What comes after a publication is read no more while the server blocks.
  const deadLetters = await readDeadLetters(connection, deadLettersOf(exchange));
  const queue = await readOrTell(() => tryQueue(connection, exchange, confirmMaxMs));
  return {
    version: String(properties['version'] ?? ''),
    confirms: capabilities['publisher_confirms'] === true,
    queue,
    ...(alarm === undefined ? {} : { alarm }),
    deadLetters,
  };
}

async function tryQueue(
  connection: RabbitmqDoctorConnection,
  exchange: string,
  confirmMaxMs: number,
): Promise<{ readonly confirmed: boolean }> {
  const channel = await openChannel(connection);
  const queue = `${exchange}.doctor-${crypto.randomUUID()}`;
  await channel.assertQueue(queue, {
    durable: true,
    arguments: { ...queueArguments(exchange), 'x-expires': abandonedAfterMs },
  });
  const confirmed = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), confirmMaxMs);
    const options = { persistent: true, mandatory: false, messageId: queue, headers: {} } as const;
    channel.publish('', queue, Buffer.from('doctor'), options, (error) => {
      clearTimeout(timer);
      resolve(error === null || error === undefined);
    });
  });
  if (!confirmed) return { confirmed };
  await channel.deleteQueue(queue);
  await channel.close();
  return { confirmed };
}

async function openChannel(connection: RabbitmqDoctorConnection): Promise<RabbitmqDoctorChannel> {
  const channel = await connection.createConfirmChannel();
  // The call that failed tells it; an error that nobody listens to would end the process.
  channel.on('error', () => {});
  return channel;
}

/** A refusal closes the channel, so each question has its own. */
async function readDeadLetters(
  connection: RabbitmqDoctorConnection,
  queue: string,
): Promise<RabbitmqFacts['deadLetters']> {
  const asked = await openChannel(connection);
  try {
    await asked.checkQueue(queue);
  } catch {
    return { queue: 'absent' };
  }
  try {
    await asked.assertQueue(queue, { durable: true, arguments: quorumArguments });
  } catch {
    return { queue: 'other' };
  }
  await asked.close();
  return { queue: 'ours' };
}

/** What the transport needs of RabbitMQ, in the order in which it is told. */
export const rabbitmqRules: readonly DoctorRule<RabbitmqFacts>[] = [
  {
    id: 'doctor/rabbitmq-version',
    why: 'Quorum queues that dead-letter at least once are there since RabbitMQ 3.10.',
    judge: ({ version }) => {
      const found = `RabbitMQ ${version}`;
      const isRecent = isAtLeast(version, '3.10');
      if (isRecent === true) return { severity: 'ok', found };
      if (isRecent === undefined)
        return { severity: 'unknown', found: 'the server does not tell its version', atMost: 'unknown' };
      return { severity: 'error', found, fix: 'Run RabbitMQ 3.10 or later.', atMost: 'not durable' };
    },
  },
  {
    id: 'doctor/rabbitmq-confirms',
    why: 'Without confirms nobody knows whether a message has arrived.',
    judge: ({ confirms }) =>
      confirms
        ? { severity: 'ok', found: 'the server confirms publications' }
        : {
            severity: 'error',
            found: 'the server does not confirm publications',
            fix: 'Connect to a RabbitMQ, without a proxy that changes its protocol.',
            atMost: 'not durable',
          },
  },
  {
    id: 'doctor/rabbitmq-alarm',
    why: 'With an alarm the server takes nothing more from anybody who publishes.',
    judge: ({ alarm }) =>
      alarm === undefined
        ? { severity: 'ok', found: 'no alarm blocks who publishes' }
        : {
            severity: 'error',
            found: `the server blocks who publishes: ${alarm}`,
            fix: 'Give it memory or disk, or lower its limits (rabbitmq-diagnostics alarms).',
          },
  },
  {
    id: 'doctor/rabbitmq-quorum-queue',
    why: 'Only a quorum queue confirms what most of its servers have on the disk, and keeps what it dead-letters until it has arrived.',
    judge: ({ queue, alarm }) => {
      if (isUnread(queue))
        return {
          severity: 'error',
          found: `a quorum queue with at-least-once dead letters is refused: ${queue.unread}`,
          fix: 'Enable quorum queues and the feature flag stream_queue, and let this user configure queues of the exchange.',
          atMost: 'not durable',
        };
      if (queue.confirmed)
        return { severity: 'ok', found: 'a quorum queue with at-least-once dead letters confirmed a message' };
      const found = 'a message to a quorum queue was not confirmed in time';
      if (alarm !== undefined) return { severity: 'unknown', found, atMost: 'unknown' };
      return { severity: 'error', found, fix: 'See whether most servers of the cluster are up.', atMost: 'unknown' };
    },
  },
  {
    id: 'doctor/rabbitmq-dead-letters',
    why: 'What is rejected has to go to a queue that keeps it.',
    judge: ({ deadLetters: { queue } }) => {
      if (queue === 'ours') return { severity: 'ok', found: 'the queue of dead letters is a quorum queue' };
      if (queue === 'absent')
        return { severity: 'info', found: 'the queue of dead letters is not there: the transport makes it' };
      return {
        severity: 'error',
        found: 'the queue of dead letters is there with other arguments, or this user may not declare it',
        fix: 'Delete it when it is empty: the transport makes it again.',
        atMost: 'unknown',
      };
    },
  },
  {
    id: 'doctor/rabbitmq-delivery-limit',
    why: 'Past its limit the server takes a message from the queue to the dead letters, while the runtime still tries.',
    judge: () => ({
      severity: 'unknown',
      found: 'the transport asks for a billion deliveries; whether a policy says less cannot be read over AMQP',
      fix: 'See that no policy sets delivery-limit for these queues (rabbitmqctl list_policies).',
    }),
  },
];
