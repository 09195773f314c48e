import type { BusConfig, Consumer, Delivery, Transport } from '@millwright/runtime';
import {
  AmbiguousCommit,
  type Clock,
  type Lease,
  type ProcessState,
  type Store,
  type Transaction,
} from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import type { Settings } from './plan.ts';

/** What breaks when one law is not kept, and within how many seeds the run has to notice. */
export const mutations = {
  'no-inbox': 20,
  'mark-before-publish': 20,
  'ack-before-commit': 20,
  'no-transaction': 20,
  'publish-before-commit': 20,
  'ignore-lease-token': 50,
  'short-dedupe-window': 20,
  'skip-failed-row': 50,
  'trust-ambiguous-commit': 50,
  'ack-failures': 20,
  'one-lane-for-all': 20,
  // About one seed in sixteen has a lane that fails long enough beside a sound one.
  'one-at-a-time': 100,
  'altered-dead-letter': 20,
  'no-receipts': 50,
  'call-without-key': 20,
  'state-apart-from-sends': 20,
  'forget-early-message': 20,
  'ignore-version': 20,
} as const;

export type Mutation = keyof typeof mutations;

type MemoryStore = Store<MemoryConnection>;

/** A transaction of which one step is done otherwise. */
const altered = <Connection>(
  transaction: Transaction<Connection>,
  change: Partial<Transaction<Connection>>,
): Transaction<Connection> => ({ ...transaction, ...change });

/** A store that breaks one law; `now` is the true time. */
export function sabotagedStore(store: MemoryStore, mutation: Mutation | undefined): MemoryStore {
  const { outbox } = store;
  const inside = (change: (transaction: Transaction<MemoryConnection>) => Partial<Transaction<MemoryConnection>>) => ({
    ...store,
    transaction: <Result>(work: (transaction: Transaction<MemoryConnection>) => Result | Promise<Result>) =>
      store.transaction((transaction) => work(altered(transaction, change(transaction)))),
  });
  switch (mutation) {
    case 'no-inbox':
      return inside(() => ({ admit: async () => 'first' }));
    case 'altered-dead-letter':
      return inside((transaction) => ({
        bury: (letter) => {
          const text = `${new TextDecoder().decode(letter.message.data)} `;
          return transaction.bury({ ...letter, message: { ...letter.message, data: new TextEncoder().encode(text) } });
        },
      }));
    case 'mark-before-publish':
      return {
        ...store,
        outbox: {
          ...outbox,
          claim: async (lease, options) => {
            const rows = await outbox.claim(lease, options);
            const positions = rows.map(({ position }) => position);
            if (rows.length > 0) await outbox.sent(lease, positions, options.now);
            return rows;
          },
        },
      };
    case 'skip-failed-row':
      return skippingFailedRows(store);
    case 'state-apart-from-sends':
      return savingApart(store);
    case 'forget-early-message':
      return inside((transaction) => ({ saveProcess: (state) => transaction.saveProcess(withoutEarly(state)) }));
    case 'ignore-version':
      return inside((transaction) => ({
        saveProcess: async (state) => {
          const found = await transaction.findProcess(state.process, state.key);
          return transaction.saveProcess({ ...state, version: (found?.version ?? 0) + 1 });
        },
      }));
    case 'trust-ambiguous-commit':
      return { ...store, transaction: trusting(store) };
    default:
      return store;
  }
}

/** Where a transaction sends, the state of a process is saved after it. */
function savingApart(store: MemoryStore): MemoryStore {
  return {
    ...store,
    transaction: async (work) => {
      const states: ProcessState[] = [];
      let isSending = false;
      const result = await store.transaction((transaction) => {
        const enqueue: typeof transaction.enqueue = (entry) => {
          isSending = true;
          return transaction.enqueue(entry);
        };
        const saveProcess = async (state: ProcessState): Promise<boolean> =>
          isSending ? states.push(state) > 0 : transaction.saveProcess(state);
        return work(altered(transaction, { enqueue, saveProcess }));
      });
      for (const state of states) await store.transaction((transaction) => transaction.saveProcess(state));
      return result;
    },
  };
}

/** A run, or a mailbox, without the messages for which no step waits yet. */
function withoutEarly(row: ProcessState): ProcessState {
  const state = row.state as object;
  return { ...row, state: { ...state, ...('early' in state ? { early: [] } : { inbox: [] }) } };
}

/** While one row of a lane waits for its next try, those after it go. */
function skippingFailedRows(store: MemoryStore): MemoryStore {
  const { outbox } = store;
  const waits = new Map<number, number>();
  return {
    ...store,
    outbox: {
      ...outbox,
      failed: async (_, position, { dueAt }) => void waits.set(position, dueAt),
      claim: async (lease, options) => {
        const rows = await outbox.claim(lease, { ...options, limit: 1_000 });
        return rows.filter(({ position }) => (waits.get(position) ?? 0) <= options.now).slice(0, options.limit);
      },
    },
  };
}

/** Takes a commit that may have failed for one that has not. */
const trusting =
  (store: MemoryStore): MemoryStore['transaction'] =>
  async <Result>(work: (transaction: Transaction<MemoryConnection>) => Result | Promise<Result>) => {
    let result: { readonly value: Result } | undefined;
    try {
      return await store.transaction(async (transaction) => {
        const value = await work(transaction);
        result = { value };
        return value;
      });
    } catch (error) {
      if (error instanceof AmbiguousCommit && result !== undefined) return result.value;
      throw error;
    }
  };

/** The database itself forgets to look at the token: whoever asks may mark. */
export function sabotagedDatabase(store: MemoryStore, mutation: Mutation | undefined): MemoryStore {
  if (mutation !== 'ignore-lease-token') return store;
  const { outbox } = store;
  let latest: Lease | undefined;
  return {
    ...store,
    outbox: {
      ...outbox,
      lease: async (holder, now, leaseMs) => {
        const lease = await outbox.lease(holder, now, leaseMs);
        latest = lease ?? latest;
        return lease;
      },
      claim: (lease, options) => outbox.claim(latest ?? lease, options),
      sent: (lease, positions, now) => outbox.sent(latest ?? lease, positions, now),
      failed: (lease, position, failure) => outbox.failed(latest ?? lease, position, failure),
    },
  };
}

/** A transport that breaks one law. */
export function sabotagedTransport(transport: Transport, mutation: Mutation | undefined): Transport {
  if (mutation !== 'one-lane-for-all') return transport;
  return {
    ...transport,
    publish: (address, message) => transport.publish(address, { ...message, partitionKey: 'all' }),
  };
}

export function sabotagedSettings(settings: Settings, mutation: Mutation | undefined): Settings {
  return mutation === 'short-dedupe-window' ? { ...settings, dedupeMs: 1 } : settings;
}

/** A consumer that says it is done when it is not. */
export function sabotagedConsumer(config: BusConfig, mutation: Mutation | undefined, clock: Clock): BusConfig {
  const { consumer } = config;
  if (consumer === undefined) return config;
  const alter = (receive: Consumer['receive']): BusConfig => ({ ...config, consumer: { receive } });
  if (mutation === 'ack-before-commit')
    return alter(async (delivery, task) => {
      await delivery.ack();
      return consumer.receive({ ...delivery, ack: async () => undefined, nack: async () => undefined }, task);
    });
  if (mutation === 'ack-failures')
    return alter((delivery, task) => consumer.receive({ ...delivery, nack: () => delivery.ack() }, task));
  if (mutation === 'one-at-a-time') return alter(inTurn(consumer, clock));
  return config;
}

/** Whatever its lane, a message waits until the one before it is done with, its pauses included. */
function inTurn(consumer: Consumer, clock: Clock): Consumer['receive'] {
  let turn: Promise<unknown> = Promise.resolve();
  return (delivery, task) => {
    const patient: Delivery = {
      ...delivery,
      nack: async (options) => {
        await clock.sleep(options?.delayMs ?? 0);
        return delivery.nack({ ...options, delayMs: 0 });
      },
    };
    const received = turn.then(() => consumer.receive(patient, task));
    turn = received.catch(() => undefined);
    return received;
  };
}
