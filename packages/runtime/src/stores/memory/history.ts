import type { HistoryEntry, HistoryQuery } from '../../store.ts';
import type { Received, Tables } from './tables.ts';

const asked = [
  ['orderNumber', 'ordernumber'],
  ['lotNumber', 'lotnumber'],
  ['correlationId', 'correlationid'],
] as const;

/** Whether attributes are those of what is asked for. */
export function isAbout(query: HistoryQuery, attributes: Readonly<Record<string, unknown>>): boolean {
  return asked.every(([member, name]) => query[member] === undefined || attributes[name] === query[member]);
}

export function historyOf(tables: Tables, query: HistoryQuery): readonly HistoryEntry[] {
  const all = [
    ...[...tables.outbox.values()].flatMap(({ message: { attributes }, enqueuedAt, sentAt }) => [
      entry(enqueuedAt, 'enqueued', attributes),
      ...(sentAt === undefined ? [] : [entry(sentAt, 'sent', attributes)]),
    ]),
    ...[...tables.inbox.entries()].flatMap(([name, received]) => receivedEntries(tables, name, received)),
  ];
  return all.filter(({ attributes }) => isAbout(query, attributes)).sort((left, right) => left.at - right.at);
}

function receivedEntries(
  tables: Tables,
  name: string,
  { claim, state, duplicates }: Received,
): readonly HistoryEntry[] {
  const { now, attributes, subscriber } = claim;
  const letter = [...tables.letters.values()].find(
    (one) => JSON.stringify([one.subscriber, one.source, one.id]) === name,
  );
  const isBuried = letter !== undefined || state !== 'applied';
  const number = letter === undefined ? {} : { letter: letter.number };
  return [
    ...(isBuried ? [{ ...entry(letter?.buriedAt ?? now, 'buried', attributes, subscriber), ...number }] : []),
    ...(state === 'applied' ? [entry(now, 'applied', attributes, subscriber)] : []),
    ...(duplicates === undefined
      ? []
      : [{ ...entry(duplicates.at, 'duplicate', attributes, subscriber), count: duplicates.count }]),
  ];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function entry(
  at: number,
  step: HistoryEntry['step'],
  attributes: Readonly<Record<string, unknown>>,
  subscriber?: string,
): HistoryEntry {
  return {
    ...{ at, step, attributes, type: text(attributes['type']), id: text(attributes['id']) },
    source: text(attributes['source']),
    ...(subscriber === undefined ? {} : { subscriber }),
  };
}
