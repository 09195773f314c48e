import { ContractViolation } from '../event-errors.ts';
import type { Consumer, ReceiveTask } from '../events.ts';
import { type Admission, type BurialRequest, type InboxClaim, laneOf, type Store, type Transaction } from '../store.ts';
import type { Delivery } from '../transport.ts';
import type { Clock, Probe } from './clock.ts';
import type { Denials } from './denials.ts';
import { EarlyLanes } from './early-lanes.ts';
import { attemptsWorth, backoffMs, failureKindOf, failureOf, HandlingFailure, type RetryPolicy } from './failure.ts';
import { type Guard, type GuardFor, TargetAway } from './guard.ts';
import { type ConsumerFigures, Troubles } from './troubles.ts';

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
  /** How far ahead of this system's clock the `time` of a message may be. Default 1 hour. */
  readonly clockSkewMaxMs?: number;
  readonly guard?: GuardFor;
  readonly probe?: Probe;
  /** Told of every message that became a dead letter. */
  readonly onBuried?: (letter: BurialRequest) => void;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Shortest pause of what is kept, and how far the end of the pause is spread. */
const heldMinMs = 100;
const heldSpreadMs = 1_000;

/** `other`: it was for another handler of its channel. */
type Outcome = Exclude<Admission, 'first'> | 'applied' | 'other';

/** What fails while the target is away says something of the target and nothing of the message. */
function isAway(error: unknown, guard: Guard | undefined): boolean {
  if (error instanceof TargetAway) return true;
  return guard !== undefined && guard.awayMs() > 0 && failureKindOf(error) === 'transient';
}

/**
 * Handles every message once. The effect of a message and the note that it was applied are one transaction, and only when that
 * has committed is the delivery acked: a crash before brings it again, a crash after makes the second one a duplicate. What cannot
 * be applied becomes a dead letter in a transaction as well, and its lane goes on. While a target is away its messages are kept: they come
 * again later, and no attempt of theirs counts.
 */
export class DurableConsumer implements Consumer {
  readonly #options: DurableConsumerOptions;
  readonly #troubles = new Troubles();
  readonly #early = new EarlyLanes();

  constructor(options: DurableConsumerOptions) {
    this.#options = options;
  }

  async receive(delivery: Delivery, task: ReceiveTask): Promise<void> {
    const { store, probe, clock, denials } = this.#options;
    const { descriptor, report } = task;
    const claim = this.#claimOf(delivery, task);
    const guard = this.#options.guard?.(descriptor);
    probe?.('consumer:received');
    if (this.#early.countBefore(claim, clock.now()) > 0) return this.#wait(delivery, claim, task);
    this.#early.leave(claim);
    let outcome: Outcome;
    try {
      const work = () =>
        denials.around(() => store.transaction((transaction) => this.#apply(transaction, claim, task, guard)));
      outcome = await (guard === undefined ? work() : guard.admit(work));
      probe?.('consumer:committed');
      if (outcome === 'late') throw new HandlingFailure('permanent', 'a later message of its lane was applied before');
    } catch (error) {
      if (isAway(error, guard)) return this.#hold(delivery, claim, task, guard?.awayMs() ?? 0);
      return this.#fail(delivery, task, claim, error, guard !== undefined);
    }
    // A verdict that does not reach the transport is no failure of the message: it rejects, and the delivery comes again.
    if (outcome === 'early') return this.#wait(delivery, claim, task);
    if (outcome === 'applied') this.#troubles.applied(claim, descriptor, clock.now());
    else this.#troubles.done(claim);
    report?.(outcome === 'buried' ? 'duplicate' : outcome);
    await delivery.ack();
    probe?.('consumer:acked');
  }

  /** How far each kind of message is, in this process. */
  figures(): readonly ConsumerFigures[] {
    return this.#troubles.figures(this.#options.clock.now());
  }

  async #apply(
    transaction: Transaction,
    claim: InboxClaim,
    task: ReceiveTask,
    guard: Guard | undefined,
  ): Promise<Outcome> {
    const { probe, gapMaxMs = 300_000, clock } = this.#options;
    const { earlySince } = this.#troubles.find(claim) ?? {};
    const skipGap = earlySince !== undefined && clock.now() - earlySince >= gapMaxMs;
    const admission = await transaction.admit(skipGap ? { ...claim, skipGap } : claim);
    if (admission !== 'first') return admission;
    probe?.('consumer:admitted');
    this.#demandTime(claim, task);
    const handle = (signal?: AbortSignal) => task.handle(transaction, signal);
    let handled: 'handled' | 'other';
    try {
      handled = await (guard === undefined ? handle() : guard.execute(handle));
    } catch (error) {
      // A channel of several messages: what does not fit this one's schema is for somebody else.
      if (!(error instanceof ContractViolation && task.descriptor.shared === true)) throw error;
      handled = 'other';
    }
    probe?.('consumer:handled');
    return handled === 'other' ? 'other' : 'applied';
  }

  /** An event that has not happened yet comes of a clock that is wrong: its delay, its order in time and its records would be, too. */
  #demandTime({ attributes: { time }, now }: InboxClaim, { descriptor }: ReceiveTask): void {
    const { clockSkewMaxMs = hourMs } = this.#options;
    const aheadMs = typeof time === 'string' ? Date.parse(time) - now : 0;
    if (!(aheadMs > clockSkewMaxMs)) return;
    const message = `is ${Math.round(aheadMs / 1_000)} s ahead of this system's clock, ${clockSkewMaxMs / 1_000} s are allowed`;
    throw new ContractViolation(descriptor.name, 'headers', [{ pointer: '/time', keyword: 'clock', message }]);
  }

  /** The one before it is on its way: look again soon. */
  async #wait(delivery: Delivery, claim: InboxClaim, { descriptor, report }: ReceiveTask): Promise<void> {
    const { clock } = this.#options;
    this.#troubles.early(claim, descriptor, clock.now());
    report?.('early');
    await delivery.nack({ delayMs: this.#early.wait(claim, clock.now()), letOthersPass: true });
  }

  /** Its target is away: it comes again when that is tried again, a little spread, and its lane waits for it. */
  async #hold(
    delivery: Delivery,
    claim: InboxClaim,
    { descriptor, report }: ReceiveTask,
    awayMs: number,
  ): Promise<void> {
    const { clock } = this.#options;
    this.#troubles.held(claim, descriptor, clock.now());
    report?.('held');
    const delayMs = Math.max(awayMs, heldMinMs);
    await delivery.nack({ delayMs: Math.ceil(delayMs + Math.min(delayMs, heldSpreadMs) * clock.random()) });
  }

  async #fail(
    delivery: Delivery,
    task: ReceiveTask,
    claim: InboxClaim,
    error: unknown,
    isGuarded: boolean,
  ): Promise<void> {
    const { clock, retry = {}, store, onBuried, probe } = this.#options;
    const { report, descriptor } = task;
    const before = this.#troubles.find(claim)?.attempts ?? 0;
    // A transport also counts deliveries for which the target was away, or for which the one before it in its lane was missing.
    const known = isGuarded || claim.lane !== undefined ? 0 : delivery.attempt;
    const attempts = Math.max(known, before + 1);
    const { firstAt } = this.#troubles.failed(claim, descriptor, attempts, clock.now());
    const kind = failureKindOf(error);
    if (attempts < attemptsWorth(kind, retry)) {
      const { redeliveryDelayMs } = task.options;
      report?.('retried', { kind, error });
      return delivery.nack({ delayMs: redeliveryDelayMs ?? backoffMs(attempts, retry, clock) });
    }
    const letter: BurialRequest = {
      ...claim,
      ...{ address: delivery.address, message: delivery.message, failure: failureOf(error), attempts },
      firstFailedAt: firstAt,
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
      report?.('retried', { kind, error });
      return delivery.nack({ delayMs: backoffMs(attempts, retry, clock) });
    }
    probe?.('consumer:buried');
    this.#troubles.done(claim);
    if (isBuried) report?.('buried', { kind, error });
    else report?.('duplicate');
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
