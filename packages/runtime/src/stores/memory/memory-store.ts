import { auditHash, auditRoot } from '../../audit.ts';
import {
  type Admission,
  type AuditEntry,
  type AuditRecord,
  type BurialRequest,
  type DeadLetterRecord,
  type HistoryEntry,
  type HistoryQuery,
  type InboxClaim,
  type Lease,
  LeaseLost,
  laneOf,
  type Outbox,
  type OutboxEntry,
  type OutboxFigures,
  type OutboxRow,
  type ProcessState,
  type Store,
  type Transaction,
} from '../../store.ts';
import { deadLetterGroup } from '../dead-letter-group.ts';
import { numbered } from '../numbered.ts';

/** The application's own rows, by name. What a transaction that fails has set is undone. */
export interface MemoryConnection {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

interface Sending extends OutboxRow {
  readonly dueAt: number;
  readonly sentAt?: number;
}

interface Received {
  readonly claim: InboxClaim;
  readonly state: 'applied' | 'buried' | 'replayed';
}

/** A store that ends with the process: for tests, simulations and examples. Transactions run one after the other. */
export function createMemoryStore(): Store<MemoryConnection> {
  const tables = new Tables();
  let turn: Promise<unknown> = Promise.resolve();
  const transaction = <Result>(
    work: (inside: Transaction<MemoryConnection>) => Result | Promise<Result>,
  ): Promise<Result> => {
    const result = turn.then(async () => {
      tables.begin();
      try {
        const value = await work(inside(tables));
        tables.commit();
        return value;
      } catch (error) {
        tables.rollback();
        throw error;
      }
    });
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    features: { name: 'memory', survives: 'nothing', shared: false, concurrent: false },
    migrate: async () => undefined,
    transaction,
    outbox: outboxOf(tables),
    deadLetters: {
      list: async ({ state, group, after = 0, limit }) =>
        [...tables.letters.values()]
          .filter(
            (letter) =>
              letter.number > after &&
              (state === undefined || letter.state === state) &&
              (group === undefined || letter.group === group),
          )
          .slice(0, limit),
      find: async (number) => tables.letters.get(number),
      replay: (number, now) => transaction(() => replay(tables, number, now)),
      discard: (number, now) => transaction(() => discard(tables, number, now)),
    },
    audit: {
      read: async ({ after = 0, limit }) => tables.audit.filter(({ number }) => number > after).slice(0, limit),
    },
    processes: {
      find: async (process, key) => tables.processes.get(`${process}\n${key}`),
      due: async (now, limit) =>
        [...tables.processes.values()]
          .filter(({ dueAt, status }) => dueAt !== undefined && dueAt <= now && status !== 'completed')
          .slice(0, limit),
      list: async ({ process, status, after = '', limit }) =>
        [...tables.processes.values()]
          .filter((state) => state.process === process && state.status === status && state.key > after)
          .sort((left, right) => (left.key < right.key ? -1 : 1))
          .slice(0, limit),
    },
    history: async (query) => historyOf(tables, query),
    purge: (before, limit) => transaction(() => purge(tables, before, limit)),
    close: async () => undefined,
  };
}

/** All rows, with what is needed to take back what an open transaction did. */
class Tables {
  readonly rows = new Map<string, unknown>();
  readonly outbox = new Map<number, Sending>();
  readonly sequences = new Map<string, number>();
  readonly inbox = new Map<string, Received>();
  readonly lanes = new Map<string, number>();
  readonly letters = new Map<number, DeadLetterRecord>();
  readonly decidedAt = new Map<number, number>();
  readonly processes = new Map<string, ProcessState>();
  audit: AuditRecord[] = [];
  lease: Lease | undefined;
  position = 0;
  #letter = 0;
  #undo: (() => void)[] = [];

  nextLetter(): number {
    this.#letter += 1;
    return this.#letter;
  }

  begin(): void {
    this.#undo = [];
  }

  commit(): void {
    this.#undo = [];
  }

  rollback(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  put<Key, Value>(table: Map<Key, Value>, key: Key, value: Value): void {
    const had = table.has(key);
    const before = table.get(key) as Value;
    this.#undo.push(() => (had ? table.set(key, before) : table.delete(key)));
    table.set(key, value);
  }

  append(record: AuditRecord): void {
    const before = this.audit;
    this.#undo.push(() => {
      this.audit = before;
    });
    this.audit = [...before, record];
  }
}

function inside(tables: Tables): Transaction<MemoryConnection> {
  return {
    connection: {
      get: (name) => tables.rows.get(name),
      set: (name, value) => tables.put(tables.rows, name, value),
    },
    enqueue: async (entry) => enqueue(tables, entry),
    admit: async (claim) => admit(tables, claim),
    bury: async (letter) => bury(tables, letter),
    record: (entry) => record(tables, entry),
    saveProcess: async (state) => saveProcess(tables, state),
    findProcess: async (process, key) => tables.processes.get(`${process}\n${key}`),
  };
}

function enqueue(tables: Tables, { address, message, priority, now }: OutboxEntry): number {
  const lane = laneOf(address, message);
  const sequence = (tables.sequences.get(lane) ?? 0) + 1;
  tables.put(tables.sequences, lane, sequence);
  send(tables, { address, lane, message: numbered(message, sequence), priority, now });
  return sequence;
}

function send(
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

const nameOf = ({ subscriber, source, id }: Pick<InboxClaim, 'subscriber' | 'source' | 'id'>): string =>
  JSON.stringify([subscriber, source, id]);

function admit(tables: Tables, claim: InboxClaim): Admission {
  const known = tables.inbox.get(nameOf(claim));
  if (known?.state === 'applied') return 'duplicate';
  if (known?.state === 'buried') return 'buried';
  const admission = known === undefined ? advance(tables, claim) : 'first';
  if (admission === 'first') tables.put(tables.inbox, nameOf(claim), { claim, state: 'applied' });
  return admission;
}

/** Moves a lane on to a message. */
function advance(
  tables: Tables,
  { subscriber, source, lane, sequence, skipGap = false }: InboxClaim,
): 'first' | 'early' | 'late' {
  if (lane === undefined || sequence === undefined) return 'first';
  const name = JSON.stringify([subscriber, source, lane]);
  const last = tables.lanes.get(name) ?? 0;
  if (sequence <= last) return 'late';
  if (sequence > last + 1 && !skipGap) return 'early';
  tables.put(tables.lanes, name, sequence);
  return 'first';
}

function bury(tables: Tables, letter: BurialRequest): boolean {
  const { subscriber, source, id, address, message, failure, attempts, firstFailedAt, now } = letter;
  const known = tables.inbox.get(nameOf(letter));
  if (known?.state === 'applied') return false;
  if (known === undefined) advance(tables, { ...letter, skipGap: true });
  tables.put(tables.inbox, nameOf(letter), { claim: letter, state: 'buried' });
  const before = [...tables.letters.values()].find((one) => nameOf(one) === nameOf(letter));
  const number = before?.number ?? tables.nextLetter();
  tables.put(tables.letters, number, {
    ...{ number, subscriber, source, id, address, message, failure, group: deadLetterGroup(letter), attempts },
    firstFailedAt: before?.firstFailedAt ?? firstFailedAt,
    buriedAt: now,
    replays: before?.replays ?? 0,
    state: 'buried',
  });
  return true;
}

function replay(tables: Tables, number: number, now: number): boolean {
  const letter = tables.letters.get(number);
  const known = letter === undefined ? undefined : tables.inbox.get(nameOf(letter));
  if (letter?.state !== 'buried' || known === undefined) return false;
  tables.put(tables.inbox, nameOf(letter), { ...known, state: 'replayed' });
  tables.put(tables.letters, number, { ...letter, state: 'replayed', replays: letter.replays + 1 });
  tables.put(tables.decidedAt, number, now);
  // A lane of its own: what is sent again waits for nobody and nobody for it.
  const lane = `replay\n${number}`;
  send(tables, { address: letter.address, lane, message: letter.message, priority: 1, now });
  return true;
}

function discard(tables: Tables, number: number, now: number): boolean {
  const letter = tables.letters.get(number);
  if (letter?.state !== 'buried') return false;
  tables.put(tables.letters, number, { ...letter, state: 'discarded' });
  tables.put(tables.decidedAt, number, now);
  return true;
}

async function record(tables: Tables, entry: AuditEntry): Promise<void> {
  const last = tables.audit.at(-1);
  const number = (last?.number ?? 0) + 1;
  tables.append({ ...entry, number, hash: await auditHash(last?.hash ?? auditRoot, number, entry) });
}

function saveProcess(tables: Tables, state: ProcessState): boolean {
  const name = `${state.process}\n${state.key}`;
  const { version } = tables.processes.get(name) ?? { version: 0 };
  if (state.version !== version + 1) return false;
  tables.put(tables.processes, name, structuredClone(state));
  return true;
}

function outboxOf(tables: Tables): Outbox {
  const held = (lease: Lease): void => {
    if (tables.lease?.token !== lease.token) throw new LeaseLost('another relay has taken over');
  };
  const update = (position: number, change: Partial<Sending>): void => {
    const row = tables.outbox.get(position);
    if (row !== undefined) tables.outbox.set(position, { ...row, ...change });
  };
  return {
    lease: async (holder, now, leaseMs) => {
      const before = tables.lease;
      if (before !== undefined && before.holder !== holder && before.expiresAt > now) return undefined;
      const token = before?.holder === holder && before.expiresAt > now ? before.token : (before?.token ?? 0) + 1;
      tables.lease = { holder, token, expiresAt: now + leaseMs };
      return tables.lease;
    },
    release: async (lease) => {
      if (tables.lease?.token === lease.token) tables.lease = { ...tables.lease, expiresAt: 0 };
    },
    claim: async (lease, { now, limit }) => {
      held(lease);
      return due(tables, now, limit);
    },
    sent: async (lease, positions, now) => {
      held(lease);
      for (const position of positions) update(position, { sentAt: now });
    },
    failed: async (lease, position, { dueAt }) => {
      held(lease);
      update(position, { dueAt, attempts: (tables.outbox.get(position)?.attempts ?? 0) + 1 });
    },
    figures: async () => figuresOf([...tables.outbox.values()].filter(({ sentAt }) => sentAt === undefined)),
  };
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

function figuresOf(waiting: readonly Sending[]): OutboxFigures {
  const oldestAt = waiting.reduce((oldest, { enqueuedAt }) => Math.min(oldest, enqueuedAt), Number.POSITIVE_INFINITY);
  const bytes = waiting.reduce((sum, { message }) => sum + message.data.length, 0);
  return { count: waiting.length, bytes, ...(waiting.length === 0 ? {} : { oldestAt }) };
}

function historyOf(tables: Tables, query: HistoryQuery): readonly HistoryEntry[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const entry = (
    at: number,
    step: HistoryEntry['step'],
    attributes: Readonly<Record<string, unknown>>,
    subscriber?: string,
  ): HistoryEntry => ({
    ...{ at, step, attributes, type: text(attributes['type']), id: text(attributes['id']) },
    source: text(attributes['source']),
    ...(subscriber === undefined ? {} : { subscriber }),
  });
  const all = [
    ...[...tables.outbox.values()].flatMap(({ message: { attributes }, enqueuedAt, sentAt }) => [
      entry(enqueuedAt, 'enqueued', attributes),
      ...(sentAt === undefined ? [] : [entry(sentAt, 'sent', attributes)]),
    ]),
    ...[...tables.inbox.values()].map(({ claim, state }) =>
      entry(claim.now, state === 'applied' ? 'applied' : 'buried', claim.attributes, claim.subscriber),
    ),
  ];
  const asked = [
    [query.orderNumber, 'ordernumber'],
    [query.lotNumber, 'lotnumber'],
    [query.correlationId, 'correlationid'],
  ] as const;
  return all
    .filter(({ attributes }) => asked.every(([value, name]) => value === undefined || attributes[name] === value))
    .sort((left, right) => left.at - right.at);
}

function purge(tables: Tables, before: number, limit: number): number {
  const remove = <Key, Value>(table: Map<Key, Value>, isDone: (value: Value) => boolean): number => {
    const keys = [...table].filter(([, value]) => isDone(value)).slice(0, limit);
    for (const [key] of keys) table.delete(key);
    return keys.length;
  };
  return (
    remove(tables.outbox, ({ sentAt }) => sentAt !== undefined && sentAt < before) +
    remove(tables.inbox, ({ claim, state }) => state === 'applied' && claim.expiresAt < before) +
    remove(tables.letters, ({ state, number }) => state !== 'buried' && (tables.decidedAt.get(number) ?? 0) < before)
  );
}
