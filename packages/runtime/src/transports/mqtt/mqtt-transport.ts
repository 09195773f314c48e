import type { SubscribeOptions, Subscription, Transport, TransportFeatures } from '../../transport.ts';
import type { DeadLetter } from '../memory/memory-transport.ts';
import type { MqttConnect } from './mqtt-driver.ts';
import { MqttSubscription } from './mqtt-subscription.ts';
import { Publisher } from './publisher.ts';
import { clientIdOf, filterOf, sharedFilter, topicOf } from './topics.ts';

export { MalformedMessage } from '../structured.ts';
export type {
  MqttClient,
  MqttConnack,
  MqttConnect,
  MqttConnectOptions,
  MqttPacket,
  MqttProperties,
  MqttStream,
} from './mqtt-driver.ts';

export interface MqttTransportOptions {
  /**
   * Name of this process among those of its groups, the same after every restart: it names the sessions, in which the broker
   * keeps what was not acknowledged. Two processes of one name throw each other out, over and over. Default `one`.
   */
  readonly instance?: string;
  /**
   * Groups have several members, each with an `instance` or a subscription of its own, that share the messages. What falls to a
   * member then waits for that member, also while it is away and others are there. Default false: one member a group.
   */
  readonly sharedGroups?: boolean;
  /** How long the broker keeps the session of a group for which nobody comes, and what it holds. Default 7 days. */
  readonly sessionExpiryMs?: number;
  /** How long the broker may take to acknowledge a publication or a subscription; then it rejects. Default 5,000. */
  readonly timeoutMs?: number;
  /** Pause before a nacked message comes again when the handler names none. Default 1,000. */
  readonly redeliveryDelayMs?: number;
  /**
   * Messages that one subscription has at hand at most, those that wait for their next try among them. The broker may have a
   * smaller limit, `max_inflight_messages` of mosquitto is 20 by default. Default 256.
   */
  readonly heldMax?: number;
  /**
   * MQTT has no dead letters: a rejected message goes here, and is acknowledged when this has returned; when it throws, the message
   * comes again. Without it a rejected message is gone.
   */
  readonly onRejected?: (letter: DeadLetter) => void | Promise<void>;
  /** Told of messages that cannot be read, which are given up, of trouble with the broker, and of sessions that it has lost. */
  readonly onError?: (error: unknown) => void;
}

const featuresOf = (sharedGroups: boolean): TransportFeatures => ({
  name: 'mqtt',
  // A PUBACK says that the broker has the message, not that it has written it. mosquitto by default writes every 30 minutes, and
  // with `autosave_on_changes` after so many changes, without a sync: a crash of the broker loses what it has acknowledged.
  survives: 'broker',
  // mosquitto deals a shared subscription out to absent members too: one that comes back does not get what waits for the others.
  keepsForAbsent: !sharedGroups,
  countsAttempts: false,
  // What was done comes once more when its PUBACK was lost, behind others that were done after it.
  ordersAfterCrash: false,
  sharesWithinGroup: sharedGroups,
});

/** How long a session without a group outlives its connection: a reconnect, not a night. */
const abandonedAfterMs = 300_000;

/**
 * Messages over MQTT 5 with QoS 1, as CloudEvents in binary mode. Every group has a persistent session for each of its patterns.
 *
 * The promise ends at the broker: what it has acknowledged is gone when it crashes before it has written, and when no session is
 * subscribed to the topic, of which nobody is told. Brokers have a limit of messages that wait in a session, beyond which they drop
 * silently (`max_queued_messages` of mosquitto: 1,000). Where that is too little, `withReceipts` keeps the row of the outbox until
 * the receivers have confirmed it.
 */
export function createMqttTransport(connect: MqttConnect, options: MqttTransportOptions = {}): Transport {
  const { instance = 'one', sharedGroups = false, sessionExpiryMs = 7 * 24 * 3_600_000, timeoutMs = 5_000 } = options;
  const { redeliveryDelayMs = 1_000, heldMax = 256, onRejected = () => {}, onError = () => {} } = options;
  const settings = { connect, redeliveryDelayMs, heldMax, timeoutMs, onRejected, onError };
  const subscriptions = new Set<MqttSubscription>();
  const sessions = new Set<string>();
  let publisher: Publisher | undefined;
  let closed = false;

  /** A client id that no other subscription of this transport has. */
  const claim = async (group: string, filter: string): Promise<string> => {
    for (let member = 0; ; member += 1) {
      const clientId = await clientIdOf(group, instance, filter, member);
      if (!sessions.has(clientId)) {
        sessions.add(clientId);
        return clientId;
      }
      if (!sharedGroups) throw new Error(`${group} is subscribed already; several members need sharedGroups`);
    }
  };

  const planOf = async (pattern: string, group: string | undefined) => {
    const plain = filterOf(pattern);
    if (group === undefined) {
      const clientId = `millwright-${crypto.randomUUID()}`;
      return { filter: plain, clientId, isDurable: false, sessionExpiryMs: abandonedAfterMs };
    }
    const filter = sharedGroups ? sharedFilter(group, plain) : plain;
    return { filter, clientId: await claim(group, filter), isDurable: true, sessionExpiryMs };
  };

  return {
    features: featuresOf(sharedGroups),
    publish: async (address, message) => {
      if (closed) throw new Error('the transport is closed');
      const topic = topicOf(address);
      publisher ??= new Publisher(connect, timeoutMs, onError);
      await publisher.publish(topic, message);
    },
    subscribe: async (pattern, handler, { group }: SubscribeOptions = {}): Promise<Subscription> => {
      if (closed) throw new Error('the transport is closed');
      const plan = await planOf(pattern, group);
      const subscription = new MqttSubscription({ ...settings, ...plan, pattern, handler });
      const close = async (): Promise<void> => {
        await subscription.close();
        subscriptions.delete(subscription);
        sessions.delete(plan.clientId);
      };
      subscriptions.add(subscription);
      await subscription.start().catch(async (error: unknown) => {
        await close();
        throw error;
      });
      return { close };
    },
    close: async () => {
      closed = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      subscriptions.clear();
      await publisher?.close();
    },
  };
}
