import type { HistoryEntry, HistoryQuery, Store } from '@millwright/runtime/messaging';
import type { GovernedType } from '../input/governed-types.ts';
import type { NamedStore } from '../stores/open-store.ts';
import { judgeEvent } from './judge-event.ts';
import { type TracedEvent, type TracedLetter, type TracedStep, titleOf } from './traced-event.ts';

export interface TraceContext {
  readonly now: number;
  readonly types: ReadonlyMap<string, GovernedType>;
  readonly stores: readonly string[];
}

interface Gathered {
  readonly entry: HistoryEntry;
  readonly steps: TracedStep[];
}

/** The events of a business transaction in the order in which they happened, with what every store knows of each. */
export async function collectEvents(
  stores: readonly NamedStore[],
  query: HistoryQuery,
  { now, types }: Omit<TraceContext, 'stores'>,
): Promise<readonly TracedEvent[]> {
  const gathered = new Map<string, Gathered>();
  for (const { name, store } of stores)
    for (const entry of await store.history(query)) {
      const key = JSON.stringify([entry.source, entry.id]);
      const event = gathered.get(key) ?? { entry, steps: [] };
      gathered.set(key, event);
      event.steps.push(await stepOf(name, store, entry));
    }
  const context = { now, types, stores: stores.map(({ name }) => name) };
  return [...gathered.values()]
    .map(({ entry, steps }) => eventOf(entry, steps, context))
    .sort((left, right) => startOf(left) - startOf(right));
}

/** When it happened; where the producer does not say, when the first store knew it. */
export function startOf({ happenedAt, steps }: Pick<TracedEvent, 'happenedAt' | 'steps'>): number {
  return happenedAt ?? steps[0]?.at ?? 0;
}

async function stepOf(name: string, store: Store, entry: HistoryEntry): Promise<TracedStep> {
  const { at, step, subscriber, count } = entry;
  const letter = entry.letter === undefined ? undefined : await letterOf(store, entry.letter);
  return {
    ...{ at, store: name, step },
    ...(subscriber === undefined ? {} : { subscriber }),
    ...(count === undefined ? {} : { count }),
    ...(letter === undefined ? {} : { letter }),
  };
}

async function letterOf(store: Store, number: number): Promise<TracedLetter | undefined> {
  const letter = await store.deadLetters.find(number);
  if (letter === undefined) return undefined;
  const { state, failure } = letter;
  return { number, state, ...failure };
}

/** Times of several stores are sorted as they are; steps of one time in the order in which a message takes them. */
const places = { enqueued: 1, sent: 2, buried: 3, applied: 4, duplicate: 5 } as const;

function eventOf(entry: HistoryEntry, unsorted: readonly TracedStep[], context: TraceContext): TracedEvent {
  const { type, source, id, attributes } = entry;
  const { time, sequence, partitionkey } = attributes;
  const steps = [...unsorted].sort((left, right) => left.at - right.at || places[left.step] - places[right.step]);
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const happened = Number.isNaN(parsed) ? {} : { happenedAt: parsed };
  const delayMaxMs = context.types.get(type)?.delayMaxMs;
  const start = startOf({ ...happened, steps });
  const numbered = {
    ...(typeof sequence === 'string' ? { sequence } : {}),
    ...(typeof partitionkey === 'string' ? { partitionKey: partitionkey } : {}),
  };
  const event = {
    ...{ type, title: titleOf(type), source, id, ...numbered, ...happened, steps },
    ...(delayMaxMs === undefined ? {} : { delayMaxMs }),
    applied: steps
      .filter(({ step }) => step === 'applied')
      .map(({ store, subscriber = '', at }) => ({ store, subscriber, delayMs: at - start })),
  };
  return { ...event, findings: judgeEvent(event, context) };
}
