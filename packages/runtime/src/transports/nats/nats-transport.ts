import type { Message, Transport, TransportFeatures } from '../../transport.ts';
import { consumerName, filterOf, subjectOf } from '../subjects.ts';
import { encodeHeaderValue, writeHeaders } from './binding.ts';
import type { NatsDriver } from './nats-driver.ts';
import { NatsSubscription } from './nats-subscription.ts';
import { managerOf, type NatsStreamSettings, provideStream } from './stream.ts';

export { MalformedMessage } from '../structured.ts';
export type * from './nats-driver.ts';
export type { NatsStreamSettings } from './stream.ts';

export interface NatsTransportOptions {
  /** Stream from which subscriptions read. Default `millwright`. */
  readonly stream?: string;
  /** Makes the stream when it is missing. Without it the stream has to be there. */
  readonly createStream?: NatsStreamSettings;
  /** What every subject begins with, such as `factory.events`. Default: nothing. */
  readonly prefix?: string;
  /** How long the server waits for a sign of life of whoever has a message, before it delivers it to another. Default 30,000. */
  readonly ackWaitMs?: number;
  /** How long a message may take until the stream has it; then `publish` rejects. Default 5,000. */
  readonly publishTimeoutMs?: number;
  /** Pause before a nacked message comes again when the handler names none. Default 1,000. */
  readonly redeliveryDelayMs?: number;
  /** Messages that one subscription has at hand at most, and so handlers that run at once. Default 256. */
  readonly heldMax?: number;
  /** Told of messages that cannot be read, which are given up, and of trouble with the server, which is tried again. */
  readonly onError?: (error: unknown) => void;
}

const natsFeatures: TransportFeatures = {
  name: 'nats',
  // A stream acks what it has written, not what it has synced: by default the server syncs every 2 minutes. A crash of the server
  // process loses nothing then (before 2.10.23 there are exceptions), one of its machine does, and a client cannot see whether
  // `sync_interval: always` (since 2.10) is set. So the promise is the smaller one.
  survives: 'broker',
  keepsForAbsent: true,
  // The server counts its deliveries; the tries of a message that is held to keep its lane in order are known here only.
  countsAttempts: false,
  ordersAfterCrash: false,
  sharesWithinGroup: true,
};

/**
 * Ids of failed publications that are remembered: what is forgotten is at worst published twice. A stream drops a second message of
 * one `Nats-Msg-Id`. That is right where the first publication may have arrived although it failed, so a retry uses its id again.
 * It is wrong where a message is published again on purpose, as a replayed dead letter is, so nothing else does.
 */
const unsureMax = 10_000;

/**
 * Messages over NATS JetStream, as CloudEvents in binary mode. Every group has a durable consumer for each of its patterns; it
 * begins with what is published after its first subscription. The connection stays the caller's, who closes it after the
 * transport.
 */
export function createNatsTransport(driver: NatsDriver, options: NatsTransportOptions = {}): Transport {
  const { stream = 'millwright', createStream, prefix = '', publishTimeoutMs = 5_000, onError = () => {} } = options;
  const { ackWaitMs = 30_000, redeliveryDelayMs = 1_000, heldMax = 256 } = options;
  const subscriptions = new Set<NatsSubscription>();
  const unsure = new Map<string, string>();
  if (createStream !== undefined && createStream.subjects === undefined && prefix === '')
    throw new TypeError('createStream needs subjects, or the transport a prefix: else the stream takes nothing');
  const manager = managerOf(driver);
  let closed = false;
  let provided: Promise<void> | undefined;

  const ready = async (): Promise<void> => {
    if (closed) throw new Error('the transport is closed');
    if (createStream === undefined) return;
    const settings = prefix === '' ? createStream : { subjects: [`${prefix}.>`], ...createStream };
    provided ??= manager().then((api) => provideStream(api, stream, settings));
    // What failed is tried again by the next call.
    await provided.catch((error: unknown) => {
      provided = undefined;
      throw error;
    });
  };

  const publish = async (subject: string, message: Message): Promise<void> => {
    const name = publicationName(subject, message);
    const id = unsure.get(name) ?? `${name} ${crypto.randomUUID()}`;
    unsure.delete(name);
    try {
      await driver.jetstream.publish(subject, message.data, {
        headers: writeHeaders(message, driver.headers()),
        msgID: id,
        timeout: publishTimeoutMs,
      });
    } catch (error) {
      unsure.set(name, id);
      const [oldest] = unsure.keys();
      if (unsure.size > unsureMax && oldest !== undefined) unsure.delete(oldest);
      throw error;
    }
  };

  return {
    features: natsFeatures,
    publish: async (address, message) => {
      await ready();
      await publish(subjectOf(prefix, address), message);
    },
    subscribe: async (pattern, handler, { group } = {}) => {
      await ready();
      const filter = filterOf(prefix, pattern);
      const durable = group === undefined ? undefined : await consumerName(group, filter);
      const plan = { stream, filter, durable, ackWaitMs };
      const settings = { ...{ driver, plan, prefix, pattern, handler, heldMax, redeliveryDelayMs, onError } };
      const subscription = new NatsSubscription({ ...settings, manager: await manager() });
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
    },
  };
}

/**
 * Source and id, which name an event, and the subject, since an event can go to several. Nothing tells whether two messages without
 * them are the same.
 */
function publicationName(subject: string, { attributes: { source, id } }: Message): string {
  if (typeof source !== 'string' || typeof id !== 'string') return crypto.randomUUID();
  return [source, id, subject].map(encodeHeaderValue).join(' ');
}
