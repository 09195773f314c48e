import { type Clock, systemClock } from '../../messaging/clock.ts';
import type { Delivery, Message, Subscription, Transport } from '../../transport.ts';
import { receiptAddress } from './receipt-address.ts';

export interface ReceiptOptions {
  /** Name of this system among those that exchange messages: receipts come to `millwright/receipts/{name}/...`. */
  readonly name: string;
  /** Groups that have to confirm a message before it counts as published. None: the word of the broker is enough. */
  readonly from: readonly string[] | ((address: string, message: Message) => readonly string[]);
  /** How long to wait for them; then `publish` rejects. It should be less than a relay's lease. Default 5,000. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

/** Receivers have not confirmed a message. They may have it all the same: publish it again, they know the second one. */
export class ReceiptMissing extends Error {
  override readonly name = 'ReceiptMissing';
  readonly code = 'receipt-missing';
}

/** CloudEvents extensions that ask for a receipt: where it goes, and for which publication. A receiver's handler does not see them. */
const [replyAttribute, publicationAttribute] = ['receiptto', 'receiptid'] as const;
const receiptType = 'millwright.runtime.receipt.v1';

/**
 * For a broker whose acknowledgement does not last, such as an MQTT broker that writes to its disk now and then: `publish` resolves
 * only when every named group has acked the message (or rejected it, for it is then theirs as well). The outbox keeps its row until
 * then, so what the broker loses is sent again.
 *
 * Both ends need it. A receipt is a message of its own and can be lost too: then the message is published again, its receiver knows
 * it by its id and confirms once more. So a receiver must know duplicates, as the inbox does. A receipt is for one publication: an
 * earlier one of the same message says nothing of a replayed dead letter.
 */
export function withReceipts(transport: Transport, options: ReceiptOptions): Transport {
  const { name, from, timeoutMs = 5_000, clock = systemClock } = options;
  const desk = new ReceiptDesk(receiptAddress(name, clock.uuid()));
  return {
    ...transport,
    features: { ...transport.features, name: `${transport.features.name} with receipts`, survives: 'disk' },
    publish: async (address, message) => {
      const groups = typeof from === 'function' ? from(address, message) : from;
      if (groups.length === 0) return transport.publish(address, message);
      await desk.open(transport);
      const publication = clock.uuid();
      const wanted = desk.want(publication, groups);
      try {
        const asking = { [replyAttribute]: desk.address, [publicationAttribute]: publication };
        await transport.publish(address, { ...message, attributes: { ...message.attributes, ...asking } });
        const patience = new AbortController();
        await Promise.race([wanted.complete, clock.sleep(timeoutMs, patience.signal)]);
        patience.abort();
      } finally {
        desk.forget(publication);
      }
      if (wanted.missing.size > 0)
        throw new ReceiptMissing(`no receipt from ${[...wanted.missing].join(', ')} within ${timeoutMs} ms`);
    },
    subscribe: (pattern, handler, subscribeOptions) => {
      const group = subscribeOptions?.group ?? name;
      return transport.subscribe(
        pattern,
        (delivery) => handler(confirming(delivery, { transport, clock, group })),
        subscribeOptions,
      );
    },
  };
}

/** A delivery that confirms before it acks: what cannot be confirmed comes again. */
function confirming(
  delivery: Delivery,
  { transport, clock, group }: { readonly transport: Transport; readonly clock: Clock; readonly group: string },
): Delivery {
  const { [replyAttribute]: replyTo, [publicationAttribute]: publication, ...attributes } = delivery.message.attributes;
  if (typeof replyTo !== 'string') return delivery;
  const confirm = async (): Promise<void> => {
    const text = JSON.stringify({ publication, group });
    await transport.publish(replyTo, {
      attributes: { specversion: '1.0', id: clock.uuid(), source: group, type: receiptType },
      data: new TextEncoder().encode(text),
    });
  };
  return {
    ...delivery,
    message: { ...delivery.message, attributes },
    ack: async () => {
      await confirm();
      await delivery.ack();
    },
    nack: (options) => delivery.nack(options),
    reject: async (reason) => {
      await delivery.reject(reason);
      await confirm();
    },
  };
}

interface Wanted {
  /** Groups that have not confirmed. */
  readonly missing: Set<string>;
  readonly complete: Promise<void>;
  readonly settle: () => void;
}

/** Where receipts come in. */
class ReceiptDesk {
  readonly address: string;
  readonly #wanted = new Map<string, Wanted>();
  #subscription: Promise<Subscription> | undefined;

  constructor(address: string) {
    this.address = address;
  }

  /** Resolves when receipts can come. */
  async open(transport: Transport): Promise<void> {
    this.#subscription ??= transport.subscribe(this.address, async (delivery) => {
      this.#take(delivery.message.data);
      await delivery.ack();
    });
    try {
      await this.#subscription;
    } catch (error) {
      this.#subscription = undefined;
      throw error;
    }
  }

  want(publication: string, groups: readonly string[]): Wanted {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wanted: Wanted = { missing: new Set(groups), complete: promise, settle: resolve };
    this.#wanted.set(publication, wanted);
    return wanted;
  }

  forget(publication: string): void {
    this.#wanted.delete(publication);
  }

  #take(data: Uint8Array): void {
    const { publication, group } = receiptOf(data);
    const wanted = this.#wanted.get(String(publication));
    if (wanted?.missing.delete(String(group)) === true && wanted.missing.size === 0) wanted.settle();
  }
}

/** What is no receipt confirms nothing. */
function receiptOf(data: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(data));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
