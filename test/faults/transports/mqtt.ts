import type { Transport } from '@millwright/runtime';
import { createMqttTransport } from '@millwright/runtime/transports/mqtt';
import mqtt from 'mqtt';
import type { Places } from '../points.ts';

export async function open({ broker, run }: Places): Promise<Transport> {
  return createMqttTransport(
    // Seconds between signs of life: without them nobody notices a connection that has fallen silent.
    (settings) => mqtt.connect(broker, { reconnectPeriod: 50, connectTimeout: 1_000, keepalive: 1, ...settings }),
    { instance: run, sessionExpiryMs: 3_600_000, timeoutMs: 1_000, redeliveryDelayMs: 20 },
  );
}
