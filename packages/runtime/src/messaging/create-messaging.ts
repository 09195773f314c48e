import type { PolicyConfig } from '../events/authorise.ts';
import type { Bus, BusConfig, MessageDescriptor, ProducerIdentity } from '../events.ts';
import type { BurialRequest, OutboxFigures, Store, Transaction } from '../store.ts';
import type { Transport } from '../transport.ts';
import { type Clock, type Probe, systemClock } from './clock.ts';
import { collectHealth } from './collect-health.ts';
import { Denials } from './denials.ts';
import { DurableConsumer } from './durable-consumer.ts';
import type { RetryPolicy } from './failure.ts';
import type { GuardFor } from './guard.ts';
import type { Health } from './health.ts';
import { keepHouse } from './housekeeping.ts';
import { type MessagingTelemetry, storingTelemetry } from './messaging-telemetry.ts';
import { busWithin, OutboxGauge, type OutboxLimits, outboxTransport, storingTransport } from './outbox.ts';
import { Relay } from './relay.ts';

/** What is refused is in the audit trail of the store before `onDenied` is told of it. */
export interface MessagingConfig<Connection> extends ProducerIdentity, PolicyConfig {
  readonly store: Store<Connection>;
  readonly transport: Transport;
  readonly retry?: RetryPolicy;
  readonly limits?: OutboxLimits;
  /** How long a second message is known as a duplicate where the contract does not say. Default 14 days. */
  readonly dedupeMs?: number;
  /** How long a message waits for one before it in its lane that does not come. Default 5 minutes. */
  readonly gapMaxMs?: number;
  /** How far ahead of this system's clock the `time` of a message may be; beyond, it is a dead letter. Default 1 hour. */
  readonly clockSkewMaxMs?: number;
  /** How long is kept, for `millwright trace` and `replay`, what was sent, applied or decided. Default 30 days. */
  readonly keepMs?: number;
  /** How long a relay that died keeps others waiting. Default 10,000. */
  readonly leaseMs?: number;
  readonly pollMs?: number;
  readonly batchMax?: number;
  /** Limit of handlers at work, circuit breaker and timeout, such as `createGuards` of `@millwright/runtime/guards` makes them. */
  readonly guard?: GuardFor;
  /** Spans and metrics, such as `openTelemetry` of `@millwright/runtime/telemetry`. */
  readonly telemetry?: MessagingTelemetry;
  /** What {@link Messaging.health} judges by, besides what is subscribed to: the messages that are published. */
  readonly messages?: readonly MessageDescriptor[];
  readonly clock?: Clock;
  readonly probe?: Probe;
  readonly onError?: (error: unknown) => void;
  readonly onBuried?: (letter: BurialRequest) => void;
}

/** What a transaction of {@link Messaging.transaction} has. */
export interface Inside<Connection> {
  /** The application's own way to the database. */
  readonly connection: Connection;
  readonly transaction: Transaction<Connection>;
  /** The same bus, with messages that are sent when, and only when, this transaction commits. */
  within(bus: Bus): Bus;
}

/** Messages that survive the process that wrote them, and take effect once in the one that reads them. */
export interface Messaging<Connection> {
  /** For the generated `createBus`: what is published goes through the outbox, what is received through the inbox. */
  readonly config: BusConfig;
  transaction<Result>(work: (inside: Inside<Connection>) => Result | Promise<Result>): Promise<Result>;
  /** The transaction in which a handler's own effect belongs, by the `transaction` of what it received. */
  inside(transaction: unknown): Inside<Connection>;
  /** What waits to be sent, as far as it was last looked at. */
  readonly waiting: OutboxFigures;
  /** Whether all goes as the contracts demand, in words; it never rejects. */
  health(): Promise<Health>;
  /** Creates the tables and begins to send. */
  start(): Promise<void>;
  /** Ends subscriptions and relay. What was not sent waits for the next start. */
  close(): Promise<void>;
}

const gaugeIntervalMs = 1_000;
const keepDefaultMs = 30 * 86_400_000;

/** Puts a store between an application and a transport. */
export function createMessaging<Connection>(config: MessagingConfig<Connection>): Messaging<Connection> {
  const { store, transport, clock = systemClock, limits = {}, messages = [], probe, telemetry } = config;
  const { role, identities, source, producer } = config;
  const gauge = new OutboxGauge(limits);
  const subscriber = producer ?? source;
  const denials = new Denials({ ...config, clock, actor: subscriber });
  const relay = new Relay({ ...config, clock, holder: `${subscriber} ${clock.uuid()}` });
  const consumer = new DurableConsumer({ ...config, clock, subscriber, denials });
  const parts = { gauge, clock, wake: () => relay.wake() };
  const inside = (transaction: Transaction<Connection>): Inside<Connection> => ({
    connection: transaction.connection,
    transaction,
    within: (bus) => busWithin(bus, outboxTransport(transport, transaction, parts)),
  });
  const stop = new AbortController();
  const measure = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        gauge.read(await store.outbox.figures());
      } catch (error) {
        config.onError?.(error);
      }
      await clock.sleep(gaugeIntervalMs, stop.signal);
    }
  };
  const { keepMs = keepDefaultMs, onError } = config;
  let measuring: Promise<unknown> | undefined;
  let endObserving: (() => void) | undefined;
  return {
    config: {
      transport: storingTransport(transport, store, parts),
      ...{ consumer, source, producer, role, identities, clock },
      onDenied: async (error) => {
        await denials.record(error);
        await config.onDenied?.(error);
      },
      telemetry: telemetry && storingTelemetry(telemetry),
    },
    transaction: async (work) => {
      const result = await denials.around(() => store.transaction((transaction) => work(inside(transaction))));
      probe?.('producer:committed');
      // Rows of an open transaction cannot be seen, so what was woken before may have found nothing.
      relay.wake();
      return result;
    },
    inside: (transaction) => inside(transaction as Transaction<Connection>),
    get waiting() {
      return gauge.figures;
    },
    health: () =>
      collectHealth({ ...parts, store, limits, messages, relay: relay.status, consumers: consumer.figures() }),
    start: async () => {
      await store.migrate();
      gauge.read(await store.outbox.figures());
      relay.start();
      measuring ??= Promise.all([measure(), keepHouse({ store, clock, keepMs, onError }, stop.signal)]);
      endObserving ??= telemetry?.observeOutbox(() => ({ figures: gauge.figures, now: clock.now() }));
    },
    close: async () => {
      stop.abort();
      endObserving?.();
      await transport.close();
      await relay.stop();
      await measuring;
    },
  };
}
