import type { Transport } from '@millwright/runtime';
import type { Service } from '../services/service.ts';
import type { DisturbanceName } from './disturbances.ts';
import type { Places, Sabotage } from './points.ts';

/** What carries the messages of a pair. What is loaded here is loaded by those who need it: a worker starts no server. */
export interface Broker {
  /** Starts its server, or rejects when there is none to be had. Absent where it is embedded. */
  readonly start?: () => Promise<Service>;
  /** How long it takes until what was declared survives a crash of it. */
  readonly settleMs?: number;
  /** How long after it was given an ack has reached the server. Default 0. */
  readonly ackMs?: number;
  /** Connects a process, which goes on trying while the server is away. */
  readonly open: (places: Places, sabotage: Sabotage | undefined) => Promise<Transport>;
}

/** A store and a transport, and what the run does to them. */
export interface Pair {
  readonly name: string;
  readonly title: string;
  readonly database: 'sqlite' | 'postgres';
  readonly broker: Broker;
  readonly sabotages: readonly Sabotage[];
  /** How often each has to happen, with 25 kills at each point. */
  readonly disturbances: Readonly<Partial<Record<DisturbanceName, number>>>;
}

const ofEvery = ['no-inbox', 'mark-before-publish', 'ack-before-commit', 'no-transaction'] as const;

/** What is done to a PostgreSQL, to a broker, and to the ways to them. */
const ofServers = {
  'database killed': 6,
  'commit lost': 12,
  'answer to a commit lost': 20,
  'database cut': 10,
  'database silent': 6,
  'broker killed': 4,
  'broker cut': 10,
  'broker silent': 6,
  'replies of the broker lost': 10,
  'relay paused': 10,
} as const;

const onPostgres = { database: 'postgres', sabotages: [...ofEvery, 'no-fence'], disturbances: ofServers } as const;

export const pairs: readonly Pair[] = [
  {
    ...{ name: 'sqlite', title: 'SQLite', database: 'sqlite', sabotages: ofEvery, disturbances: {} },
    broker: { open: async (places) => (await import('./transports/sqlite.ts')).open(places) },
  },
  {
    ...{ name: 'postgres+nats', title: 'PostgreSQL and NATS', ...onPostgres },
    broker: {
      start: async () => (await import('../services/nats.ts')).startNats(),
      open: async (places) => (await import('./transports/nats.ts')).open(places),
    },
  },
  {
    ...{ name: 'postgres+rabbitmq', title: 'PostgreSQL and RabbitMQ', ...onPostgres },
    broker: {
      start: async () => (await import('../services/rabbitmq.ts')).startRabbitmq(),
      // The list of its queues is written up to a second later, and one that is not in it is never started again.
      settleMs: 3_000,
      open: async (places) => (await import('./transports/rabbitmq.ts')).open(places),
    },
  },
  {
    ...{ name: 'postgres+mqtt', title: 'PostgreSQL and MQTT with receipts', ...onPostgres },
    sabotages: [...onPostgres.sabotages, 'no-receipts'],
    broker: {
      // As it is by default: it writes every half an hour, and forgets in a crash what it has acknowledged.
      start: async () =>
        (await import('../services/mosquitto.ts')).startMosquitto([
          'autosave_on_changes false',
          'autosave_interval 1800',
        ]),
      open: async (places, sabotage) => (await import('./transports/mqtt.ts')).open(places, sabotage),
    },
  },
  {
    ...{ name: 'postgres+kafka', title: 'PostgreSQL and Kafka', ...onPostgres },
    broker: {
      // Offsets are committed ten times a second.
      ackMs: 150,
      start: async () => (await import('../services/kafka.ts')).startKafka(),
      open: async (places) => (await import('./transports/kafka.ts')).open(places),
    },
  },
];

export function pairOf(name: string): Pair {
  const pair = pairs.find((one) => one.name === name);
  if (pair === undefined) throw new Error(`no pair ${name}: ${pairs.map((one) => one.name).join(', ')}`);
  return pair;
}
