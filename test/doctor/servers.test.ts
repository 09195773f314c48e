import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { readRabbitmqFacts } from '@millwright/runtime/doctor';
import { createRabbitmqTransport } from '@millwright/runtime/transports/rabbitmq';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connect as connectRabbitmq } from 'amqplib';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresFixture } from '../runtime/postgres-fixtures.ts';
import { startMosquitto } from '../services/mosquitto.ts';
import { startNats } from '../services/nats.ts';
import { freePort } from '../services/own-server.ts';
import { postgresMissing, startPostgres } from '../services/postgres.ts';
import { startRabbitmq } from '../services/rabbitmq.ts';
import type { Service } from '../services/service.ts';
import { examined, idsOf, runDoctor } from './run-doctor.ts';

const running = new Set<Service>();
afterAll(() => Promise.all([...running].map((service) => service.stop())), 60_000);

/** Stopped after the tests of this file; a machine without the server skips the test. */
async function started(service: Promise<Service>, skip: (note: string) => never): Promise<Service> {
  const server = await service.catch((error: unknown) => skip(`no server (${String(error)})`));
  running.add(server);
  return server;
}

const startedPostgres = async (setting: string): Promise<Service> => {
  const server = await startPostgres([setting]);
  running.add(server);
  return server;
};

describe.skipIf(postgresMissing !== undefined)(`doctor and PostgreSQL ${postgresMissing ?? ''}`, () => {
  it('calls one with its defaults durable, and finds what is wrong with the tables', async () => {
    const fixture = await postgresFixture();
    const target = `${fixture.url}?schema=plant`;
    try {
      const empty = await examined('--store', target);
      expect([empty.status, empty.verdict, empty.reasons]).toEqual([0, 'durable', []]);
      expect(idsOf(empty, 'info')).toContain('doctor/postgres-tables');

      const store = await fixture.open(fixture.pool, { schema: 'plant' });
      const fresh = await examined('--store', target);
      expect(idsOf(fresh, 'warning', 'error', 'unknown')).toEqual([]);
      expect(idsOf(fresh, 'ok')).toEqual(
        expect.arrayContaining(['doctor/postgres-tables', 'doctor/postgres-indexes', 'doctor/postgres-lag']),
      );

      const message = { attributes: { id: '1', source: '/test', type: 'test' }, data: new Uint8Array(1) };
      const now = Date.now() - 7_200_000;
      await store.transaction((inside) => inside.enqueue({ address: 'lots', message, priority: 5, now }));
      await fixture.pool.query('DROP INDEX plant.outbox_unsent; DELETE FROM plant.migrations WHERE number > 1');
      const late = await examined('--store', target);
      expect([late.status, late.verdict]).toEqual([1, 'durable']);
      expect(idsOf(late, 'error')).toEqual(['doctor/postgres-indexes']);
      expect(idsOf(late, 'warning')).toEqual(['doctor/postgres-tables', 'doctor/postgres-lag']);
      expect(late.checks.find(({ id }) => id === 'doctor/postgres-lag')?.found).toContain('2 h');

      await fixture.pool.query('ALTER TABLE plant.outbox SET UNLOGGED');
      expect((await examined('--store', target)).verdict).toBe('not durable');
    } finally {
      await fixture.close();
    }
  });

  it.each([
    ['fsync=off', 'survives a process', 'doctor/postgres-fsync'],
    ['synchronous_commit=off', 'not durable', 'doctor/postgres-synchronous-commit'],
    ['full_page_writes=off', 'survives a process', 'doctor/postgres-full-page-writes'],
  ] as const)('refuses the word durable with %s', async (setting, verdict, id) => {
    const { url } = await startedPostgres(setting);
    const found = await examined('--store', url);
    expect([found.status, found.verdict]).toEqual([1, verdict]);
    expect(idsOf(found, 'error')).toEqual([id]);
    expect(found.reasons.map((reason) => reason.id)).toEqual([id]);
  });

  it('sees what the user who asks has switched off, and says what that user may not read', async () => {
    const { url } = await startedPostgres('max_connections=11');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("CREATE ROLE hasty LOGIN PASSWORD 'hush-hush'; ALTER ROLE hasty SET synchronous_commit = off");
    await client.query('CREATE SCHEMA millwright; CREATE TABLE millwright.migrations (number integer)');
    await client.end();
    const hasty = Object.assign(new URL(url), { username: 'hasty', password: 'hush-hush' }).href;
    const found = await examined('--store', hasty);
    expect([found.status, found.verdict]).toEqual([1, 'not durable']);
    expect(idsOf(found, 'error')).toEqual(['doctor/postgres-synchronous-commit']);
    expect(idsOf(found, 'warning')).toEqual(['doctor/postgres-connections']);
    expect(idsOf(found, 'unknown')).toEqual(['doctor/postgres-tables']);
    expect(JSON.stringify(found)).not.toContain('hush-hush');
  });
});

describe('doctor and NATS', () => {
  it('refuses the word durable to a server that cannot sync always, and looks at stream and consumers', async ({
    skip,
  }) => {
    const monitor = await freePort();
    const { url } = await started(startNats({ settings: [`http: "127.0.0.1:${monitor}"`] }), skip);
    const target = `${url}?stream=plant&monitor=http://127.0.0.1:${monitor}`;
    const connection = await connectNats({ servers: url });
    const isOld = /^2\.[0-9]\./.test(connection.info?.version ?? '');
    const { streams, consumers } = await jetstreamManager(connection);
    await streams.add({ name: 'plant', subjects: ['plant.>'], discard: 'new' as never, max_bytes: 1e6 });
    const good = await examined('--transport', target);
    expect(good.status).toBe(1);
    expect(good.verdict).toBe(isOld ? 'not durable' : 'survives a process');
    expect(idsOf(good, 'error')).toEqual(isOld ? ['doctor/nats-version', 'doctor/nats-sync'] : ['doctor/nats-sync']);
    expect(idsOf(good, 'warning', 'unknown')).toEqual([]);

    await consumers.add('plant', { durable_name: 'tired', ack_policy: 'explicit' as never, max_deliver: 5 });
    await streams.update('plant', { discard: 'old' as never, max_age: 3_600e9, duplicate_window: 10e9 });
    const bad = await examined('--transport', target);
    expect(idsOf(bad, 'error')).toEqual(expect.arrayContaining(['doctor/nats-limits', 'doctor/nats-deliveries']));
    expect(idsOf(bad, 'warning')).toEqual(['doctor/nats-duplicate-window']);

    await streams.delete('plant');
    await streams.add({ name: 'plant', subjects: ['plant.>'], storage: 'memory' as never });
    const inMemory = await examined('--transport', target);
    expect(idsOf(inMemory, 'error')).toContain('doctor/nats-storage');
    expect(inMemory.verdict).toBe('not durable');
    await connection.close();
  });

  it('says that it cannot read sync_interval where no monitoring is named, and what no stream takes', async ({
    skip,
  }) => {
    const { url } = await started(startNats({ settings: ['max_payload: 1MB'] }), skip);
    const found = await examined('--transport', url);
    expect(idsOf(found, 'warning')).toEqual(['doctor/nats-stream']);
    expect(found.verdict).not.toBe('durable');
  });

  it('keeps a token out of what it says', async ({ skip }) => {
    const { url } = await started(startNats({ authorization: '{ token: "open-sesame" }' }), skip);
    const right = await runDoctor('--transport', url.replace('//', '//open-sesame@'));
    const wrong = await runDoctor('--transport', url.replace('//', '//shut-sesame@'));
    expect(right.stdout).toContain('JetStream is on');
    expect(wrong.stdout).toContain('doctor/reachable');
    expect(right.stdout + right.stderr + wrong.stdout + wrong.stderr).not.toContain('sesame');
  });
});

describe('doctor and RabbitMQ', () => {
  let rabbit: Promise<Service>;
  beforeAll(() => {
    rabbit = startRabbitmq();
    // Whoever awaits it is told.
    rabbit.catch(() => {});
  });

  it('calls one with quorum queues durable, and tells foreign dead letters', async ({ skip }) => {
    const { url } = await started(rabbit, skip);
    const connection = await connectRabbitmq(url);
    const transport = createRabbitmqTransport(connection, { exchange: 'plant' });
    await transport.subscribe('lots', async (delivery) => delivery.ack(), { group: 'mes' });
    const good = await examined('--transport', `${url}?exchange=plant`);
    expect([good.status, good.verdict]).toEqual([0, 'durable']);
    expect(idsOf(good, 'warning', 'error')).toEqual([]);
    expect(idsOf(good, 'unknown')).toEqual(['doctor/rabbitmq-delivery-limit']);
    expect(idsOf(good, 'ok')).toContain('doctor/rabbitmq-dead-letters');

    const channel = await connection.createChannel();
    await channel.assertQueue('other.dead-letters', { durable: true });
    const other = await examined('--transport', `${url}?exchange=other`);
    expect([other.status, other.verdict]).toEqual([1, 'unknown']);
    expect(idsOf(other, 'error')).toEqual(['doctor/rabbitmq-dead-letters']);
    await transport.close();
    await connection.close();
  }, 120_000);

  it('leaves no queue behind', async ({ skip }) => {
    const { url } = await started(rabbit, skip);
    const connection = await connectRabbitmq(url);
    const made: string[] = [];
    const facts = await readRabbitmqFacts({
      connection: connection.connection,
      on: (event, listener) => connection.on(event, listener),
      createConfirmChannel: async () => {
        const channel = await connection.createConfirmChannel();
        const { assertQueue } = channel;
        channel.assertQueue = (name, options) => {
          made.push(name ?? '');
          return assertQueue.call(channel, name, options);
        };
        return channel;
      },
    });
    expect(facts.queue).toEqual({ confirmed: true });
    expect(made).toHaveLength(1);
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    await expect(channel.checkQueue(made[0] ?? '')).rejects.toThrow('NOT_FOUND');
    await connection.close();
  });

  it('tells an alarm that blocks who publishes', async ({ skip }) => {
    const { url } = await started(startRabbitmq(['disk_free_limit.absolute = 900000GB']), skip);
    const found = await examined('--transport', url, '--timeout', '4000');
    expect([found.status, found.verdict]).toEqual([1, 'unknown']);
    expect(idsOf(found, 'error')).toEqual(['doctor/rabbitmq-alarm']);
    expect(found.checks.find(({ id }) => id === 'doctor/rabbitmq-alarm')?.found).toContain('disk');
  }, 120_000);
});

describe('doctor and mosquitto', () => {
  it('never calls it durable, and tells what it grants', async ({ skip }) => {
    const settings = ['max_qos 0', 'retain_available false', 'persistent_client_expiration 1d'];
    const { url } = await started(startMosquitto(settings), skip);
    const found = await examined('--transport', url);
    expect([found.status, found.verdict]).toEqual([1, 'not durable']);
    expect(idsOf(found, 'error')).toEqual(['doctor/mqtt-qos']);
    expect(idsOf(found, 'info')).toEqual(['doctor/mqtt-retain']);
  });

  it('passes it with a warning, since receipts make up for it, unless more is required', async ({ skip }) => {
    const { url } = await started(startMosquitto(), skip);
    const found = await examined('--transport', url);
    expect([found.status, found.verdict]).toEqual([0, 'not durable']);
    expect(idsOf(found, 'warning', 'error')).toEqual(['doctor/mqtt-receipts']);
    expect((await examined('--transport', url, '--require', 'process')).status).toBe(1);
  });
});

describe('doctor and a server that is no server', () => {
  const schemes = ['postgres', 'nats', 'amqp', 'mqtt', 'kafka'] as const;
  const flagOf = (scheme: string): string => (scheme === 'postgres' ? '--store' : '--transport');
  const addressOf = (scheme: string, port: number): string => `${scheme}://joe:hush-hush@127.0.0.1:${port}/`;

  it.each(schemes)('ends in time when a socket never answers: %s', async (scheme) => {
    const hung = createServer(() => {}).listen(0, '127.0.0.1');
    await once(hung, 'listening');
    const { port } = hung.address() as AddressInfo;
    const told = await runDoctor(flagOf(scheme), addressOf(scheme, port), '--timeout', '700');
    expect(told.status).toBe(1);
    expect(told.stdout).toContain('no answer within 700 ms');
    expect(told.tookMs).toBeLessThan(10_000);
    expect(told.stdout + told.stderr).not.toContain('hush');
    hung.close();
  });

  it.each(schemes)('tells that nobody is there: %s', async (scheme) => {
    const found = await examined(flagOf(scheme), addressOf(scheme, await freePort()));
    expect([found.status, found.verdict]).toEqual([1, 'unknown']);
    expect(found.checks.map(({ id }) => id)).toEqual(['doctor/reachable']);
    expect(found.reasons[0]?.found).toMatch(/refused/i);
  });

  it.each(schemes)('tells one that speaks something else: %s', async (scheme) => {
    const web = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    const { port } = web.address() as AddressInfo;
    const told = await runDoctor(flagOf(scheme), addressOf(scheme, port), '--timeout', '1500');
    expect(told.status).toBe(1);
    expect(told.stdout).toContain('doctor/reachable');
    expect(told.stderr).toBe('');
    web.close();
  });
});
