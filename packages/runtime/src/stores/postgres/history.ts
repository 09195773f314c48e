import type { HistoryEntry, HistoryQuery } from '../../store.ts';
import { jsonOf, numberOf, textOf, traceAttributes, traceColumn } from './columns.ts';
import type { Dialect, PostgresClient, Row } from './driver.ts';

/** Only the columns that are asked for, so that their indexes are used. */
function searching(columns: readonly string[]): string {
  const where = columns.length === 0 ? '' : `WHERE ${columns.map((name, at) => `${name} = $${at + 1}`).join(' AND ')}`;
  return `
SELECT enqueued_at, sent_at, NULL AS at, NULL AS state, NULL AS subscriber, attributes, sequence, NULL AS duplicates,
  NULL AS duplicate_at, NULL AS letter, NULL AS buried_at FROM @outbox ${where}
UNION ALL
SELECT NULL, NULL, inbox.at, inbox.state, inbox.subscriber, inbox.attributes, NULL, inbox.duplicates, inbox.duplicate_at,
  letters.number, letters.buried_at
FROM @inbox AS inbox LEFT JOIN @letters AS letters ON letters.key = inbox.key ${where}`;
}

export async function historyOf(
  client: PostgresClient,
  dialect: Dialect,
  { orderNumber, lotNumber, correlationId }: HistoryQuery,
): Promise<readonly HistoryEntry[]> {
  const values = [orderNumber, lotNumber, correlationId];
  const asked = traceAttributes.flatMap((name, at) => {
    const value = values[at];
    return value === undefined ? [] : [{ name, value }];
  });
  const statement = {
    name: `history-${asked.map(({ name }) => name.charAt(0)).join('')}`,
    text: searching(asked.map(({ name }) => name)),
  };
  const rows = await dialect.run(
    client,
    statement,
    asked.map(({ value }) => traceColumn(value)),
  );
  return (
    rows
      .flatMap(entriesOf)
      // Columns have only the beginning of a long value.
      .filter(({ attributes }) => asked.every(({ name, value }) => attributes[name] === value))
      .sort((left, right) => left.at - right.at)
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function entriesOf(row: Row): readonly HistoryEntry[] {
  const { enqueued_at, sent_at, at, state, subscriber, sequence, duplicates, duplicate_at, letter, buried_at } = row;
  const given = jsonOf(row['attributes']) as HistoryEntry['attributes'];
  const isNumbered = typeof sequence === 'string' && given['specversion'] !== undefined;
  const attributes = isNumbered ? { ...given, sequence } : given;
  const known = {
    ...{ type: text(attributes['type']), id: text(attributes['id']), source: text(attributes['source']), attributes },
    ...(typeof subscriber === 'string' ? { subscriber: textOf(subscriber) } : {}),
  };
  const entry = (time: string | null | undefined, step: HistoryEntry['step'], more = {}): readonly HistoryEntry[] =>
    typeof time === 'string' ? [{ at: numberOf(time), step, ...known, ...more }] : [];
  if (typeof state !== 'string') return [...entry(enqueued_at, 'enqueued'), ...entry(sent_at, 'sent')];
  const isLetter = typeof letter === 'string';
  return [
    ...(isLetter ? entry(buried_at, 'buried', { letter: Number(letter) }) : []),
    ...(state === 'applied' ? entry(at, 'applied') : isLetter ? [] : entry(at, 'buried')),
    ...entry(duplicate_at, 'duplicate', { count: Number(duplicates) }),
  ];
}
