import {
  type Lease,
  LeaseLost,
  laneOf,
  type Outbox,
  type OutboxEntry,
  type OutboxRow,
  type WaitingFigures,
} from '../../store.ts';
import type { Message } from '../../transport.ts';
import { numbered } from '../numbered.ts';
import type { SqliteConnection } from './connection.ts';
import { type MessageRow, messageOf, textOf } from './message-row.ts';
import { listSent, resend } from './sent.ts';

interface Lane {
  readonly number: number;
  readonly sequence: number;
  readonly head: number | null;
}

export function enqueue(connection: SqliteConnection, { address, message, priority, now }: OutboxEntry): number {
  const lane = connection.get<Lane>(
    `INSERT INTO millwright_lane (name, sequence) VALUES (?, 1)
    ON CONFLICT (name) DO UPDATE SET sequence = sequence + 1 RETURNING number, sequence, head`,
    laneOf(address, message),
  ) as Lane;
  send(connection, lane, { address, message: numbered(message, lane.sequence), priority, now });
  return lane.sequence;
}

/** Sends what was sent before once more, with its own id. A lane of its own waits for nobody, and nobody for it. */
export function sendAgain(connection: SqliteConnection, name: string, entry: OutboxEntry): void {
  const lane = connection.get<Lane>(
    `INSERT INTO millwright_lane (name, sequence) VALUES (?, 0)
    ON CONFLICT (name) DO UPDATE SET sequence = sequence RETURNING number, sequence, head`,
    name,
  ) as Lane;
  send(connection, lane, entry);
}

function send(connection: SqliteConnection, lane: Lane, { address, message, priority, now }: OutboxEntry): void {
  const { attributes, partitionKey, data } = message as Message;
  const position = connection.insert(
    `INSERT INTO millwright_outbox
    (id, aggregatetype, aggregateid, type, attributes, message_priority, lane, priority, enqueued_at, payload)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[
      textOf(attributes['id']),
      address,
      partitionKey ?? null,
      textOf(attributes['type']),
      JSON.stringify(attributes),
    ],
    ...[message.priority ?? null, lane.number, priority, now, data],
  );
  if (lane.head === null)
    connection.run(
      'UPDATE millwright_lane SET head = ?, priority = ?, due_at = 0 WHERE number = ?',
      ...[position, priority, lane.number],
    );
  connection.run('UPDATE millwright_figures SET count = count + 1, bytes = bytes + ? WHERE one = 1', data.length);
}

/** The side of the relay. Whether the lease still counts is asked in the transaction that relies on it. */
export function outboxOf(connection: SqliteConnection): Outbox {
  const leased = <Result>(lease: Lease, work: () => Result): Promise<Result> =>
    connection.transaction(() => {
      const { token } = connection.get<Lease>('SELECT token FROM millwright_lease WHERE one = 1') ?? {};
      if (token !== lease.token) throw new LeaseLost('another relay has taken over');
      return work();
    });
  return {
    lease: (holder, now, leaseMs) => connection.transaction(() => take(connection, { holder, now, leaseMs })),
    release: (lease) =>
      connection.transaction(() => {
        connection.run('UPDATE millwright_lease SET expires_at = 0 WHERE one = 1 AND token = ?', lease.token);
      }),
    claim: (lease, { now, limit }) => leased(lease, () => due(connection, now, limit)),
    sent: (lease, positions, now) => leased(lease, () => markSent(connection, positions, now)),
    failed: (lease, position, { reason, dueAt }) =>
      leased(lease, () => {
        connection.run(
          `UPDATE millwright_outbox SET attempts = attempts + 1, reason = ?, due_at = ?
          WHERE position = ? AND sent_at IS NULL`,
          ...[reason, dueAt, position],
        );
        connection.run(
          `UPDATE millwright_lane SET due_at = ? WHERE head = ?
          AND number = (SELECT lane FROM millwright_outbox WHERE position = ? AND sent_at IS NULL)`,
          ...[dueAt, position, position],
        );
      }),
    figures: () =>
      connection.read(() => {
        const { count, bytes, oldestAt } = connection.get<{ count: number; bytes: number; oldestAt: number | null }>(
          `SELECT count, bytes, (SELECT min(enqueued_at) FROM millwright_outbox WHERE sent_at IS NULL) AS oldestAt
          FROM millwright_figures WHERE one = 1`,
        ) ?? { count: 0, bytes: 0, oldestAt: null };
        return { count, bytes, ...(oldestAt === null ? {} : { oldestAt }) };
      }),
    waiting: (bounds) => connection.read(() => waitingByType(connection, bounds)),
    holder: () =>
      connection.read(() => {
        const lease = connection.get<Lease>(
          'SELECT holder, expires_at AS expiresAt FROM millwright_lease WHERE one = 1',
        );
        return lease && { ...lease };
      }),
    listSent: (query) => listSent(connection, query),
    resend: (positions, decision) => resend(connection, positions, decision),
  };
}

function waitingByType(
  connection: SqliteConnection,
  { typeCountMax, countMax }: { readonly typeCountMax: number; readonly countMax: number },
): readonly WaitingFigures[] {
  const all: WaitingFigures[] = [];
  // Every text is greater than a number.
  let after: string | number = 0;
  while (all.length < typeCountMax) {
    const next: { type: string; oldestAt: number } | undefined = connection.get(
      `SELECT type, enqueued_at AS oldestAt FROM millwright_outbox WHERE sent_at IS NULL AND type > ?
      ORDER BY type, enqueued_at LIMIT 1`,
      after,
    );
    if (next === undefined) break;
    const { count } = connection.get<{ count: number }>(
      `SELECT count(*) AS count FROM
      (SELECT 1 FROM millwright_outbox WHERE sent_at IS NULL AND type = ? LIMIT ?)`,
      ...[next.type, countMax],
    ) as { count: number };
    all.push({ type: next.type, count, oldestAt: next.oldestAt });
    after = next.type;
  }
  return all;
}

function take(
  connection: SqliteConnection,
  { holder, now, leaseMs }: { readonly holder: string; readonly now: number; readonly leaseMs: number },
): Lease | undefined {
  const before = connection.get<Lease>(
    'SELECT holder, token, expires_at AS expiresAt FROM millwright_lease WHERE one = 1',
  );
  const isHeld = before !== undefined && before.expiresAt > now;
  if (isHeld && before.holder !== holder) return undefined;
  // A relay asks at every look; a disk need not be written to for each.
  if (isHeld && before.expiresAt - now > leaseMs / 2) return { ...before };
  const lease = { holder, token: (before?.token ?? 0) + (isHeld ? 0 : 1), expiresAt: now + leaseMs };
  connection.run(
    `INSERT INTO millwright_lease (one, holder, token, expires_at) VALUES (1, ?, ?, ?)
    ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, token = excluded.token, expires_at = excluded.expires_at`,
    ...[holder, lease.token, lease.expiresAt],
  );
  return lease;
}

interface Candidate {
  readonly lane: number;
  readonly name: string;
  readonly position: number;
  readonly priority: number;
}

/**
 * Merges the lanes that are ready: the next is always the first of some lane. More lanes than messages asked for are never
 * needed, since the head of every other one comes after those.
 */
function due(connection: SqliteConnection, now: number, limit: number): readonly OutboxRow[] {
  connection.run('UPDATE millwright_lane SET due_at = 0 WHERE due_at > 0 AND due_at <= ?', now);
  const candidates = [
    ...connection.all<Candidate>(
      `SELECT number AS lane, name, head AS position, priority FROM millwright_lane
      WHERE due_at = 0 ORDER BY priority, head LIMIT ?`,
      limit,
    ),
  ];
  const rows: OutboxRow[] = [];
  for (let next = candidates.shift(); next !== undefined && rows.length < limit; next = candidates.shift()) {
    rows.push(rowAt(connection, next));
    const after = connection.get<{ position: number; priority: number; due_at: number }>(
      `SELECT position, priority, due_at FROM millwright_outbox
      WHERE lane = ? AND sent_at IS NULL AND position > ? ORDER BY position LIMIT 1`,
      ...[next.lane, next.position],
    );
    if (after === undefined || after.due_at > now) continue;
    const { position, priority } = after;
    const index = candidates.findIndex(
      (other) => other.priority > priority || (other.priority === priority && other.position > position),
    );
    candidates.splice(index < 0 ? candidates.length : index, 0, { ...next, position, priority });
  }
  return rows;
}

function rowAt(connection: SqliteConnection, { position, name }: Candidate): OutboxRow {
  const row = connection.get<MessageRow & Pick<OutboxRow, 'address' | 'priority' | 'attempts' | 'enqueuedAt'>>(
    `SELECT aggregatetype AS address, aggregateid AS partition_key, attributes, message_priority, priority, attempts,
    enqueued_at AS enqueuedAt, payload FROM millwright_outbox WHERE position = ?`,
    position,
  );
  if (row === undefined) throw new Error(`the outbox has no position ${position} although its lane names it`);
  const { address, priority, attempts, enqueuedAt } = row;
  return { position, address, lane: name, message: messageOf(row), priority, attempts, enqueuedAt };
}

function markSent(connection: SqliteConnection, positions: readonly number[], now: number): void {
  const lanes = new Set<number>();
  let [count, bytes] = [0, 0];
  for (const position of positions) {
    const row = connection.get<{ lane: number; bytes: number }>(
      `UPDATE millwright_outbox SET sent_at = ? WHERE position = ? AND sent_at IS NULL
      RETURNING lane, length(payload) AS bytes`,
      ...[now, position],
    );
    if (row === undefined) continue;
    lanes.add(row.lane);
    count += 1;
    bytes += row.bytes;
  }
  for (const lane of lanes) {
    connection.run(
      `UPDATE millwright_lane SET (head, priority, due_at) = (
        SELECT position, priority, due_at FROM millwright_outbox
        WHERE lane = number AND sent_at IS NULL ORDER BY position LIMIT 1
      ) WHERE number = ?`,
      lane,
    );
    // Only what was sent again has a lane without numbers; the others have to remember theirs.
    connection.run('DELETE FROM millwright_lane WHERE number = ? AND sequence = 0 AND head IS NULL', lane);
  }
  connection.run('UPDATE millwright_figures SET count = count - ?, bytes = bytes - ? WHERE one = 1', ...[count, bytes]);
}
