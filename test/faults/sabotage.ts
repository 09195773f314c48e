import type { BusConfig, Consumer } from '@millwright/runtime';
import { LeaseLost, type Outbox, type Store, type Transaction } from '@millwright/runtime/messaging';
import type { Sabotage } from './points.ts';

/** An outbox that refuses nobody, whatever has become of the lease. */
function unfenced(outbox: Outbox): Outbox {
  const allow = async <Result>(work: Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof LeaseLost) return otherwise;
      throw error;
    }
  };
  return {
    ...outbox,
    claim: (lease, options) => allow(outbox.claim(lease, options), []),
    sent: (lease, positions, now) => allow(outbox.sent(lease, positions, now), undefined),
    failed: (lease, position, failure) => allow(outbox.failed(lease, position, failure), undefined),
  };
}

/** An outbox whose rows count as sent when they are taken. */
function hasty(outbox: Outbox): Outbox {
  return {
    ...outbox,
    claim: async (lease, options) => {
      const rows = await outbox.claim(lease, options);
      await outbox.sent(
        lease,
        rows.map(({ position }) => position),
        options.now,
      );
      return rows;
    },
  };
}

/** A transaction that takes every message for a first one. */
function forgetful<Connection>(transaction: Transaction<Connection>): Transaction<Connection> {
  return {
    connection: transaction.connection,
    enqueue: (entry) => transaction.enqueue(entry),
    admit: async () => 'first',
    bury: (letter) => transaction.bury(letter),
    record: (entry) => transaction.record(entry),
    saveProcess: (state) => transaction.saveProcess(state),
    findProcess: (process, key) => transaction.findProcess(process, key),
  };
}

/** A store that breaks one promise. */
export function sabotagedStore<Connection>(
  store: Store<Connection>,
  sabotage: Sabotage | undefined,
): Store<Connection> {
  if (sabotage === 'no-inbox')
    return { ...store, transaction: (work) => store.transaction((transaction) => work(forgetful(transaction))) };
  if (sabotage === 'mark-before-publish') return { ...store, outbox: hasty(store.outbox) };
  if (sabotage === 'no-fence') return { ...store, outbox: unfenced(store.outbox) };
  return store;
}

/** A consumer that says it is done before it is. */
export function sabotagedConsumer(config: BusConfig, sabotage: Sabotage | undefined, ackMs: number): BusConfig {
  const { consumer } = config;
  if (sabotage !== 'ack-before-commit' || consumer === undefined) return config;
  const hasty: Consumer = {
    receive: async (delivery, task) => {
      await delivery.ack();
      await new Promise((resolve) => setTimeout(resolve, ackMs));
      return consumer.receive({ ...delivery, ack: async () => undefined, nack: async () => undefined }, task);
    },
  };
  return { ...config, consumer: hasty };
}
