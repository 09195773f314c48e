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

/** What one store knows, with the letters that it names. */
export interface StoreHistory {
  readonly store: string;
  readonly known: readonly { readonly entry: HistoryEntry; readonly step: TracedStep }[];
}

export async function readHistory({ name, store }: NamedStore, query: HistoryQuery): Promise<StoreHistory> {
  const known = [];
  for (const entry of await store.history(query)) known.push({ entry, step: await stepOf(name, store, entry) });
  return { store: name, known };
}

/** The events of a business transaction in the order in which they happened, with what every store knows of each. */
export function collectEvents(
  histories: readonly StoreHistory[],
  { now, types }: Omit<TraceContext, 'stores'>,
): readonly TracedEvent[] {
  const context = { now, types, stores: histories.map(({ store }) => store) };
  const byEvent = Map.groupBy(
    histories.flatMap(({ known }) => known),
    ({ entry: { source, id } }) => JSON.stringify([source, id]),
  );
  return [...byEvent.values()]
    .map((known) =>
      eventOf(
        known[0]?.entry as HistoryEntry,
        known.map(({ step }) => step),
        context,
      ),
    )
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
