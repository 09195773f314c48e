import type { HistoryEntry } from '@millwright/runtime/messaging';

/** One thing that happened to an event in one store. */
export interface TracedStep {
  readonly at: number;
  readonly store: string;
  readonly step: HistoryEntry['step'];
  readonly subscriber?: string;
  /** Of duplicates: how many there were. */
  readonly count?: number;
  readonly letter?: TracedLetter;
}

/** What became of a message that could not be applied. */
export interface TracedLetter {
  readonly number: number;
  readonly state: 'buried' | 'replayed' | 'discarded';
  readonly kind: string;
  readonly reason: string;
  readonly pointer?: string;
}

/** One event, as all stores together know it. */
export interface TracedEvent {
  readonly type: string;
  /** Object and event of a type such as `millwright.production.work-order.released.v1`; else the type. */
  readonly title: string;
  readonly source: string;
  readonly id: string;
  /** Number in its lane, and the partition key that the lane has. */
  readonly sequence?: string;
  readonly partitionKey?: string;
  /** CloudEvents `time`: when it happened, as its producer says. */
  readonly happenedAt?: number;
  readonly steps: readonly TracedStep[];
  readonly delayMaxMs?: number;
  /** Applied by each subscriber, with the time from when it happened. */
  readonly applied: readonly { readonly store: string; readonly subscriber: string; readonly delayMs: number }[];
  readonly findings: readonly TraceFinding[];
}

/** What somebody should look at. */
export interface TraceFinding {
  readonly kind: 'late' | 'waiting' | 'not-applied' | 'duplicates' | 'dead-letter' | 'clocks' | 'gap';
  readonly text: string;
  /** False for what is worth knowing and harms nobody, as a duplicate that was ignored. */
  readonly isTrouble: boolean;
}

/** A name that people use for a type: its object and what happened to it. */
export function titleOf(type: string): string {
  const [, object, event] = /^[\w-]+(?:\.[\w-]+)*\.([\w-]+)\.([\w-]+)\.v\d+$/.exec(type) ?? [];
  return object === undefined || event === undefined ? type : `${object} ${event}`;
}
