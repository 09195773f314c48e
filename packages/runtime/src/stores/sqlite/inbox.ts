import type { Admission, BurialRequest, InboxClaim } from '../../store.ts';
import { deadLetterGroup } from '../dead-letter-group.ts';
import type { SqliteConnection } from './connection.ts';

type InboxState = 'applied' | 'buried' | 'replayed';
type Name = Pick<InboxClaim, 'subscriber' | 'source' | 'id'>;

export function stateOf(connection: SqliteConnection, { subscriber, source, id }: Name): InboxState | undefined {
  return connection.get<{ state: InboxState }>(
    'SELECT state FROM millwright_inbox WHERE subscriber = ? AND source = ? AND id = ?',
    ...[subscriber, source, id],
  )?.state;
}

export function admit(connection: SqliteConnection, claim: InboxClaim): Admission {
  const state = stateOf(connection, claim);
  if (state === 'applied') {
    connection.run(
      `UPDATE millwright_inbox SET duplicates = duplicates + 1, duplicate_at = ?
      WHERE subscriber = ? AND source = ? AND id = ?`,
      ...[claim.now, claim.subscriber, claim.source, claim.id],
    );
    return 'duplicate';
  }
  if (state === 'buried') return 'buried';
  const admission = state === undefined ? advance(connection, claim) : 'first';
  if (admission === 'first') note(connection, claim, 'applied');
  return admission;
}

function note(connection: SqliteConnection, claim: Omit<InboxClaim, 'skipGap'>, state: InboxState): void {
  const { subscriber, source, id, now, expiresAt, attributes } = claim;
  connection.run(
    `INSERT INTO millwright_inbox (subscriber, source, id, state, received_at, expires_at, attributes)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (subscriber, source, id) DO UPDATE SET state = excluded.state, received_at = excluded.received_at,
    expires_at = excluded.expires_at, attributes = excluded.attributes`,
    ...[subscriber, source, id, state, now, expiresAt, JSON.stringify(attributes)],
  );
}

/** Moves a lane on to a message. */
function advance(
  connection: SqliteConnection,
  { subscriber, source, lane, sequence, skipGap = false }: InboxClaim,
): 'first' | 'early' | 'late' {
  if (lane === undefined || sequence === undefined) return 'first';
  const { last } = connection.get<{ last: number }>(
    'SELECT last FROM millwright_inbox_lane WHERE subscriber = ? AND source = ? AND lane = ?',
    ...[subscriber, source, lane],
  ) ?? { last: 0 };
  if (sequence <= last) return 'late';
  if (sequence > last + 1 && !skipGap) return 'early';
  connection.run(
    `INSERT INTO millwright_inbox_lane (subscriber, source, lane, last) VALUES (?, ?, ?, ?)
    ON CONFLICT (subscriber, source, lane) DO UPDATE SET last = excluded.last`,
    ...[subscriber, source, lane, sequence],
  );
  return 'first';
}

/** A letter that was replayed and failed again stays the one that it was. */
export function bury(connection: SqliteConnection, letter: BurialRequest): boolean {
  const { subscriber, source, id, address, message, failure, attempts, firstFailedAt, now } = letter;
  const state = stateOf(connection, letter);
  if (state !== undefined && state !== 'replayed') return false;
  if (state === undefined) advance(connection, { ...letter, skipGap: true });
  note(connection, letter, 'buried');
  connection.run(
    `INSERT INTO millwright_dead_letter (subscriber, source, id, address, partition_key, message_priority, attributes,
    kind, reason, pointer, failure_group, attempts, first_failed_at, buried_at, replays, state, payload)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'buried', ?)
    ON CONFLICT (subscriber, source, id) DO UPDATE SET address = excluded.address,
    partition_key = excluded.partition_key, message_priority = excluded.message_priority,
    attributes = excluded.attributes, kind = excluded.kind, reason = excluded.reason, pointer = excluded.pointer,
    failure_group = excluded.failure_group, attempts = excluded.attempts, buried_at = excluded.buried_at,
    state = 'buried', payload = excluded.payload`,
    ...[subscriber, source, id, address, message.partitionKey ?? null, message.priority ?? null],
    ...[JSON.stringify(message.attributes), failure.kind, failure.reason, failure.pointer ?? null],
    ...[deadLetterGroup(letter), attempts, firstFailedAt, now, message.data],
  );
  return true;
}
