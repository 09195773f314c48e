import type { Transport } from '@millwright/runtime';
import { createNatsTransport } from '@millwright/runtime/transports/nats';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import type { Places } from '../points.ts';

export async function open({ broker, run }: Places): Promise<Transport> {
  const connection = await connect({
    ...{ servers: broker, ignoreClusterUpdates: true },
    ...{ waitOnFirstConnect: true, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0 },
    // Nobody else notices a connection that has fallen silent.
    ...{ pingInterval: 500, maxPingOut: 2 },
  });
  return createNatsTransport(
    { connection, jetstream: jetstream(connection), headers },
    {
      ...{ stream: run, prefix: run, createStream: {} },
      ...{ ackWaitMs: 600, publishTimeoutMs: 1_000, redeliveryDelayMs: 20 },
    },
  );
}
