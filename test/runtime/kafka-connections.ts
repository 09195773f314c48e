import type { Transport } from '@millwright/runtime';
import {
  createKafkaTransport,
  type KafkaDriver,
  type KafkaTransportOptions,
} from '@millwright/runtime/transports/kafka';
import { Admin, Base, Consumer, type Message as KafkaMessage, Producer } from '@platformatic/kafka';
import { afterAll, afterEach } from 'vitest';
import { startKafka } from '../services/kafka.ts';
import type { Service } from '../services/service.ts';

/** The broker of a test file, or the reason why there is none. */
export const startedServer = startKafka().catch((error: unknown) => String(error));
afterAll(async () => {
  const server = await startedServer;
  if (typeof server === 'string') return;
  if (server.kill === undefined) await deleteAll(server);
  await server.stop();
}, 60_000);

/** Topics and groups of a broker that is not ours stay apart from those of another run. */
export const run = `test-${crypto.randomUUID().slice(0, 8)}`;
const open = new Map<Transport, Connection>();
afterEach(async () => {
  // A handler of a test may never end.
  for (const transport of open.keys()) void transport.close();
  await Promise.all([...open.values()].map((connection) => connection.crash()));
  open.clear();
});

interface Connection {
  readonly driver: KafkaDriver;
  readonly crash: () => Promise<void>;
}

export const clientOf = ({ url }: Service) => ({
  clientId: run,
  bootstrapBrokers: [new URL(url).host],
  connectTimeout: 2_000,
});

/** A driver whose clients can be ended as a crash ends them: without a word to the broker, and without new ones. */
export function driverOf(service: Service): Connection {
  const clients: Base[] = [];
  let isCrashed = false;
  const keep = <Client extends Base>(client: Client): Client => {
    if (isCrashed) throw new Error('the process has crashed');
    clients.push(client);
    return client;
  };
  const own = clientOf(service);
  return {
    driver: {
      producer: (settings) => keep(new Producer({ ...settings, ...own })),
      consumer: (settings) => keep(new Consumer({ ...settings, ...own })),
      admin: (settings) => keep(new Admin({ ...settings, ...own })),
    },
    crash: async () => {
      isCrashed = true;
      await Promise.all(clients.map((client) => Base.prototype.close.call(client)));
    },
  };
}

export function connectTransport(
  service: Service,
  options: KafkaTransportOptions = {},
  connection = driverOf(service),
): Transport {
  const transport = createKafkaTransport(connection.driver, {
    ...{ topic: run, createTopics: { partitions: 3 }, redeliveryDelayMs: 20, sessionTimeoutMs: 6_000 },
    ...options,
  });
  open.set(transport, connection);
  return transport;
}

export const crash = async (transport: Transport): Promise<void> => open.get(transport)?.crash();

/** A broker that is somebody else's is left as it was. */
async function deleteAll(service: Service): Promise<void> {
  const admin = new Admin(clientOf(service));
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(run));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.close();
}

/** What is in a topic, read by the plain client until `count` messages are there. */
export async function stored(service: Service, topic: string, count: number): Promise<readonly KafkaMessage[]> {
  const consumer = new Consumer({ ...clientOf(service), groupId: `${run}-${crypto.randomUUID()}` });
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false, maxWaitTime: 100 });
  const messages: KafkaMessage[] = [];
  for await (const message of stream) {
    messages.push(message);
    if (messages.length >= count) break;
  }
  await consumer.close(true);
  return messages;
}

export type Headers = readonly (readonly [string, string])[];
export const headersOf = ({ headers }: Pick<KafkaMessage, 'headers'>): Headers =>
  [...headers].map(([name, value]) => [String(name), String(value)] as const);

/** Topic of one test, of so many partitions. */
export const own = (name: string, partitions: number) => ({ topic: `${run}.${name}`, createTopics: { partitions } });
export const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));
