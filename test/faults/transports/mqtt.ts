import type { Transport } from '@millwright/runtime';
import { createMqttTransport } from '@millwright/runtime/transports/mqtt';
import { withReceipts } from '@millwright/runtime/transports/receipts';
import mqtt from 'mqtt';
import { groupOf, leaseMs, type Places, type Sabotage } from '../points.ts';

export async function open({ broker, run }: Places, sabotage?: Sabotage): Promise<Transport> {
  const transport = createMqttTransport(
    // Seconds between signs of life: without them nobody notices a connection that has fallen silent.
    (settings) => mqtt.connect(broker, { reconnectPeriod: 50, connectTimeout: 1_000, keepalive: 1, ...settings }),
    { instance: run, sessionExpiryMs: 3_600_000, timeoutMs: 1_000, redeliveryDelayMs: 20 },
  );
  if (sabotage === 'no-receipts') return transport;
  // A PUBACK of mosquitto says nothing about its disk, so a message counts as published when the consumer has confirmed it.
  return withReceipts(transport, { name: run, from: [groupOf(run)], timeoutMs: leaseMs - 100 });
}
