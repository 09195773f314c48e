import { createKafkaTransport } from '@millwright/runtime/transports/kafka';
import { Admin, Consumer, Producer } from '@platformatic/kafka';
import { afterAll, describe, expect, it } from 'vitest';
import { startKafka } from '../services/kafka.ts';
import { examined, idsOf } from './run-doctor.ts';

const starting = startKafka().catch((error: unknown) => String(error));
afterAll(async () => {
  const server = await starting;
  if (typeof server !== 'string') await server.stop();
}, 60_000);

async function started(skip: (note: string) => never) {
  const server = await starting;
  if (typeof server === 'string') return skip(`no server (${server})`);
  const own = { clientId: 'doctor-test', bootstrapBrokers: [new URL(server.url).host] };
  return { url: server.url, own };
}

/** Topics of one test. */
const named = (name: string): string => `doctor-${name}-${crypto.randomUUID().slice(0, 8)}`;

describe('doctor and Kafka', () => {
  it('says what the topics of a transport keep, and what one broker cannot', async ({ skip }) => {
    const { url, own } = await started(skip);
    const topic = named('good');
    const target = `${url}?topic=${topic}`;
    const absent = await examined('--transport', target);
    expect([absent.status, absent.verdict]).toEqual([0, 'unknown']);
    expect(idsOf(absent, 'warning', 'error')).toEqual(['doctor/kafka-topic']);

    const driver = {
      producer: (settings: object) => new Producer({ ...settings, ...own }),
      consumer: (settings: object) => new Consumer({ ...settings, ...own, groupId: topic }),
      admin: (settings: object) => new Admin({ ...settings, ...own }),
    };
    const transport = createKafkaTransport(driver, { topic, createTopics: { partitions: 1 } });
    await transport.subscribe('lots', async (delivery) => delivery.ack(), { group: topic });
    await transport.publish('lots', {
      attributes: { id: '1', source: '/test', type: 'test' },
      data: new Uint8Array(1),
    });
    await transport.close();
    const found = await examined('--transport', target);
    expect([found.status, found.verdict]).toEqual([0, 'survives a process']);
    expect(found.reasons.map(({ id }) => id)).toEqual(['doctor/kafka-flush']);
    expect(idsOf(found, 'warning', 'error', 'unknown')).toEqual(['doctor/kafka-flush']);
    expect(idsOf(found, 'ok')).toEqual(expect.arrayContaining(['doctor/kafka-coordinator', 'doctor/kafka-in-sync']));
    expect((await examined('--transport', target, '--require', 'durable')).status).toBe(1);
  }, 120_000);

  it('calls topics durable that flush each message, and finds what is wrong with that of a route', async ({ skip }) => {
    const { url, own } = await started(skip);
    const [topic, routed] = [named('flushed'), named('routed')];
    const admin = new Admin(own);
    const make = (name: string, set: Readonly<Record<string, string>>): Promise<unknown> => {
      const configs = Object.entries(set).map(([setting, value]) => ({ name: setting, value }));
      return admin.createTopics({ topics: [name], partitions: 2, replicas: 1, configs });
    };
    await make(topic, { 'flush.messages': '1' });
    await make(`${topic}.dead-letters`, { 'flush.messages': '1', 'retention.ms': '-1' });
    const good = await examined('--transport', `${url}?topic=${topic}`, '--require', 'durable');
    expect([good.status, good.verdict, good.reasons]).toEqual([0, 'durable', []]);

    await make(routed, {
      ...{ 'cleanup.policy': 'compact,delete', 'retention.bytes': '1000000', 'max.message.bytes': '10000' },
      ...{ 'min.insync.replicas': '2', 'unclean.leader.election.enable': 'true' },
    });
    await admin.close();
    const bad = await examined('--transport', `${url}?topic=${topic}&topics=${routed}`);
    expect([bad.status, bad.verdict]).toEqual([1, 'not durable']);
    expect(idsOf(bad, 'error')).toEqual([
      ...['doctor/kafka-min-insync', 'doctor/kafka-cleanup-policy', 'doctor/kafka-retention'],
    ]);
    expect(idsOf(bad, 'warning')).toEqual([
      ...['doctor/kafka-flush', 'doctor/kafka-unclean-election', 'doctor/kafka-message-size'],
    ]);
    for (const { severity, found } of bad.checks) if (severity === 'error') expect(found).toContain(routed);
  }, 120_000);
});
