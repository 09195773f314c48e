import type { TracedEvent, TraceFinding } from './traced-event.ts';

/** The answer of `millwright trace`. */
export interface TraceReport {
  /** What was asked for, in words: `order WO-1001`. */
  readonly asked: string;
  readonly stores: readonly { readonly name: string; readonly place: string }[];
  readonly events: readonly TracedEvent[];
  readonly gaps: readonly TraceFinding[];
  /** The last event of each object, as the types name it: what is known of its state, and no more. */
  readonly last: readonly { readonly object: string; readonly event: string; readonly at: number }[];
  readonly hasContract: boolean;
}

export function troubles({ events, gaps }: TraceReport): readonly TraceFinding[] {
  return [...events.flatMap(({ findings }) => findings), ...gaps].filter(({ isTrouble }) => isTrouble);
}
