import type { HistoryEntry, HistoryQuery } from '../../store.ts';
import type { SqliteConnection } from './connection.ts';
import { textOf } from './message-row.ts';

interface StepRow {
  readonly at: number;
  readonly step: HistoryEntry['step'];
  readonly subscriber: string | null;
  readonly attributes: string;
  readonly count: number | null;
  readonly letter: number | null;
}

export function historyOf(connection: SqliteConnection, query: HistoryQuery): Promise<readonly HistoryEntry[]> {
  const asked = [
    ['ordernumber', query.orderNumber],
    ['lotnumber', query.lotNumber],
    ['correlationid', query.correlationId],
  ] as const;
  const given = asked.filter(([, value]) => value !== undefined);
  const terms = given.map(([column]) => `${column} = ?`);
  const values = given.map(([, value]) => value as string);
  const where = (...more: string[]): string =>
    [...terms, ...more].length === 0 ? '' : `WHERE ${[...terms, ...more].join(' AND ')}`;
  const sql = `SELECT enqueued_at AS at, 1 AS place, 'enqueued' AS step, NULL AS subscriber, attributes, NULL AS count,
    NULL AS letter FROM millwright_outbox ${where()}
    UNION ALL SELECT sent_at, 2, 'sent', NULL, attributes, NULL, NULL FROM millwright_outbox ${where('+sent_at IS NOT NULL')}
    UNION ALL SELECT coalesce(letter.buried_at, received_at), 3, 'buried', inbox.subscriber, inbox.attributes, NULL,
    letter.number FROM millwright_inbox AS inbox LEFT JOIN millwright_dead_letter AS letter
    ON letter.subscriber = inbox.subscriber AND letter.source = inbox.source AND letter.id = inbox.id
    ${where(`(inbox.state <> 'applied' OR letter.number IS NOT NULL)`)}
    UNION ALL SELECT received_at, 4, 'applied', subscriber, attributes, NULL, NULL
    FROM millwright_inbox ${where(`state = 'applied'`)}
    UNION ALL SELECT duplicate_at, 5, 'duplicate', subscriber, attributes, duplicates, NULL
    FROM millwright_inbox ${where('duplicates > 0')} ORDER BY at, place`;
  const all = Array.from({ length: 5 }, () => values).flat();
  return connection.read(() => connection.all<StepRow>(sql, ...all).map(entryOf));
}

function entryOf({ at, step, subscriber, attributes: text, count, letter }: StepRow): HistoryEntry {
  const attributes = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return {
    ...{ at, step, attributes, type: textOf(attributes['type']), id: textOf(attributes['id']) },
    source: textOf(attributes['source']),
    ...(subscriber === null ? {} : { subscriber }),
    ...(count === null ? {} : { count }),
    ...(letter === null ? {} : { letter }),
  };
}

/** Deletes what is done and old. In batches, since nobody else writes meanwhile. */
export function purge(connection: SqliteConnection, before: number, limit: number): Promise<number> {
  return connection.transaction(
    () =>
      connection.run(
        `DELETE FROM millwright_outbox WHERE position IN
        (SELECT position FROM millwright_outbox WHERE sent_at < ? ORDER BY sent_at LIMIT ?)`,
        ...[before, limit],
      ) +
      connection.run(
        `DELETE FROM millwright_inbox WHERE rowid IN
        (SELECT rowid FROM millwright_inbox WHERE state = 'applied' AND expires_at < ? ORDER BY expires_at LIMIT ?)`,
        ...[before, limit],
      ) +
      connection.run(
        `DELETE FROM millwright_dead_letter WHERE number IN
        (SELECT number FROM millwright_dead_letter WHERE state <> 'buried' AND buried_at < ? ORDER BY buried_at LIMIT ?)`,
        ...[before, limit],
      ),
  );
}
