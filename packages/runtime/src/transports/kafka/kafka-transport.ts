import type { Transport, TransportFeatures } from '../../transport.ts';
import { consumerName } from '../subjects.ts';
import { writeRecord } from './binding.ts';
import type { KafkaClientSettings, KafkaDriver } from './kafka-driver.ts';
import { KafkaSubscription } from './kafka-subscription.ts';
import { KafkaPublisher, MessageTooLarge, sizeOf } from './publisher.ts';
import { demandTopic, type KafkaRoute, Routes } from './routes.ts';
import { type KafkaTopicSettings, Topics } from './topics.ts';

export { MalformedMessage } from '../structured.ts';
export type * from './kafka-driver.ts';
export { MessageTooLarge } from './publisher.ts';
export type { KafkaRoute } from './routes.ts';
export type { KafkaTopicSettings } from './topics.ts';

export interface KafkaTransportOptions {
  /** Topic of all addresses that have none of their own; `<topic>.dead-letters` is that of what was rejected. Default `millwright`. */
  readonly topic?: string;
  /** Addresses that have a topic of their own; the first that fits counts. Default: none. */
  readonly routes?: readonly KafkaRoute[];
  /** Makes topics that are missing. Without it they have to be there, the one of the dead letters too. */
  readonly createTopics?: KafkaTopicSettings;
  /** How long looking for a topic, and then taking a message, may last; then `publish` rejects. Default 5,000. */
  readonly timeoutMs?: number;
  /**
   * After how much silence a member of a group is given up, and its partitions pass to others. The brokers have limits for it, by
   * default 6,000 and 1,800,000. Default 30,000.
   */
  readonly sessionTimeoutMs?: number;
  /** Pause before a nacked message comes again when the handler names none. Default 1,000. */
  readonly redeliveryDelayMs?: number;
  /**
   * Messages of one partition that a subscription has at hand at most, also those that wait for their next try: when all of them do,
   * others of that partition come no sooner than the first of them is done. Default 256.
   */
  readonly heldMax?: number;
  /** Larger messages, key and headers included, are refused before anything is sent. Default 1,000,000, a little less than the brokers'. */
  readonly messageBytesMax?: number;
  /** Told of messages that cannot be read, which become dead letters, and of trouble with the brokers, which is tried again. */
  readonly onError?: (error: unknown) => void;
}

const kafkaFeatures: TransportFeatures = {
  name: 'kafka',
  // Brokers acknowledge what all in-sync replicas have taken, not what they have synced. A crash of broker processes loses nothing
  // then; one of their machines does, unless replicas are elsewhere and `min.insync.replicas` says so, which a client cannot count on.
  survives: 'broker',
  // As long as the topic and the group's offsets are kept: a week each, by default.
  keepsForAbsent: true,
  countsAttempts: false,
  // What was done behind something that was not comes once more.
  ordersAfterCrash: false,
  sharesWithinGroup: true,
};

/** Pause between the tries of a request to the brokers. */
const retryDelay = 100;
/** More than fit into any deadline, which ends them. */
const retriesMax = 1_000_000;

/**
 * Messages over Apache Kafka, as CloudEvents in binary mode. Addresses share a topic unless a route gives them one; the address is a
 * header, and the key is the partition key. Every group has a consumer group for each of its patterns, which begins with what is
 * published after its first subscription.
 */
export function createKafkaTransport(driver: KafkaDriver, options: KafkaTransportOptions = {}): Transport {
  const { topic = 'millwright', routes: given = [], createTopics, timeoutMs = 5_000, onError = () => {} } = options;
  const { sessionTimeoutMs = 30_000, redeliveryDelayMs = 1_000, heldMax = 256, messageBytesMax = 1_000_000 } = options;
  const routes = new Routes(given, topic);
  const deadLetters = demandTopic(`${topic}.dead-letters`);
  const settings: KafkaClientSettings = { retries: 3, retryDelay, requestTimeout: timeoutMs };
  const admin = driver.admin(settings);
  const topics = new Topics(admin, createTopics, { messageBytesMax, timeoutMs });
  const publisher = new KafkaPublisher(() => driver.producer({ ...settings, retries: retriesMax, idempotent: true }), {
    timeoutMs,
    batchBytesMax: messageBytesMax,
    onError,
  });
  const subscriptions = new Set<KafkaSubscription>();
  let closed = false;
  const demandOpen = (): void => {
    if (closed) throw new Error('the transport is closed');
  };

  return {
    features: kafkaFeatures,
    publish: async (address, message) => {
      demandOpen();
      const record = writeRecord(address, message);
      const size = sizeOf(record);
      if (size > messageBytesMax)
        throw new MessageTooLarge(`${size} bytes are more than the ${messageBytesMax} of a message`);
      const own = routes.topicOf(address);
      await topics.provide([own]);
      await publisher.send(own, address, record).catch((error: unknown) => {
        topics.forget(own);
        throw error;
      });
    },
    subscribe: async (pattern, handler, { group } = {}) => {
      demandOpen();
      const read = routes.topicsOf(pattern);
      await topics.provide([...read, deadLetters]);
      const groupId = await consumerName(group ?? `own-${crypto.randomUUID()}`, pattern);
      const isOwnGroup = group === undefined;
      const addressOf = (name: string): string | undefined => routes.addressOf(name);
      const plan = { driver, admin, publisher, deadLetters, groupId, isOwnGroup, topics: read, pattern, addressOf };
      const limits = { sessionTimeoutMs, timeoutMs, redeliveryDelayMs, heldMax };
      const subscription = new KafkaSubscription({ ...plan, ...limits, handler, onError });
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
      await admin.close().catch(onError);
    },
  };
}
