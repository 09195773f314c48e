import { ContractViolation } from '../event-errors.ts';
import type { Consumer, ReceiveTask } from '../events.ts';
import { type BurialRequest, type InboxClaim, laneOf, type Store, type Transaction } from '../store.ts';
import type { Delivery } from '../transport.ts';
import type { Clock, Probe } from './clock.ts';
import type { Denials } from './denials.ts';
import { attemptsWorth, backoffMs, failureKindOf, failureOf, HandlingFailure, type RetryPolicy } from './failure.ts';

/** Runs work under a circuit breaker, bulkhead or timeout, such as a policy of `cockatiel`. */
export interface Guard {
  execute<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface DurableConsumerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Whose inbox it is, where a subscription names no group: the service identity. */
  readonly subscriber: string;
  readonly denials: Denials;
  readonly retry?: RetryPolicy;
  /** How long a second message is known as a duplicate where the contract does not say. Default 14 days. */
  readonly dedupeMs?: number;
  /** How long a message waits for one before it in its lane that does not come. Default 5 minutes. */
  readonly gapMaxMs?: number;
  readonly guard?: Guard;
  readonly probe?: Probe;
  /** Told of every message that became a dead letter. */
  readonly onBuried?: (letter: BurialRequest) => void;
}

const dayMs = 86_400_000;

interface Trouble {
  readonly firstAt: number;
  readonly attempts: number;
}

/**
 * Handles every message once. The effect of a message and the note that it was applied are one transaction, and only when that
 * has committed is the delivery acked: a crash before brings it again, a crash after makes the second one a duplicate. What cannot
 * be applied becomes a dead letter in a transaction as well, and its lane goes on.
 */
export class DurableConsumer implements Consumer {
  readonly #options: DurableConsumerOptions;
  /** Of messages that failed or wait, by subscriber, source and id. */
  readonly #troubles = new Map<string, Trouble>();

  constructor(options: DurableConsumerOptions) {
    this.#options = options;
  }

  async receive(delivery: Delivery, task: ReceiveTask): Promise<void> {
    const { store, probe, denials } = this.#options;
    const claim = this.#claimOf(delivery, task);
    probe?.('consumer:received');
    try {
      const outcome = await denials.around(() =>
        store.transaction((transaction) => this.#apply(transaction, claim, task)),
      );
      probe?.('consumer:committed');
      if (outcome === 'early') return await this.#wait(delivery, claim);
      if (outcome === 'late') throw new HandlingFailure('permanent', 'a later message of its lane was applied before');
      this.#troubles.delete(nameOf(claim));
      await delivery.ack();
      probe?.('consumer:acked');
    } catch (error) {
      await this.#fail(delivery, task, claim, error);
    }
  }

  async #apply(transaction: Transaction, claim: InboxClaim, task: ReceiveTask) {
    const { guard, probe, gapMaxMs = 300_000, clock } = this.#options;
    const waiting = this.#troubles.get(nameOf(claim));
    const skipGap = waiting !== undefined && clock.now() - waiting.firstAt >= gapMaxMs;
    const admission = await transaction.admit(skipGap ? { ...claim, skipGap } : claim);
    if (admission !== 'first') return admission;
    probe?.('consumer:admitted');
    const handle = (): Promise<unknown> => task.handle(transaction);
    try {
      await (guard === undefined ? handle() : guard.execute(handle));
    } catch (error) {
      // A channel of several messages: what does not fit this one's schema is for somebody else.
      if (!(error instanceof ContractViolation && task.descriptor.shared === true)) throw error;
    }
    probe?.('consumer:handled');
    return admission;
  }

  /** The one before it is on its way: look again soon. */
  async #wait(delivery: Delivery, claim: InboxClaim): Promise<void> {
    const { clock } = this.#options;
    const name = nameOf(claim);
    const { firstAt, attempts } = this.#troubles.get(name) ?? { firstAt: clock.now(), attempts: 0 };
    this.#troubles.set(name, { firstAt, attempts });
    await delivery.nack({ delayMs: backoffMs(1, { initialMs: 100 }, clock), letOthersPass: true });
  }

  async #fail(delivery: Delivery, task: ReceiveTask, claim: InboxClaim, error: unknown): Promise<void> {
    const { clock, retry = {}, store, onBuried, probe } = this.#options;
    const name = nameOf(claim);
    const before = this.#troubles.get(name) ?? { firstAt: clock.now(), attempts: 0 };
    const attempts = Math.max(delivery.attempt, before.attempts + 1);
    this.#troubles.set(name, { ...before, attempts });
    if (attempts < attemptsWorth(failureKindOf(error), retry)) {
      const { redeliveryDelayMs } = task.options;
      return delivery.nack({ delayMs: redeliveryDelayMs ?? backoffMs(attempts, retry, clock) });
    }
    const letter: BurialRequest = {
      ...claim,
      ...{ address: delivery.address, message: delivery.message, failure: failureOf(error), attempts },
      firstFailedAt: before.firstAt,
      now: clock.now(),
    };
    let isBuried: boolean;
    try {
      isBuried = await store.transaction(async (transaction) => {
        if (!(await transaction.bury(letter))) return false;
        if (letter.failure.kind === 'unauthorised') await transaction.record(denialOf(letter));
        return true;
      });
    } catch {
      // What cannot be kept is not given up: it comes again.
      return delivery.nack({ delayMs: backoffMs(attempts, retry, clock) });
    }
    probe?.('consumer:buried');
    this.#troubles.delete(name);
    if (isBuried) onBuried?.(letter);
    return delivery.ack();
  }

  #claimOf({ message, address }: Delivery, { descriptor, options }: ReceiveTask): InboxClaim {
    const { clock, subscriber, dedupeMs = 14 * dayMs } = this.#options;
    const { source, id, sequence } = message.attributes;
    const now = clock.now();
    const isNumbered = typeof sequence === 'string' && /^[1-9]\d{0,15}$/.test(sequence);
    return {
      subscriber: `${options.group ?? subscriber} ${descriptor.name}`,
      source: typeof source === 'string' ? source : '',
      // Without an id there is no telling a second one from another; the address and its data must do.
      id: typeof id === 'string' ? id : `${address} ${textOf(message.data)}`,
      attributes: message.attributes,
      ...(isNumbered ? { lane: laneOf(address, message), sequence: Number(sequence) } : {}),
      now,
      expiresAt: now + (descriptor.governance?.retentionMs ?? dedupeMs),
    };
  }
}

const nameOf = ({ subscriber, source, id }: InboxClaim): string => JSON.stringify([subscriber, source, id]);

function textOf(data: Uint8Array): string {
  return new TextDecoder('latin1').decode(data);
}

function denialOf({ subscriber, source, id, failure, now }: BurialRequest) {
  return {
    at: now,
    action: 'denied',
    actor: subscriber,
    subject: `${source} ${id}`,
    details: { reason: failure.reason },
  };
}
