import {
  type Decision,
  type Lease,
  LeaseLost,
  laneOf,
  type Outbox,
  type OutboxEntry,
  type OutboxFigures,
  type OutboxRow,
  type SentQuery,
  type SentRow,
  type WaitingFigures,
} from '../../store.ts';
import { decided } from '../decided.ts';
import { numbered } from '../numbered.ts';
import { isAbout } from './history.ts';
import { record, type Sending, type Tables } from './tables.ts';

export function enqueue(tables: Tables, { address, message, priority, now }: OutboxEntry): number {
  const lane = laneOf(address, message);
  const sequence = (tables.sequences.get(lane) ?? 0) + 1;
  tables.put(tables.sequences, lane, sequence);
  send(tables, { address, lane, message: numbered(message, sequence), priority, now });
  return sequence;
}

export function send(
  tables: Tables,
  { address, lane, message, priority, now }: OutboxEntry & { readonly lane: string },
): void {
  // Positions are never used again, as in a database, so a rollback leaves a hole.
  tables.position += 1;
  const copy = { ...message, attributes: structuredClone(message.attributes), data: message.data.slice() };
  const row = { position: tables.position, address, lane, message: copy, priority, attempts: 0 };
  // Due at once by any clock: a relay whose clock is behind must not hold up the lane.
  tables.put(tables.outbox, row.position, { ...row, enqueuedAt: now, dueAt: Number.NEGATIVE_INFINITY });
}

/** Waits for its turn like a transaction: a relay must not see, still less send, what may yet be rolled back. */
export function outboxOf(
  tables: Tables,
  transaction: <Result>(work: () => Promise<Result>) => Promise<Result>,
  next: <Result>(work: () => Result) => Promise<Result>,
): Outbox {
  const held = (lease: Lease): void => {
    if (tables.lease?.token !== lease.token) throw new LeaseLost('another relay has taken over');
  };
  const update = (position: number, change: Partial<Sending>): void => {
    const row = tables.outbox.get(position);
    if (row !== undefined) tables.outbox.set(position, { ...row, ...change });
  };
  return {
    lease: (holder, now, leaseMs) => next(() => lend(tables, holder, { now, leaseMs })),
    release: (lease) =>
      next(() => {
        if (tables.lease?.token === lease.token) tables.lease = { ...tables.lease, expiresAt: 0 };
      }),
    claim: (lease, { now, limit }) =>
      next(() => {
        held(lease);
        return due(tables, now, limit);
      }),
    sent: (lease, positions, now) =>
      next(() => {
        held(lease);
        for (const position of positions) update(position, { sentAt: now });
      }),
    failed: (lease, position, { dueAt }) =>
      next(() => {
        held(lease);
        update(position, { dueAt, attempts: (tables.outbox.get(position)?.attempts ?? 0) + 1 });
      }),
    figures: () => next(() => figuresOf(unsent(tables))),
    waiting: (bounds) => next(() => waitingByType(tables, bounds)),
    holder: () => next(() => tables.lease && { holder: tables.lease.holder, expiresAt: tables.lease.expiresAt }),
    listSent: (query) => next(() => listSent(tables, query)),
    resend: (positions, decision) => transaction(() => resend(tables, positions, decision)),
  };
}

function lend(
  tables: Tables,
  holder: string,
  { now, leaseMs }: { readonly now: number; readonly leaseMs: number },
): Lease | undefined {
  const before = tables.lease;
  if (before !== undefined && before.holder !== holder && before.expiresAt > now) return undefined;
  const token = before?.holder === holder && before.expiresAt > now ? before.token : (before?.token ?? 0) + 1;
  tables.lease = { holder, token, expiresAt: now + leaseMs };
  return tables.lease;
}

function waitingByType(
  tables: Tables,
  { typeCountMax, countMax }: Parameters<Outbox['waiting']>[0],
): readonly WaitingFigures[] {
  return [...Map.groupBy(unsent(tables), ({ message }) => textOf(message.attributes['type']))]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .slice(0, typeCountMax)
    .map(([type, rows]) => waitingOf(type, rows, countMax));
}

function due(tables: Tables, now: number, limit: number): readonly OutboxRow[] {
  const blocked = new Set<string>();
  const free = [...tables.outbox.values()].filter(({ sentAt, lane, dueAt }) => {
    if (sentAt !== undefined || blocked.has(lane)) return false;
    if (dueAt > now) blocked.add(lane);
    return dueAt <= now;
  });
  // What is urgent pulls forward those of its lane that must go before it.
  const urgency = new Map<number, number>();
  const ahead = new Map<string, number>();
  for (const { lane, priority, position } of [...free].reverse()) {
    ahead.set(lane, Math.min(priority, ahead.get(lane) ?? priority));
    urgency.set(position, ahead.get(lane) as number);
  }
  const rankOf = ({ position }: Sending): number => urgency.get(position) as number;
  return free.sort((left, right) => rankOf(left) - rankOf(right) || left.position - right.position).slice(0, limit);
}

const unsent = (tables: Tables): readonly Sending[] =>
  [...tables.outbox.values()].filter(({ sentAt }) => sentAt === undefined);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function waitingOf(type: string, rows: readonly Sending[], countMax: number): WaitingFigures {
  const oldestAt = rows.reduce((oldest, { enqueuedAt }) => Math.min(oldest, enqueuedAt), Number.POSITIVE_INFINITY);
  return { type, count: Math.min(rows.length, countMax), oldestAt };
}

function figuresOf(waiting: readonly Sending[]): OutboxFigures {
  const oldestAt = waiting.reduce((oldest, { enqueuedAt }) => Math.min(oldest, enqueuedAt), Number.POSITIVE_INFINITY);
  const bytes = waiting.reduce((sum, { message }) => sum + message.data.length, 0);
  return { count: waiting.length, bytes, ...(waiting.length === 0 ? {} : { oldestAt }) };
}

function listSent(tables: Tables, query: SentQuery): readonly SentRow[] {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, after = 0, limit } = query;
  return [...tables.outbox.values()]
    .flatMap(({ position, address, message: { attributes }, enqueuedAt, sentAt }) =>
      sentAt !== undefined && position > after && sentAt >= since && sentAt < until && isAbout(query, attributes)
        ? [{ position, address, attributes, enqueuedAt, sentAt }]
        : [],
    )
    .slice(0, limit);
}

async function resend(tables: Tables, positions: readonly number[], decision: Decision): Promise<number> {
  let count = 0;
  for (const position of [...positions].sort((left, right) => left - right)) {
    const row = tables.outbox.get(position);
    if (row?.sentAt === undefined) continue;
    const { address, lane, message, priority } = row;
    send(tables, { address, lane, message, priority, now: decision.now });
    const { source, id } = message.attributes;
    await record(tables, decided('resent', { source, id }, decision, { position, address }));
    count += 1;
  }
  return count;
}
