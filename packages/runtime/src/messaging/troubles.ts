import type { MessageDescriptor } from '../events.ts';
import type { InboxClaim } from '../store.ts';

/** A message that was received and is not done. */
export interface Trouble {
  readonly descriptor: MessageDescriptor;
  /** When it first failed or waited. */
  readonly firstAt: number;
  /** Failures that count. */
  readonly attempts: number;
  /** Since when one before it in its lane is missing. */
  readonly earlySince?: number;
  readonly touchedAt: number;
}

/** What a consumer knows of the messages of one kind; of this process, and since it started. */
export interface ConsumerFigures {
  readonly descriptor: MessageDescriptor;
  /** Messages that failed or wait for one before them, and come again. */
  readonly troubled: number;
  /** Since when the longest of them. */
  readonly troubledSince?: number;
  /** Since when messages are kept because the target is away. */
  readonly awaySince?: number;
  readonly lastAppliedAt?: number;
  /** From when the last one happened until it was applied. */
  readonly lastDelayMs?: number;
}

/** After that long another member of the group has it, or nobody: this process is not told. */
const forgottenAfterMs = 900_000;

/** Remembers messages that are not done, by subscriber, source and id, and how far each kind of message is. */
export class Troubles {
  readonly #troubles = new Map<string, Trouble>();
  readonly #consumers = new Map<
    MessageDescriptor,
    Omit<ConsumerFigures, 'troubled' | 'troubledSince' | 'descriptor'>
  >();

  find(claim: InboxClaim): Trouble | undefined {
    return this.#troubles.get(nameOf(claim));
  }

  failed(claim: InboxClaim, descriptor: MessageDescriptor, attempts: number, now: number): Trouble {
    // It was tried, so its target is not away, or not yet.
    const { awaySince: _, ...consumer } = this.#consumers.get(descriptor) ?? {};
    this.#consumers.set(descriptor, consumer);
    return this.#put(claim, { ...this.#before(claim, descriptor, now), attempts });
  }

  /** One before it is missing. */
  early(claim: InboxClaim, descriptor: MessageDescriptor, now: number): void {
    const before = this.#before(claim, descriptor, now);
    this.#put(claim, { ...before, earlySince: before.earlySince ?? now });
  }

  /** Its target is away, perhaps also from the one before it: that one gets its time once the target is back. */
  held(claim: InboxClaim, descriptor: MessageDescriptor, now: number): void {
    const before = this.find(claim);
    if (before?.earlySince !== undefined) this.#put(claim, { ...before, earlySince: now, touchedAt: now });
    const consumer = this.#consumers.get(descriptor) ?? {};
    this.#consumers.set(descriptor, { ...consumer, awaySince: consumer.awaySince ?? now });
  }

  applied(claim: InboxClaim, descriptor: MessageDescriptor, now: number): void {
    this.done(claim);
    const { time } = claim.attributes;
    const happenedAt = typeof time === 'string' ? Date.parse(time) : Number.NaN;
    const delay = Number.isNaN(happenedAt) ? {} : { lastDelayMs: Math.max(0, now - happenedAt) };
    this.#consumers.set(descriptor, { lastAppliedAt: now, ...delay });
  }

  done(claim: InboxClaim): void {
    this.#troubles.delete(nameOf(claim));
  }

  figures(now: number): readonly ConsumerFigures[] {
    const current = [...this.#troubles.values()].filter(({ touchedAt }) => now - touchedAt < forgottenAfterMs);
    const troubled = Map.groupBy(current, ({ descriptor }) => descriptor);
    return [...new Set([...this.#consumers.keys(), ...troubled.keys()])].map((descriptor) => {
      const those = troubled.get(descriptor) ?? [];
      const since = those.reduce((oldest, { firstAt }) => Math.min(oldest, firstAt), Number.POSITIVE_INFINITY);
      return {
        descriptor,
        ...this.#consumers.get(descriptor),
        troubled: those.length,
        ...(those.length === 0 ? {} : { troubledSince: since }),
      };
    });
  }

  #before(claim: InboxClaim, descriptor: MessageDescriptor, now: number): Trouble {
    return { firstAt: now, attempts: 0, ...this.find(claim), descriptor, touchedAt: now };
  }

  #put(claim: InboxClaim, trouble: Trouble): Trouble {
    this.#troubles.set(nameOf(claim), trouble);
    return trouble;
  }
}

const nameOf = ({ subscriber, source, id }: InboxClaim): string => JSON.stringify([subscriber, source, id]);
