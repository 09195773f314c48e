import type { EventClock, ProducerIdentity } from '../envelope.ts';
import { ContractViolation, type MessageViolation } from '../event-errors.ts';
import type { Delivery, SubscribeOptions, Transport } from '../transport.ts';
import { checkPolicy, type PolicyConfig } from './authorise.ts';
import type { MessageDescriptor } from './descriptor.ts';
import type { DeliveryFailure, DeliveryOutcome, Telemetry } from './telemetry.ts';
import type { Converters } from './upcast.ts';

/** Checks a value against a named schema: strictly at the producer, tolerantly (unknown members pass) at the consumer. */
export type ValidateMessage = (
  name: string,
  value: unknown,
  mode: 'strict' | 'tolerant',
) => readonly MessageViolation[] | Promise<readonly MessageViolation[]>;

export const defaultBytesMax = 2 ** 20;

export interface BusConfig extends ProducerIdentity, PolicyConfig {
  readonly transport: Transport;
  /** `false` switches validation off at both ends; a function replaces the generated validators. Default true. */
  readonly validate?: boolean | ValidateMessage | undefined;
  /** Largest data of a message, sent or received, in bytes. Default 1 MiB, which NATS and Kafka take as they are installed. */
  readonly bytesMax?: number | undefined;
  /** Source of the W3C traceparent for messages without a cause. */
  readonly traceparent?: (() => string | undefined) | undefined;
  /** Time and identifiers of new events. Default: those of the system. */
  readonly clock?: EventClock | undefined;
  /** What stands between deliveries and handlers; by default every delivery is handled at once, and again when it fails. */
  readonly consumer?: Consumer | undefined;
  /** Told of every message that a subscription rejected because it breaks the contract. */
  readonly onViolation?: ((error: ContractViolation) => void) | undefined;
  /** Spans and metrics. Without it nothing is measured. */
  readonly telemetry?: Telemetry | undefined;
}

/** Takes a delivery to its handler, and decides what becomes of it. */
export interface Consumer {
  receive(delivery: Delivery, task: ReceiveTask): Promise<void>;
}

/** What is to be done with a delivery. */
export interface ReceiveTask {
  readonly descriptor: MessageDescriptor;
  readonly options: SubscriptionOptions;
  /**
   * Decodes, checks and hands the message over, with the transaction in which its effect belongs. Throws
   * {@link ContractViolation}, or what the handler threw. `other`: the message is for another handler of the channel.
   */
  handle(transaction?: unknown, signal?: AbortSignal): Promise<'handled' | 'other'>;
  /** To be told what became of the delivery, where somebody wants to know. */
  readonly report?: ((outcome: DeliveryOutcome, failure?: DeliveryFailure) => void) | undefined;
}

/** A transport with the identity of the system that uses it: plain data, made by `createBus`. */
export interface Bus {
  readonly config: BusConfig;
  readonly validate: ValidateMessage | undefined;
}

export interface SubscriptionOptions extends SubscribeOptions {
  /** Values for parameters of the address; the others match everything. */
  readonly parameters?: Readonly<Record<string, string | undefined>> | undefined;
  /** Address pattern for a channel whose address the contract does not know. */
  readonly address?: string | undefined;
  /** Pause before a message comes again whose handler threw. */
  readonly redeliveryDelayMs?: number | undefined;
  /** Converts earlier versions whose conversion the contract leaves to the program, by their names. */
  readonly upcast?: Converters | undefined;
}

/** Makes a bus. Generated code calls it with its own validators. Throws a RangeError for a role that there is not. */
export function createEventBus(
  config: BusConfig,
  loadValidators?: () => Promise<{ readonly validate: ValidateMessage }>,
): Bus {
  checkPolicy(config);
  const { validate = true } = config;
  const generated = loadValidators && loadedOnce(loadValidators);
  return { config, validate: typeof validate === 'function' ? validate : validate ? generated : undefined };
}

/** Even an import that the engine knows already costs more than a check. */
function loadedOnce(load: () => Promise<{ readonly validate: ValidateMessage }>): ValidateMessage {
  let loaded: ValidateMessage | undefined;
  return (name, value, mode) =>
    loaded?.(name, value, mode) ??
    load().then(({ validate }) => {
      loaded = validate;
      return validate(name, value, mode);
    });
}

export async function check(
  bus: Bus,
  descriptor: MessageDescriptor,
  parts: { data: unknown; headers: unknown },
  mode: 'strict' | 'tolerant',
): Promise<void> {
  const { validate } = bus;
  if (validate === undefined) return;
  for (const [part, name, value] of [
    ['headers', descriptor.headers, parts.headers],
    ['payload', descriptor.payload, parts.data],
  ] as const) {
    if (name === undefined) continue;
    const verdict = validate(name, value, mode);
    const violations = verdict instanceof Promise ? await verdict : verdict;
    if (violations.length > 0) throw new ContractViolation(descriptor.name, part, violations);
  }
}
