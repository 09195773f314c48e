import { type Decision, laneOf, type SentQuery, type SentRow } from '../../store.ts';
import { decided } from '../decided.ts';
import type { SqliteConnection } from './connection.ts';
import type { SqliteValue } from './database.ts';
import { type MessageRow, messageOf } from './message-row.ts';
import { sendAgain } from './outbox.ts';
import { record } from './records.ts';

export function listSent(connection: SqliteConnection, query: SentQuery): Promise<readonly SentRow[]> {
  const asked = [
    ['position > ?', query.after ?? 0],
    ['ordernumber = ?', query.orderNumber],
    ['lotnumber = ?', query.lotNumber],
    ['correlationid = ?', query.correlationId],
    // Without the sign SQLite would read the sent ones by time and sort them for every page.
    ['+sent_at >= ?', query.since ?? Number.MIN_SAFE_INTEGER],
    ['+sent_at < ?', query.until],
  ] as const;
  const given = asked.filter(([, value]) => value !== undefined);
  const sql = `SELECT position, aggregatetype AS address, attributes, enqueued_at AS enqueuedAt, sent_at AS sentAt
    FROM millwright_outbox WHERE ${given.map(([term]) => term).join(' AND ')} ORDER BY position LIMIT ?`;
  const values = given.map(([, value]) => value as SqliteValue);
  return connection.read(() =>
    connection
      .all<Omit<SentRow, 'attributes'> & { readonly attributes: string }>(sql, ...values, query.limit)
      .map((row) => ({ ...row, attributes: JSON.parse(row.attributes) as SentRow['attributes'] })),
  );
}

/** A lane that letters were replayed in is gone; its messages get that of their address. */
export function resend(
  connection: SqliteConnection,
  positions: readonly number[],
  decision: Decision,
): Promise<number> {
  return connection.transaction(async () => {
    let count = 0;
    for (const position of [...positions].sort((left, right) => left - right)) {
      const row = connection.get<MessageRow & { readonly address: string; readonly priority: number }>(
        `SELECT aggregatetype AS address, aggregateid AS partition_key, attributes, message_priority, priority, payload
        FROM millwright_outbox WHERE position = ? AND sent_at IS NOT NULL`,
        position,
      );
      if (row === undefined) continue;
      const { address, priority } = row;
      const message = messageOf(row);
      sendAgain(connection, laneOf(address, message), { address, message, priority, now: decision.now });
      const { source, id } = message.attributes;
      const entry = decided('resent', { source, id }, decision, { position, address });
      await record(connection, entry, () => connection.refuseEnded());
      count += 1;
    }
    return count;
  });
}
