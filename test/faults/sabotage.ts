import type { BusConfig, Consumer } from '@millwright/runtime';
import type { Store, Transaction } from '@millwright/runtime/messaging';
import type { Sabotage } from './points.ts';

/** A store that breaks one promise. */
export function sabotagedStore<Connection>(
  store: Store<Connection>,
  sabotage: Sabotage | undefined,
): Store<Connection> {
  if (sabotage === 'no-inbox') {
    const forgetful = (transaction: Transaction<Connection>): Transaction<Connection> => ({
      connection: transaction.connection,
      enqueue: (entry) => transaction.enqueue(entry),
      admit: async () => 'first',
      bury: (letter) => transaction.bury(letter),
      record: (entry) => transaction.record(entry),
      saveProcess: (state) => transaction.saveProcess(state),
      findProcess: (process, key) => transaction.findProcess(process, key),
    });
    return { ...store, transaction: (work) => store.transaction((transaction) => work(forgetful(transaction))) };
  }
  if (sabotage === 'mark-before-publish') {
    const { outbox } = store;
    return {
      ...store,
      outbox: {
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
      },
    };
  }
  return store;
}

/** A consumer that says it is done before it is. */
export function sabotagedConsumer(config: BusConfig, sabotage: Sabotage | undefined): BusConfig {
  const { consumer } = config;
  if (sabotage !== 'ack-before-commit' || consumer === undefined) return config;
  const hasty: Consumer = {
    receive: async (delivery, task) => {
      await delivery.ack();
      return consumer.receive({ ...delivery, ack: async () => undefined, nack: async () => undefined }, task);
    },
  };
  return { ...config, consumer: hasty };
}
