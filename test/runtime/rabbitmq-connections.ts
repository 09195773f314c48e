import type { Transport } from '@millwright/runtime';
import { createRabbitmqTransport, type RabbitmqTransportOptions } from '@millwright/runtime/transports/rabbitmq';
import { connect, type GetMessage, type RecoveringChannelModel } from 'amqplib';
import { afterAll, afterEach } from 'vitest';
import { startRabbitmq } from '../services/rabbitmq.ts';
import type { Service } from '../services/service.ts';

/** The server of a test file, or the reason why there is none. */
export const startedServer = startRabbitmq().catch((error: unknown) => String(error));
afterAll(async () => {
  const server = await startedServer;
  if (typeof server === 'string') return;
  if (server.kill === undefined) await deleteAll(server);
  await server.stop();
}, 60_000);

/** Exchanges and queues of a server that is not ours stay apart from those of another run. */
export const run = `test-${crypto.randomUUID().slice(0, 8)}`;
export const open = new Map<Transport, RecoveringChannelModel>();
const connections: RecoveringChannelModel[] = [];
/** Queues that the transports of this file have declared. */
export const queues = new Set<string>();
afterEach(async () => {
  // A handler of a test may never end.
  for (const transport of open.keys()) void transport.close();
  open.clear();
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

export async function connectTo({ url }: Service): Promise<RecoveringChannelModel> {
  const connection = await connect(url, { recovery: { initialDelay: 50, maxDelay: 200 } });
  connection.on('error', () => {});
  connections.push(connection);
  return connection;
}

export async function connectTransport(service: Service, options: RabbitmqTransportOptions = {}): Promise<Transport> {
  const connection = await connectTo(service);
  const transport = createRabbitmqTransport(
    {
      createConfirmChannel: () => connection.createConfirmChannel(),
      createChannel: async () => {
        const channel = await connection.createChannel();
        const { assertQueue } = channel;
        channel.assertQueue = async (name, settings) => {
          queues.add(name ?? '');
          return assertQueue.call(channel, name, settings);
        };
        return channel;
      },
    },
    { exchange: run, redeliveryDelayMs: 20, ...options },
  );
  open.set(transport, connection);
  return transport;
}

/** A queue of the plain driver with what the exchange takes for a routing key, from now on. */
export async function tap(service: Service, key: string): Promise<() => Promise<GetMessage | false>> {
  const channel = await (await connectTo(service)).createChannel();
  await channel.assertExchange(run, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, run, key);
  return () => channel.get(queue, { noAck: true });
}

/** A server that is somebody else's is left as it was. */
async function deleteAll(service: Service): Promise<void> {
  const connection = await connectTo(service);
  const channel = await connection.createChannel();
  for (const queue of queues) await channel.deleteQueue(queue);
  for (const exchange of [run, `${run}.dead-letters`]) await channel.deleteExchange(exchange);
  await connection.close();
}
