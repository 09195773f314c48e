import type { AuditEntry, DeadLetterRecord, DeadLetters, Decision, FailureKind } from '../../store.ts';
import { decided } from '../decided.ts';
import { messageOf, numberOf, textColumn, textOf, traceColumns } from './columns.ts';
import type { Dialect, PostgresClient, Row } from './driver.ts';
import type { OnClient } from './outbox.ts';
import { record } from './records.ts';

/** By name: a prepared `*` breaks when a migration adds a column. */
const columns = `number, subscriber, source, id, address, partitionkey, messagepriority, attributes, payload, kind, reason, pointer,
  likeness, attempts, first_failed_at, buried_at, replays, state`;

const listing = {
  name: 'letters',
  text: `
SELECT ${columns} FROM @letters
WHERE number > $1 AND ($2::text IS NULL OR state = $2)
  AND ($3::text IS NULL OR (md5(likeness) = md5($3) AND likeness = $3))
ORDER BY number LIMIT $4`,
};

const counting = {
  name: 'letter-figures',
  text: `
SELECT subscriber, kind, count(*), min(buried_at) AS oldest
FROM (SELECT subscriber, kind, buried_at FROM @letters WHERE state = 'buried' ORDER BY number LIMIT $1) AS looked_at
GROUP BY subscriber, kind`,
};

const finding = { name: 'letter', text: `SELECT ${columns} FROM @letters WHERE number = $1` };

/** A lane of its own, by the number of the letter: what is sent again waits for nobody and nobody for it. */
const replaying = {
  name: 'replay',
  text: `
WITH letter AS (
  UPDATE @letters SET state = 'replayed', replays = replays + 1, decided_at = $2
  WHERE number = $1 AND state = 'buried' RETURNING *
), opened AS (
  UPDATE @inbox AS inbox SET state = 'replayed' FROM letter WHERE inbox.key = letter.key
)
INSERT INTO @outbox (lane, id, aggregatetype, type, priority, enqueued_at, aggregateid, messagepriority, attributes,
  payload, ordernumber, lotnumber, correlationid)
SELECT -number, id, address, $3, 1, $2, partitionkey, messagepriority, attributes, payload, $4, $5, $6 FROM letter
RETURNING position`,
};

const discarding = {
  name: 'discard',
  text: `UPDATE @letters SET state = 'discarded', decided_at = $2 WHERE number = $1 AND state = 'buried' RETURNING number`,
};

function letterOf(row: Row): DeadLetterRecord {
  const pointer = row['pointer'];
  return {
    number: numberOf(row['number']),
    subscriber: textOf(row['subscriber']),
    source: textOf(row['source']),
    id: textOf(row['id']),
    address: textOf(row['address']),
    message: messageOf(row),
    failure: {
      kind: textOf(row['kind']) as FailureKind,
      reason: textOf(row['reason']),
      ...(typeof pointer === 'string' ? { pointer: textOf(pointer) } : {}),
    },
    group: textOf(row['likeness']),
    attempts: numberOf(row['attempts']),
    firstFailedAt: numberOf(row['first_failed_at']),
    buriedAt: numberOf(row['buried_at']),
    replays: numberOf(row['replays']),
    state: textOf(row['state']) as DeadLetterRecord['state'],
  };
}

export function deadLettersOf(onClient: OnClient, inTransaction: OnClient, dialect: Dialect): DeadLetters {
  const find = async (client: PostgresClient, number: number) => {
    const [row] = await dialect.run(client, finding, [number]);
    return row === undefined ? undefined : letterOf(row);
  };
  return {
    list: async ({ state = null, group, after = 0, limit }) => {
      const likeness = group === undefined ? null : textColumn(group);
      const rows = await onClient((client) => dialect.run(client, listing, [after, state, likeness, limit]));
      return rows.map(letterOf);
    },
    find: (number) => onClient((client) => find(client, number)),
    figures: async (limit) => {
      const rows = await onClient((client) => dialect.run(client, counting, [limit]));
      return rows.map((row) => ({
        subscriber: textOf(row['subscriber']),
        kind: textOf(row['kind']) as FailureKind,
        count: numberOf(row['count']),
        oldestAt: numberOf(row['oldest']),
      }));
    },
    replay: (number, decision) =>
      inTransaction(async (client) => {
        const letter = await find(client, number);
        if (letter === undefined) return false;
        const { attributes } = letter.message;
        const type = typeof attributes['type'] === 'string' ? textColumn(attributes['type']) : '';
        const values = [number, decision.now, type, ...traceColumns(attributes)];
        if ((await dialect.run(client, replaying, values)).length === 0) return false;
        await record(client, dialect, entryOf('replayed', letter, decision));
        return true;
      }),
    discard: (number, decision) =>
      inTransaction(async (client) => {
        const letter = await find(client, number);
        if (letter === undefined) return false;
        if ((await dialect.run(client, discarding, [number, decision.now])).length === 0) return false;
        await record(client, dialect, entryOf('discarded', letter, decision));
        return true;
      }),
  };
}

function entryOf(action: 'replayed' | 'discarded', letter: DeadLetterRecord, decision: Decision): AuditEntry {
  const { number, subscriber } = letter;
  return decided(action, letter, decision, { letter: number, subscriber });
}
