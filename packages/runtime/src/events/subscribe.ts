import { ContractViolation, Unauthorised } from '../event-errors.ts';
import type { Delivery, Subscription } from '../transport.ts';
import { patternOf } from './address.ts';
import { authorise } from './authorise.ts';
import { type Bus, type Consumer, check, type SubscriptionOptions } from './bus.ts';
import { decode } from './codec.ts';
import type { MessageDescriptor } from './descriptor.ts';
import type { ProcessReport } from './telemetry.ts';

/** A message as a handler sees it. */
export interface Received<Data, Headers> {
  readonly data: Data;
  readonly headers: Headers;
  readonly address: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly attempt: number;
  /** The store's transaction in which the effect of the message belongs; absent without a store. */
  readonly transaction?: unknown;
  /** Aborted when the handler takes longer than it may; pass it on to what can be cancelled. */
  readonly signal?: AbortSignal;
}

export type Handler<Data, Headers> = (message: Received<Data, Headers>, delivery: Delivery) => void | Promise<void>;

/** A message of the channel that this handler is not for: CloudEvents say by their type. */
function isOther(descriptor: MessageDescriptor, attributes: Readonly<Record<string, unknown>>): boolean {
  return (
    descriptor.type !== undefined && typeof attributes['type'] === 'string' && attributes['type'] !== descriptor.type
  );
}

/** Without a store: handled at once; what returns is acked, what throws is nacked, what breaks the contract is rejected. */
const directConsumer: Consumer = {
  async receive(delivery, { descriptor, options, handle, report }) {
    try {
      const handled = await handle();
      report?.(handled === 'other' ? 'other' : 'applied');
    } catch (error) {
      if (error instanceof ContractViolation && descriptor.shared === true) {
        report?.('other');
        return delivery.ack();
      }
      if (error instanceof ContractViolation || error instanceof Unauthorised) {
        report?.('rejected', { kind: error instanceof Unauthorised ? 'unauthorised' : 'contract', error });
        return delivery.reject(error.message);
      }
      report?.('retried', { kind: 'transient', error });
      return delivery.nack(options.redeliveryDelayMs === undefined ? {} : { delayMs: options.redeliveryDelayMs });
    }
    return delivery.ack();
  },
};

/**
 * Subscribes to a message. A message that breaks the contract is rejected with the pointer as the reason and never
 * reaches the handler; a handler that returns acks, one that throws nacks, unless it has decided by `delivery` itself.
 */
export function subscribeMessage<Data, Headers>(
  bus: Bus,
  descriptor: MessageDescriptor,
  handler: Handler<Data, Headers>,
  options: SubscriptionOptions = {},
): Promise<Subscription> {
  const { consumer = directConsumer, transport, onViolation, telemetry } = bus.config;
  const { group } = options;
  const handle = async (
    delivery: Delivery,
    process: ProcessReport | undefined,
    inside: Pick<Received<Data, Headers>, 'transaction' | 'signal'>,
  ): Promise<'handled' | 'other'> => {
    const { attributes } = delivery.message;
    if (isOther(descriptor, attributes)) return 'other';
    authorise(bus, descriptor, 'consume');
    let data: unknown;
    try {
      data = decode(descriptor, delivery.message.data);
      await check(bus, descriptor, { data, headers: attributes }, 'tolerant');
    } catch (error) {
      if (error instanceof ContractViolation) onViolation?.(error);
      throw error;
    }
    process?.received(data);
    const { address, parameters, attempt } = delivery;
    const received = { data: data as Data, headers: attributes as Headers, address, parameters, attempt };
    await handler({ ...received, ...inside }, delivery);
    return 'handled';
  };
  const receive = (delivery: Delivery, process?: ProcessReport): Promise<void> =>
    consumer.receive(delivery, {
      ...{ descriptor, options, report: process?.report },
      handle: (transaction, signal) =>
        handle(delivery, process, {
          ...(transaction === undefined ? {} : { transaction }),
          ...(signal === undefined ? {} : { signal }),
        }),
    });
  const followed = (delivery: Delivery): Promise<void> =>
    telemetry === undefined || isOther(descriptor, delivery.message.attributes)
      ? receive(delivery)
      : telemetry.process({ descriptor, delivery, system: transport.features.name, group }, (process) =>
          receive(delivery, process),
        );
  return transport.subscribe(patternOf(descriptor, options), followed, options);
}
