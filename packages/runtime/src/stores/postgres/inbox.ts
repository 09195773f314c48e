import type { Admission, BurialRequest, InboxClaim } from '../../store.ts';
import { deadLetterGroup } from '../dead-letter-group.ts';
import { keyOf, messageColumns, textColumn, traceColumns } from './columns.ts';
import type { Dialect, PostgresClient } from './driver.ts';

const admitting = {
  name: 'admit',
  text: `
SELECT @admit(sha256(convert_to($1, 'UTF8')), sha256(convert_to($2, 'UTF8')), $3, $4, $5, $6, $7, $8, $9, $10, $11)
  AS admission`,
};

const messageKey = ({ subscriber, source, id }: InboxClaim): string => keyOf(subscriber, source, id);

function laneKey({ subscriber, source, lane, sequence }: InboxClaim): string | null {
  return lane === undefined || sequence === undefined ? null : keyOf(subscriber, source, lane);
}

export async function admit(client: PostgresClient, dialect: Dialect, claim: InboxClaim): Promise<Admission> {
  const lane = laneKey(claim);
  const [row] = await dialect.run(client, admitting, [
    ...[messageKey(claim), lane, lane === null ? null : claim.sequence, claim.skipGap === true],
    ...inboxColumns(claim),
  ]);
  return row?.['admission'] as Admission;
}

function inboxColumns({ subscriber, attributes, now, expiresAt }: InboxClaim): readonly unknown[] {
  return [textColumn(subscriber), JSON.stringify(attributes), now, expiresAt, ...traceColumns(attributes)];
}

/** The lane goes on behind a message that is buried. */
const passing = {
  name: 'pass',
  text: `
INSERT INTO @inbox_lanes AS lanes VALUES (sha256(convert_to($1, 'UTF8')), $2)
ON CONFLICT (key) DO UPDATE SET last = greatest(lanes.last, EXCLUDED.last)`,
};

const closing = {
  name: 'close',
  text: `
INSERT INTO @inbox AS inbox VALUES (sha256(convert_to($1, 'UTF8')), 'buried', $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (key) DO UPDATE SET state = 'buried', attributes = EXCLUDED.attributes, at = EXCLUDED.at,
  expires_at = EXCLUDED.expires_at, ordernumber = EXCLUDED.ordernumber, lotnumber = EXCLUDED.lotnumber,
  correlationid = EXCLUDED.correlationid
WHERE inbox.state = 'replayed'
RETURNING state`,
};

/** A letter that was replayed and failed again stays the same letter; its inbox row is locked, so there is no race for it. */
const reburying = {
  name: 'rebury',
  text: `
UPDATE @letters SET address = $2, partitionkey = $3, messagepriority = $4, attributes = $5, payload = $6, kind = $7,
  reason = $8, pointer = $9, likeness = $10, attempts = $11, buried_at = $12, decided_at = NULL, state = 'buried'
WHERE key = sha256(convert_to($1, 'UTF8'))
RETURNING number`,
};

const burying = {
  name: 'bury',
  text: `
WITH head AS (UPDATE @heads SET number = number + 1 WHERE name = 'letters' RETURNING number)
INSERT INTO @letters (number, key, address, partitionkey, messagepriority, attributes, payload, kind, reason, pointer,
  likeness, attempts, buried_at, first_failed_at, subscriber, source, id)
SELECT number, sha256(convert_to($1, 'UTF8')), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
FROM head`,
};

export async function bury(client: PostgresClient, dialect: Dialect, letter: BurialRequest): Promise<boolean> {
  const { subscriber, source, id, address, message, failure, attempts, firstFailedAt, now } = letter;
  const closed = await dialect.run(client, closing, [messageKey(letter), ...inboxColumns(letter)]);
  if (closed.length === 0) return false;
  const lane = laneKey(letter);
  if (lane !== null) await dialect.run(client, passing, [lane, letter.sequence]);
  const columns = [
    ...[messageKey(letter), textColumn(address), ...messageColumns(message), failure.kind, textColumn(failure.reason)],
    failure.pointer === undefined ? null : textColumn(failure.pointer),
    ...[textColumn(deadLetterGroup(letter)), attempts, now],
  ];
  const known = await dialect.run(client, reburying, columns);
  if (known.length === 0)
    await dialect.run(client, burying, [...columns, firstFailedAt, ...[subscriber, source, id].map(textColumn)]);
  return true;
}
