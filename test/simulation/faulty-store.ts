import type { Message } from '@millwright/runtime';
import {
  AmbiguousCommit,
  type BurialRequest,
  type Decision,
  type InboxClaim,
  type Lease,
  type OutboxRow,
  type ProcessState,
  type Store,
  type Transaction,
} from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import { ConnectionBroke, type Faults, SerializationFailed } from './faults.ts';
import type { SimulatedProcess } from './process.ts';

export type Verdict = 'replay' | 'discard';

/** What one transaction has done, besides its rows of the application. */
export interface Committed {
  readonly saved: ProcessState[];
  readonly enqueued: Message[];
  /** Messages that were admitted for the first time. */
  readonly admitted: InboxClaim[];
  readonly buried: BurialRequest[];
}

/** Sees what a store has really done, for what must hold at every step. */
export interface StoreWatch {
  granted(lease: Lease): void;
  claimed(rows: readonly OutboxRow[]): void;
  marked(lease: Lease, positions: readonly number[]): void;
  /** A transaction has been committed. */
  committed?(work: Committed): void;
  /** A burial has been committed. */
  buried(letter: BurialRequest): void;
  /** An operator's decision has taken effect. */
  decided(verdict: Verdict, message: Message): void;
}

type MemoryStore = Store<MemoryConnection>;
type MemoryTransaction = Transaction<MemoryConnection>;

export interface StoreFaults {
  readonly faults: Faults;
  readonly watch: StoreWatch;
  /** The database is away. */
  readonly isDown: () => boolean;
}

/** How one process sees a store that others use as well: over a connection that breaks, with commits that nobody can be sure of. */
export function faultyStore(
  real: MemoryStore,
  process: SimulatedProcess,
  { faults, watch, isDown }: StoreFaults,
): MemoryStore {
  /** A call that is a transaction of its own. */
  const call = <Result>(label: string, work: () => Promise<Result>): Promise<Result> =>
    process.call(label, async () => {
      if (isDown() || faults.hits('storeCall')) throw new ConnectionBroke(`before ${label}`);
      const result = await work();
      if (faults.hits('storeCall')) throw new ConnectionBroke(`after ${label}`);
      return result;
    });
  const { outbox, deadLetters, processes } = real;
  const decide = (verdict: Verdict, number: number, decision: Decision): Promise<boolean> =>
    call(verdict, async () => {
      const isDone = await deadLetters[verdict](number, decision);
      const letter = await deadLetters.find(number);
      if (isDone && letter !== undefined) watch.decided(verdict, letter.message);
      return isDone;
    });
  return {
    ...real,
    migrate: () => call('migrate', () => real.migrate()),
    transaction: (work) => process.call('transaction', () => transact(real, process, { faults, watch, isDown, work })),
    outbox: {
      lease: (holder, now, leaseMs) =>
        call('lease', async () => {
          const lease = await outbox.lease(holder, now, leaseMs);
          if (lease !== undefined) watch.granted(lease);
          return lease;
        }),
      release: (lease) => call('release', () => outbox.release(lease)),
      claim: (lease, options) =>
        call('claim', async () => {
          const rows = await outbox.claim(lease, options);
          watch.claimed(rows);
          return rows;
        }),
      sent: (lease, positions, now) =>
        call('sent', async () => {
          await outbox.sent(lease, positions, now);
          watch.marked(lease, positions);
        }),
      failed: (lease, position, failure) =>
        call('failed', async () => {
          await outbox.failed(lease, position, failure);
          watch.marked(lease, []);
        }),
      figures: () => call('figures', () => outbox.figures()),
      waiting: (bounds) => call('waiting', () => outbox.waiting(bounds)),
      holder: () => call('holder', () => outbox.holder()),
      listSent: (query) => call('list sent', () => outbox.listSent(query)),
      resend: (positions, decision) => call('resend', () => outbox.resend(positions, decision)),
    },
    deadLetters: {
      list: (query) => call('list letters', () => deadLetters.list(query)),
      find: (number) => call('find letter', () => deadLetters.find(number)),
      figures: (limit) => call('letter figures', () => deadLetters.figures(limit)),
      replay: (number, decision) => decide('replay', number, decision),
      discard: (number, decision) => decide('discard', number, decision),
    },
    processes: {
      find: (name, key) => call('find process', () => processes.find(name, key)),
      due: (now, limit) => call('due processes', () => processes.due(now, limit)),
      list: (query) => call('list processes', () => processes.list(query)),
    },
    purge: (before, limit) => call('purge', () => real.purge(before, limit)),
  };
}

interface Attempt<Result> extends StoreFaults {
  readonly work: (transaction: MemoryTransaction) => Result | Promise<Result>;
}

/** A transaction as the database sees it: rolled back when its process dies in it. */
async function transact<Result>(
  real: MemoryStore,
  process: SimulatedProcess,
  { faults, watch, isDown, work }: Attempt<Result>,
) {
  const done: Committed = { saved: [], enqueued: [], admitted: [], buried: [] };
  const result = await real.transaction(async (transaction) => {
    if (process.isDead) return process.death;
    if (isDown()) throw new ConnectionBroke('before the transaction');
    const inside = statements(transaction, process, { faults, done });
    const value = await Promise.race([work(inside), process.death]);
    await Promise.race([process.step('commits'), process.death]);
    if (isDown() || faults.hits('beforeCommit')) throw new SerializationFailed('could not serialize access');
    if (faults.hits('ambiguousCommit')) throw new AmbiguousCommit('broke before the commit');
    return value;
  });
  watch.committed?.(done);
  for (const letter of done.buried) watch.buried(letter);
  if (faults.hits('ambiguousCommit')) throw new AmbiguousCommit('broke after the commit');
  return result;
}

function statements(
  transaction: MemoryTransaction,
  process: SimulatedProcess,
  { faults, done }: { readonly faults: Faults; readonly done: Committed },
): MemoryTransaction {
  const statement = async <Result>(label: string, work: () => Promise<Result>): Promise<Result> => {
    await process.step(label);
    if (faults.hits('statement')) throw new ConnectionBroke(`in ${label}`);
    return work();
  };
  return {
    connection: {
      get: (name) => transaction.connection.get(name),
      // What is left of a dead process in the queue of promises may still come here.
      set: (name, value) => {
        if (!process.isDead) transaction.connection.set(name, value);
      },
    },
    enqueue: (entry) =>
      statement('enqueue', () => {
        done.enqueued.push(entry.message);
        return transaction.enqueue(entry);
      }),
    admit: (claim) =>
      statement('admit', async () => {
        const admission = await transaction.admit(claim);
        if (admission === 'first') done.admitted.push(claim);
        return admission;
      }),
    bury: (letter) =>
      statement('bury', async () => {
        const isBuried = await transaction.bury(letter);
        if (isBuried) done.buried.push(letter);
        return isBuried;
      }),
    record: (entry) => statement('record', () => transaction.record(entry)),
    findProcess: (name, key) => statement('find process', () => transaction.findProcess(name, key)),
    saveProcess: (state) =>
      statement('save process', async () => {
        const isSaved = await transaction.saveProcess(state);
        if (isSaved) done.saved.push(structuredClone(state));
        return isSaved;
      }),
  };
}
