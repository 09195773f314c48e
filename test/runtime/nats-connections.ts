import type { Transport } from '@millwright/runtime';
import { createNatsTransport, type NatsDriver, type NatsTransportOptions } from '@millwright/runtime/transports/nats';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach } from 'vitest';
import { startNats } from '../services/nats.ts';
import type { Service } from '../services/service.ts';

/** The server of a test file, or the reason why there is none. */
export const startedServer = startNats().catch((error: unknown) => String(error));
afterAll(async () => {
  const server = await startedServer;
  if (typeof server === 'string') return;
  if (server.kill === undefined) await deleteStreams(server);
  await server.stop();
});

/** Streams and subjects of a server that is not ours stay apart from those of another run. */
export const run = `test-${crypto.randomUUID().slice(0, 8)}`;
export const open = new Map<Transport, NatsConnection>();
afterEach(async () => {
  await Promise.all([...open.values()].map((connection) => connection.close()));
  open.clear();
});

export const driverOf = (connection: NatsConnection): NatsDriver => ({
  connection,
  jetstream: jetstream(connection),
  headers,
});

export const connectTo = ({ url }: Service): Promise<NatsConnection> =>
  connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0 });

export async function connectTransport(service: Service, options: NatsTransportOptions = {}): Promise<Transport> {
  const connection = await connectTo(service);
  const transport = createNatsTransport(driverOf(connection), {
    ...{ stream: run, prefix: run, createStream: {}, ackWaitMs: 1_500, redeliveryDelayMs: 20 },
    ...options,
  });
  open.set(transport, connection);
  return transport;
}

/** A server that is somebody else's is left as it was. */
async function deleteStreams(service: Service): Promise<void> {
  const connection = await connectTo(service);
  const { streams } = await jetstreamManager(connection);
  for (const { config } of await streams.list().next())
    if (config.name.startsWith(run)) await streams.delete(config.name);
  await connection.close();
}
