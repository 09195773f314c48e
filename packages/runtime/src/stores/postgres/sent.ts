import type { Decision, SentQuery, SentRow } from '../../store.ts';
import { decided } from '../decided.ts';
import { jsonOf, numberOf, textOf, traceAttributes, traceColumn } from './columns.ts';
import type { Dialect, PostgresClient } from './driver.ts';
import { record } from './records.ts';

/** Only the columns that are asked for, so that their indexes are used. */
const listing = (columns: readonly string[]) => ({
  name: `list-sent-${columns.map((name) => name.charAt(0)).join('')}`,
  text: `
SELECT position, aggregatetype, attributes, enqueued_at, sent_at FROM @outbox
WHERE sent_at IS NOT NULL AND position > $1 AND ($2::double precision IS NULL OR sent_at >= $2)
  AND ($3::double precision IS NULL OR sent_at < $3)${columns.map((name, at) => ` AND ${name} = $${at + 5}`).join('')}
ORDER BY position LIMIT $4`,
});

export async function listSent(
  client: PostgresClient,
  dialect: Dialect,
  { orderNumber, lotNumber, correlationId, since, until, after = 0, limit }: SentQuery,
): Promise<readonly SentRow[]> {
  const values = [orderNumber, lotNumber, correlationId];
  const asked = traceAttributes.flatMap((name, at) => {
    const value = values[at];
    return value === undefined ? [] : [{ name, value }];
  });
  const rows = await dialect.run(client, listing(asked.map(({ name }) => name)), [
    ...[after, since ?? null, until ?? null, limit],
    ...asked.map(({ value }) => traceColumn(value)),
  ]);
  return (
    rows
      .map((row) => ({
        position: numberOf(row['position']),
        address: textOf(row['aggregatetype']),
        attributes: jsonOf(row['attributes']) as SentRow['attributes'],
        enqueuedAt: numberOf(row['enqueued_at']),
        sentAt: numberOf(row['sent_at']),
      }))
      // Columns have only the beginning of a long value.
      .filter(({ attributes }) => asked.every(({ name, value }) => attributes[name] === value))
  );
}

const resending = {
  name: 'resend',
  text: `
INSERT INTO @outbox (lane, sequence, id, aggregatetype, type, priority, enqueued_at, aggregateid, messagepriority, attributes,
  payload, ordernumber, lotnumber, correlationid)
SELECT lane, sequence, id, aggregatetype, type, priority, $2, aggregateid, messagepriority, attributes, payload, ordernumber,
  lotnumber, correlationid FROM @outbox WHERE position = $1 AND sent_at IS NOT NULL
RETURNING aggregatetype, attributes`,
};

/** In the order of the positions given by the sequence of the table, which is that of the messages. */
export async function resend(
  client: PostgresClient,
  dialect: Dialect,
  positions: readonly number[],
  decision: Decision,
): Promise<number> {
  let count = 0;
  for (const position of [...positions].sort((left, right) => left - right)) {
    const [row] = await dialect.run(client, resending, [position, decision.now]);
    if (row === undefined) continue;
    const { source, id } = jsonOf(row['attributes']) as SentRow['attributes'];
    const address = textOf(row['aggregatetype']);
    await record(client, dialect, decided('resent', { source, id }, decision, { position, address }));
    count += 1;
  }
  return count;
}
