import { matchAddress } from '../../address.ts';
import type { SqliteConnection } from '../../stores/sqlite/connection.ts';
import { type MessageRow, messageOf } from '../../stores/sqlite/message-row.ts';
import type { Message } from '../../transport.ts';
import { patternsOf } from './groups.ts';

/** A message as it was when it was published. */
export interface Letter {
  readonly address: string;
  readonly attributes: string;
  readonly partitionKey: string | undefined;
  readonly priority: number | undefined;
  readonly data: Uint8Array;
}

interface Lane {
  readonly number: number;
  readonly held: number;
  readonly free_at: number;
}

/** Where no priority is given: informs somebody who waits for it. */
const ordinaryPriority = 3;

/** Puts messages where the groups that are known find them. */
export function insertLetters(connection: SqliteConnection, letters: readonly Letter[], now: number): void {
  const patterns = patternsOf(connection, now);
  for (const letter of letters) {
    const fitting = patterns.filter(({ pattern }) => matchAddress(pattern, letter.address) !== undefined);
    for (const group of new Set(fitting.map(({ number }) => number))) insertLetter(connection, letter, group, now);
  }
}

function insertLetter(connection: SqliteConnection, letter: Letter, group: number, now: number): void {
  const { address, partitionKey, priority = ordinaryPriority } = letter;
  const key = [group, address, partitionKey ?? ''];
  const known = connection.get<Lane>(
    `SELECT number, held, free_at FROM millwright_queue_lane
    WHERE group_number = ? AND address = ? AND partition_key = ?`,
    ...key,
  );
  const lane =
    known?.number ??
    connection.insert(
      `INSERT INTO millwright_queue_lane (group_number, address, partition_key, head, priority) VALUES (?, ?, ?, 0, ?)`,
      ...[...key, priority],
    );
  const position = connection.insert(
    `INSERT INTO millwright_queue (lane, address, partition_key, attributes, message_priority, priority, payload)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...[lane, address, partitionKey ?? null, letter.attributes, letter.priority ?? null, priority, letter.data],
  );
  // Those that wait in this lane let others pass, or there are none.
  if (known === undefined || (known.held === 0 && known.free_at > now))
    connection.run(
      'UPDATE millwright_queue_lane SET head = ?, priority = ?, free_at = 0 WHERE number = ?',
      ...[position, priority, lane],
    );
}

/** The right to deliver one message, while its lane has this token. */
export interface Claim {
  readonly lane: number;
  readonly token: number;
  readonly position: number;
}

export interface Claimed extends Claim {
  readonly address: string;
  readonly message: Message;
  readonly attempt: number;
}

/** True when something of a group may be given out. */
export function hasDue(connection: SqliteConnection, group: number, now: number): boolean {
  const row = connection.get<{ due: number }>(
    `SELECT EXISTS (SELECT 1 FROM millwright_queue_lane WHERE group_number = ? AND free_at = 0)
    OR EXISTS (SELECT 1 FROM millwright_queue_lane WHERE group_number = ? AND free_at > 0 AND free_at <= ?) AS due`,
    ...[group, group, now],
  );
  return row?.due === 1;
}

/** When something of a group may be given out that may not now. */
export function nextDueAt(connection: SqliteConnection, group: number): number | undefined {
  const row = connection.get<{ next: number | null }>(
    'SELECT min(free_at) AS next FROM millwright_queue_lane WHERE group_number = ? AND free_at > 0',
    group,
  );
  return row?.next ?? undefined;
}

interface ReadyLane {
  readonly number: number;
  readonly address: string;
  readonly head: number;
  readonly priority: number;
}

/** Gives out the next messages of lanes whose address fits, until `expiresAt`. */
export function claimLetters(
  connection: SqliteConnection,
  group: number,
  options: {
    readonly limit: number;
    readonly fits: (address: string) => boolean;
    readonly now: number;
    readonly expiresAt: number;
  },
): readonly Claimed[] {
  const { limit, fits, now, expiresAt } = options;
  connection.run(
    `UPDATE millwright_queue_lane SET held = 0, free_at = 0
    WHERE group_number = ? AND free_at > 0 AND free_at <= ?`,
    ...[group, now],
  );
  const lanes: ReadyLane[] = [];
  let after: readonly [priority: number, head: number] = [Number.MIN_SAFE_INTEGER, 0];
  // A page holds lanes that are for members of other processes only when the group listens to several patterns.
  for (let page: readonly ReadyLane[] | undefined; page === undefined || page.length === limit; ) {
    page = connection.all<ReadyLane>(
      `SELECT number, address, head, priority FROM millwright_queue_lane
      WHERE group_number = ? AND free_at = 0 AND (priority, head) > (?, ?) ORDER BY priority, head LIMIT ?`,
      ...[group, ...after, limit],
    );
    lanes.push(...page.filter(({ address }) => fits(address)));
    const last = page.at(-1);
    if (last === undefined || lanes.length >= limit) break;
    after = [last.priority, last.head];
  }
  return lanes.slice(0, limit).map((lane) => claimLetter(connection, lane, expiresAt));
}

function claimLetter(connection: SqliteConnection, { number, head }: ReadyLane, expiresAt: number): Claimed {
  const lane = connection.get<{ token: number }>(
    'UPDATE millwright_queue_lane SET held = 1, free_at = ?, token = token + 1 WHERE number = ? RETURNING token',
    ...[expiresAt, number],
  );
  const row = connection.get<MessageRow & { readonly address: string; readonly attempts: number }>(
    `UPDATE millwright_queue SET attempts = attempts + 1 WHERE position = ?
    RETURNING address, partition_key, attributes, message_priority, attempts, payload`,
    head,
  );
  if (lane === undefined || row === undefined)
    throw new Error(`the queue has no position ${head} although its lane names it`);
  const { address, attempts: attempt } = row;
  return { lane: number, token: lane.token, position: head, address, message: messageOf(row), attempt };
}

/** What becomes of a delivery. `release`: it was never made. */
export type Verdict =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nack'; readonly delayMs: number; readonly letOthersPass: boolean }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'release' };

/** Does nothing when the lane was given to somebody else. */
export function settle(connection: SqliteConnection, claim: Claim, verdict: Verdict, now: number): void {
  const { lane, token, position } = claim;
  const held = connection.get(
    'SELECT number FROM millwright_queue_lane WHERE number = ? AND token = ? AND head = ?',
    ...[lane, token, position],
  );
  if (held === undefined) return;
  if (verdict.kind === 'nack' && !verdict.letOthersPass) {
    freeAt(connection, lane, verdict.delayMs > 0 ? now + verdict.delayMs : 0);
    return;
  }
  if (verdict.kind === 'release') {
    connection.run('UPDATE millwright_queue SET attempts = attempts - 1 WHERE position = ?', position);
    freeAt(connection, lane, 0);
    return;
  }
  if (verdict.kind === 'nack')
    connection.run('UPDATE millwright_queue SET due_at = ? WHERE position = ?', now + verdict.delayMs, position);
  else if (verdict.kind === 'reject')
    connection.run('UPDATE millwright_queue SET reason = ? WHERE position = ?', verdict.reason, position);
  else connection.run('DELETE FROM millwright_queue WHERE position = ?', position);
  moveOn(connection, lane, now);
}

function freeAt(connection: SqliteConnection, lane: number, time: number): void {
  connection.run(
    'UPDATE millwright_queue_lane SET held = ?, free_at = ? WHERE number = ?',
    ...[time > 0 ? 1 : 0, time, lane],
  );
}

interface Next {
  readonly position: number;
  readonly priority: number;
  readonly due_at: number;
}

/** The first of a lane that is due comes next, else the one that is due soonest. */
function moveOn(connection: SqliteConnection, lane: number, now: number): void {
  const next =
    connection.get<Next>(
      `SELECT position, priority, due_at FROM millwright_queue
      WHERE lane = ? AND reason IS NULL AND due_at <= ? ORDER BY position LIMIT 1`,
      ...[lane, now],
    ) ??
    connection.get<Next>(
      `SELECT position, priority, due_at FROM millwright_queue
      WHERE lane = ? AND reason IS NULL ORDER BY due_at, position LIMIT 1`,
      lane,
    );
  if (next === undefined) {
    connection.run('DELETE FROM millwright_queue_lane WHERE number = ?', lane);
    return;
  }
  connection.run(
    'UPDATE millwright_queue_lane SET head = ?, priority = ?, held = 0, free_at = ? WHERE number = ?',
    ...[next.position, next.priority, next.due_at <= now ? 0 : next.due_at, lane],
  );
}

/** The handler is still at work. */
export function renew(connection: SqliteConnection, { lane, token, position }: Claim, expiresAt: number): void {
  connection.run(
    'UPDATE millwright_queue_lane SET free_at = ?, held = 1 WHERE number = ? AND token = ? AND head = ?',
    ...[expiresAt, lane, token, position],
  );
}

/** A message that was rejected, with the reason. */
export interface RejectedLetter {
  readonly number: number;
  readonly address: string;
  readonly message: Message;
  readonly reason: string;
}

export function rejectedLetters(connection: SqliteConnection, after: number, limit: number): readonly RejectedLetter[] {
  return connection
    .all<MessageRow & { readonly position: number; readonly address: string; readonly reason: string }>(
      `SELECT position, address, partition_key, attributes, message_priority, reason, payload FROM millwright_queue
      WHERE reason IS NOT NULL AND position > ? ORDER BY position LIMIT ?`,
      ...[after, limit],
    )
    .map((row) => ({ number: row.position, address: row.address, message: messageOf(row), reason: row.reason }));
}

export function removeRejected(connection: SqliteConnection, number: number): boolean {
  return connection.run('DELETE FROM millwright_queue WHERE position = ? AND reason IS NOT NULL', number) === 1;
}
