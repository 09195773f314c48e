import type { Transport } from '@millwright/runtime';
import { createMqttTransport, type MqttConnect, type MqttTransportOptions } from '@millwright/runtime/transports/mqtt';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach } from 'vitest';
import { startMosquitto } from '../services/mosquitto.ts';
import type { Service } from '../services/service.ts';

/** The server of a test file, or the reason why there is none. */
export const startedServer = startMosquitto().catch((error: unknown) => String(error));
afterAll(async () => {
  const server = await startedServer;
  if (typeof server !== 'string') await server.stop();
});

/** Topics and sessions of a server that is not ours stay apart from those of another run. */
export const run = `test-${crypto.randomUUID().slice(0, 8)}`;
const open = new Map<Transport, MqttClient[]>();
const plain: MqttClient[] = [];

/** Ends a connection as a crash does. */
const cut = (client: MqttClient): Promise<void> => client.endAsync(true);
afterEach(async () => {
  await Promise.all([...open.values(), plain].flat().map(cut));
  open.clear();
  plain.length = 0;
});

/** What a transport has under way at most of its publications, from now on. */
export function watchInFlight(transport: Transport): { readonly max: number } {
  const watch = { now: 0, max: 0 };
  for (const client of open.get(transport) ?? []) {
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'publish') watch.max = Math.max(watch.max, ++watch.now);
    });
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'puback') watch.now -= 1;
    });
  }
  return watch;
}

/** Ends the connections of a transport without a word. */
export async function crash(transport: Transport): Promise<void> {
  await Promise.all((open.get(transport) ?? []).map(cut));
}

/** Loses the connections of a transport, which it makes again. */
export function disconnect(transport: Transport): void {
  for (const client of open.get(transport) ?? []) client.stream.destroy();
}

export async function connectTransport({ url }: Service, options: MqttTransportOptions = {}): Promise<Transport> {
  const clients: MqttClient[] = [];
  const connect: MqttConnect = (settings) => {
    const client = mqtt.connect(url, { reconnectPeriod: 50, ...settings });
    clients.push(client);
    return client;
  };
  const transport = createMqttTransport(connect, {
    ...{ instance: run, sessionExpiryMs: 600_000, timeoutMs: 3_000, redeliveryDelayMs: 20 },
    ...options,
  });
  open.set(transport, clients);
  return transport;
}

/** A client that knows nothing of the transport. */
export async function connectTo({ url }: Service, protocolVersion: 4 | 5 = 5): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { protocolVersion, reconnectPeriod: 0 });
  plain.push(client);
  return client;
}
