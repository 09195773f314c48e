import { createKafkaTransport, type KafkaDriver } from '@millwright/runtime/transports/kafka';
import { it } from 'vitest';
import { describeTransport } from './conformance.ts';
import { connectTransport, crash, startedServer } from './kafka-connections.ts';
import { poisonCase } from './poison.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport kafka: no broker (${server})`, () => {});
} else {
  describeTransport('kafka', {
    connect: async () => connectTransport(server),
    prefix: 'conformance',
    features: createKafkaTransport({ admin: () => ({}) } as unknown as KafkaDriver).features,
    crash,
  });
  poisonCase(async () => connectTransport(server));
}
