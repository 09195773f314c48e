import type {
  Admission,
  BurialRequest,
  DeadLetterFigures,
  DeadLetterRecord,
  Decision,
  InboxClaim,
  ProcessState,
  Store,
  Transaction,
} from '../../store.ts';
import { deadLetterGroup } from '../dead-letter-group.ts';
import { decided } from '../decided.ts';
import { historyOf } from './history.ts';
import { enqueue, outboxOf, send } from './outbox.ts';
import { record, Tables } from './tables.ts';

/** The application's own rows, by name. What a transaction that fails has set is undone. */
export interface MemoryConnection {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** A store that ends with the process: for tests, simulations and examples. Transactions run one after the other. */
export function createMemoryStore(): Store<MemoryConnection> {
  const tables = new Tables();
  let turn: Promise<unknown> = Promise.resolve();
  const next = <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  const transaction = <Result>(
    work: (inside: Transaction<MemoryConnection>) => Result | Promise<Result>,
  ): Promise<Result> =>
    next(async () => {
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
  return {
    features: { name: 'memory', survives: 'nothing', shared: false, concurrent: false },
    migrate: async () => undefined,
    version: async () => ({ found: 1, known: 1 }),
    transaction,
    outbox: outboxOf(tables, transaction, next),
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
      figures: async (limit) => letterFigures(tables, limit),
      replay: (number, decision) => transaction(() => replay(tables, number, decision)),
      discard: (number, decision) => transaction(() => discard(tables, number, decision)),
    },
    audit: {
      read: async ({ after = 0, limit }) => tables.audit.filter(({ number }) => number > after).slice(0, limit),
    },
    // They wait for their turn: a host that drove what is rolled back would save that over what others have saved since.
    processes: {
      find: (process, key) => next(() => tables.processes.get(`${process}\n${key}`)),
      due: (now, limit) =>
        next(() =>
          [...tables.processes.values()]
            .filter(({ dueAt, status }) => dueAt !== undefined && dueAt <= now && status !== 'completed')
            .slice(0, limit),
        ),
      list: ({ process, status, after = '', limit }) =>
        next(() =>
          [...tables.processes.values()]
            .filter((state) => state.process === process && state.status === status && state.key > after)
            .sort((left, right) => (left.key < right.key ? -1 : 1))
            .slice(0, limit),
        ),
    },
    history: async (query) => historyOf(tables, query),
    purge: (before, limit) => transaction(() => purge(tables, before, limit)),
    close: async () => undefined,
  };
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

const nameOf = ({ subscriber, source, id }: Pick<InboxClaim, 'subscriber' | 'source' | 'id'>): string =>
  JSON.stringify([subscriber, source, id]);

function admit(tables: Tables, claim: InboxClaim): Admission {
  const known = tables.inbox.get(nameOf(claim));
  if (known?.state === 'applied') {
    const duplicates = { count: (known.duplicates?.count ?? 0) + 1, at: claim.now };
    tables.put(tables.inbox, nameOf(claim), { ...known, duplicates });
    return 'duplicate';
  }
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
  if (known !== undefined && known.state !== 'replayed') return false;
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

async function replay(tables: Tables, number: number, decision: Decision): Promise<boolean> {
  const letter = tables.letters.get(number);
  const known = letter === undefined ? undefined : tables.inbox.get(nameOf(letter));
  if (letter?.state !== 'buried' || known === undefined) return false;
  tables.put(tables.inbox, nameOf(letter), { ...known, state: 'replayed' });
  tables.put(tables.letters, number, { ...letter, state: 'replayed', replays: letter.replays + 1 });
  tables.put(tables.decidedAt, number, decision.now);
  // A lane of its own: what is sent again waits for nobody and nobody for it.
  const lane = `replay\n${number}`;
  send(tables, { address: letter.address, lane, message: letter.message, priority: 1, now: decision.now });
  await record(tables, decided('replayed', letter, decision, { letter: number, subscriber: letter.subscriber }));
  return true;
}

async function discard(tables: Tables, number: number, decision: Decision): Promise<boolean> {
  const letter = tables.letters.get(number);
  if (letter?.state !== 'buried') return false;
  tables.put(tables.letters, number, { ...letter, state: 'discarded' });
  tables.put(tables.decidedAt, number, decision.now);
  await record(tables, decided('discarded', letter, decision, { letter: number, subscriber: letter.subscriber }));
  return true;
}

function saveProcess(tables: Tables, state: ProcessState): boolean {
  const name = `${state.process}\n${state.key}`;
  const { version } = tables.processes.get(name) ?? { version: 0 };
  if (state.version !== version + 1) return false;
  tables.put(tables.processes, name, structuredClone(state));
  return true;
}

function letterFigures(tables: Tables, limit: number): readonly DeadLetterFigures[] {
  const letters = [...tables.letters.values()].filter(({ state }) => state === 'buried').slice(0, limit);
  const groups = Map.groupBy(letters, ({ subscriber, failure }) => JSON.stringify([subscriber, failure.kind]));
  return [...groups.values()].map((group) => {
    const { subscriber, failure } = group[0] as DeadLetterRecord;
    const oldestAt = Math.min(...group.map(({ buriedAt }) => buriedAt));
    return { subscriber, kind: failure.kind, count: group.length, oldestAt };
  });
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
