import type { Transport } from '@millwright/runtime';
import { createRabbitmqTransport } from '@millwright/runtime/transports/rabbitmq';
import { connect } from 'amqplib';
import type { Places } from '../points.ts';

export async function open({ broker, run }: Places): Promise<Transport> {
  // Seconds between signs of life: without them nobody notices a connection that has fallen silent.
  const url = `${broker}?heartbeat=1`;
  const connection = await connect(url, { recovery: { initialDelay: 50, maxDelay: 200, waitForConnect: false } });
  connection.on('error', () => undefined);
  return createRabbitmqTransport(connection, { exchange: run, timeoutMs: 1_000, redeliveryDelayMs: 20 });
}
