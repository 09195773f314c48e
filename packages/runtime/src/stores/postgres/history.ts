import type { HistoryEntry, HistoryQuery } from '../../store.ts';
import { jsonOf, numberOf, textOf, traceAttributes, traceColumn } from './columns.ts';
import type { Dialect, PostgresClient, Row } from './driver.ts';

/** Only the columns that are asked for, so that their indexes are used. */
function searching(columns: readonly string[]): string {
  const where = columns.length === 0 ? '' : `WHERE ${columns.map((name, at) => `${name} = $${at + 1}`).join(' AND ')}`;
  return `
SELECT enqueued_at, sent_at, NULL AS at, NULL AS state, NULL AS subscriber, attributes, sequence FROM @outbox ${where}
UNION ALL
SELECT NULL, NULL, at, state, subscriber, attributes, NULL FROM @inbox ${where}`;
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
  const { enqueued_at, sent_at, at, state, subscriber } = row;
  const attributes = jsonOf(row['attributes']) as HistoryEntry['attributes'];
  const known = {
    ...{ type: text(attributes['type']), id: text(attributes['id']), source: text(attributes['source']), attributes },
    ...(typeof subscriber === 'string' ? { subscriber: textOf(subscriber) } : {}),
  };
  if (typeof state === 'string')
    return [{ at: numberOf(at), step: state === 'applied' ? 'applied' : 'buried', ...known }];
  return [
    { at: numberOf(enqueued_at), step: 'enqueued', ...known },
    ...(typeof sent_at === 'string' ? [{ at: Number(sent_at), step: 'sent' as const, ...known }] : []),
  ];
}
