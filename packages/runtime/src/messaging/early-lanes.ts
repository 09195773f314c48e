import type { InboxClaim } from '../store.ts';

type Place = Pick<InboxClaim, 'subscriber' | 'source' | 'lane' | 'sequence'>;

/** Longer than a message stays away that waits here: it has gone to another process. */
const awayMaxMs = 1_000;
const [pauseMs, stepMs, stepCountMax] = [50, 1, 1_000];

/**
 * Messages that wait in this process for one before them in their lane. Only the first of them has to ask the store: the others cannot
 * be applied before it. And each comes again a little after the one before it, so that a lane that arrived in disorder is in order the
 * next time; otherwise whoever waits for the last of n messages would ask n times for each of them.
 */
export class EarlyLanes {
  readonly #lanes = new Map<string, Map<number, number>>();

  /** How many of its lane wait here that come before it. */
  countBefore(claim: Place, now: number): number {
    const { sequence = 0 } = claim;
    const waiting = this.#lanes.get(nameOf(claim));
    let count = 0;
    for (const [other, until] of waiting ?? []) {
      if (until < now) waiting?.delete(other);
      else if (other < sequence) count += 1;
    }
    return count;
  }

  /** It waits; returns for how long. */
  wait(claim: Place, now: number): number {
    const { sequence = 0 } = claim;
    const delayMs = pauseMs + stepMs * Math.min(this.countBefore(claim, now), stepCountMax);
    const waiting = this.#lanes.get(nameOf(claim)) ?? new Map<number, number>();
    this.#lanes.set(nameOf(claim), waiting.set(sequence, now + delayMs + awayMaxMs));
    return delayMs;
  }

  /** It waits no more. */
  leave(claim: Place): void {
    const waiting = this.#lanes.get(nameOf(claim));
    waiting?.delete(claim.sequence ?? 0);
    if (waiting?.size === 0) this.#lanes.delete(nameOf(claim));
  }
}

const nameOf = ({ subscriber, source, lane }: Place): string => JSON.stringify([subscriber, source, lane]);
