import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '@millwright/runtime';
import { createNatsTransport } from '@millwright/runtime/transports/nats';
import { eventually } from '@millwright/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, createInbox, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { driverOf } from '../runtime/nats-connections.ts';
import { bytes, event, text } from '../runtime/small-events.ts';
import { startNats } from '../services/nats.ts';
import type { Service } from '../services/service.ts';
import { canonical, type Event, eventsOf, fileOf, type Identity, identities, names } from './register.ts';

const started = await start().catch((error: unknown) => String(error));
const open: NatsConnection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});
afterAll(async () => {
  if (typeof started !== 'string') await started.stop();
});

/** A server with the users that were generated, and one who may do everything. */
async function start(): Promise<Service> {
  const passwords = Object.values(identities).map((role) => `PL01_${role.toUpperCase()}_SECRET: "${role}"`);
  const users = (await fileOf('nats.conf')).replace(/\]\s*$/, '  { user: "operator", password: "operator" }\n]\n');
  const service = await startNats({ authorization: `{\n${users}}`, settings: passwords });
  const operator = await connect({ servers: service.url, user: 'operator', pass: 'operator' });
  await (await jetstreamManager(operator)).streams.add({ name: 'millwright', subjects: ['PL01.>', 'other.>'] });
  await operator.close();
  return service;
}

async function connectAs(
  service: Service,
  user: Identity | 'operator',
  inboxPrefix = `_INBOX.${user}`,
): Promise<NatsConnection> {
  const pass = user === 'operator' ? user : identities[user];
  const connection = await connect({ servers: service.url, user, pass, inboxPrefix, reconnect: false });
  open.push(connection);
  return connection;
}

async function transportOf(service: Service, user: Identity) {
  return createNatsTransport(driverOf(await connectAs(service, user)), { redeliveryDelayMs: 20 });
}

/** What a bare client is told when it asks for something, without waiting for an answer that does not come. */
async function asks(connection: NatsConnection, subject: string, body: object | string = ''): Promise<string> {
  const data = typeof body === 'string' ? body : JSON.stringify(body);
  return connection.request(subject, data, { timeout: 700 }).then(
    (answer) => new TextDecoder().decode(answer.data),
    (error: unknown) => String(error),
  );
}

/** A few events, chosen so that every identity has some that it may and some that it may not. */
const sample = [
  'PL01/production/work-order/released/v1',
  'PL01/quality/hold/placed/v1',
  'PL01/production/machine/event/v1',
];

if (typeof started === 'string') {
  it.skip(`permissions of nats: no server (${started})`, () => {});
} else {
  const service = started;
  describe.each(sample)('%s', (address) => {
    const eventOf = async (): Promise<Event> =>
      (await eventsOf(await canonical())).find((one) => one.address === address) as Event;
    it('is published by whom it may, and by nobody else', async () => {
      const { publishers } = await eventOf();
      for (const name of names) {
        const began = Date.now();
        const outcome = await (await transportOf(service, name)).publish(address, event('x')).then(() => '', String);
        expect([name, outcome === '']).toEqual([name, publishers.includes(name)]);
        if (outcome !== '') expect(outcome).toMatch(/permissions violation/i);
        expect(Date.now() - began).toBeLessThan(2_000);
      }
    });

    it('is received by whom it may, again after a nack and after a restart, and by nobody else', async () => {
      const { publishers, consumers } = await eventOf();
      const from = await transportOf(service, publishers[0] as Identity);
      for (const name of names) {
        const got: string[] = [];
        const handle = async (delivery: Delivery): Promise<void> => {
          got.push(text(delivery));
          await (got.length === 1 ? delivery.nack() : delivery.ack());
        };
        const first = await transportOf(service, name);
        const began = Date.now();
        const subscribed = await first.subscribe(address, handle, { group: name }).then(() => '', String);
        expect([name, subscribed === '']).toEqual([name, consumers.includes(name)]);
        expect(Date.now() - began).toBeLessThan(2_000);
        if (subscribed !== '') expect(subscribed).toMatch(/permissions violation/i);
        if (subscribed !== '') continue;
        await from.publish(address, event(`${name} 1`));
        await eventually('the second delivery', () => got.length === 2);
        await first.close();
        await from.publish(address, event(`${name} 2`));
        await (await transportOf(service, name)).subscribe(address, handle, { group: name });
        await eventually('what came meanwhile', () => got.length === 3);
        expect(got).toEqual([`${name} 1`, `${name} 1`, `${name} 2`]);
      }
    });
  });

  it('somebody else is not let in', async () => {
    const refused = [
      {},
      { user: 'svc-unknown', pass: 'x' },
      { user: 'svc-mes-pl01' },
      { user: 'svc-mes-pl01', pass: '' },
    ];
    for (const who of refused)
      await expect(connect({ servers: service.url, ...who, reconnect: false })).rejects.toThrow(
        /authorization violation/i,
      );
  });

  it('without its secrets the server does not start', async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-nats-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'nats.conf'), await fileOf('nats.conf'));
    writeFileSync(join(folder, 'server.conf'), 'authorization { include "nats.conf" }\n');
    const env = { PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };
    const secrets = Object.values(identities).map((role) => [`PL01_${role.toUpperCase()}_SECRET`, role]);
    const test = (more: object) =>
      spawnSync('nats-server', ['-t', '-c', join(folder, 'server.conf')], {
        env: { ...env, ...more },
        encoding: 'utf8',
      });
    expect(test({})).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/variable reference for 'PL01_[A-Z]+_SECRET'/),
    });
    expect(test(Object.fromEntries(secrets))).toMatchObject({ status: 0 });
  });

  describe('a bare client of analytics', () => {
    const released = 'PL01.production.work-order.released.v1';
    const allowed = 'PL01.production.machine.event.v1';
    /** Its own consumer of machine events, as it was generated. */
    const ownConsumer = async (): Promise<string> => {
      const match =
        /CREATE\.millwright\.(svc-analytics-pl01-[A-Za-z0-9-]+)\.PL01\.production\.machine\.event\.v1"/.exec(
          await fileOf('nats.conf'),
        );
      return match?.[1] ?? '';
    };

    it("listens to no subject, and to nobody else's answers", async () => {
      const connection = await connectAs(service, 'svc-analytics-pl01');
      const heard: string[] = [];
      const refusals: string[] = [];
      void (async () => {
        for await (const status of connection.status())
          if (status.type === 'error') refusals.push(String(status.error));
      })();
      for (const subject of ['>', 'PL01.>', released, allowed, '_INBOX.>', '_INBOX.svc-mes-pl01.>', '$JS.>'])
        connection.subscribe(subject, {
          callback: (error, { subject } = { subject: '' } as never) => void (error ?? heard.push(subject)),
        });
      await connection.flush();
      await (await transportOf(service, 'svc-odoo-pl01')).publish(
        'PL01/production/work-order/released/v1',
        event('secret'),
      );
      await (await transportOf(service, 'svc-mes-pl01')).publish('PL01/production/machine/event/v1', event('open'));
      await eventually('the refusals', () => refusals.length === 7);
      expect(heard).toEqual([]);
    });

    it('reads nothing of the stream, and changes nothing there', async () => {
      const connection = await connectAs(service, 'svc-analytics-pl01');
      const own = await ownConsumer();
      const mes = /MSG\.NEXT\.millwright\.(svc-mes-pl01-[A-Za-z0-9-]+)"/.exec(await fileOf('nats.conf'))?.[1] ?? '';
      const config = { ack_policy: 'explicit', durable_name: own, name: own, filter_subject: allowed };
      const create = (more: object) => ({ stream_name: 'millwright', action: '', config: { ...config, ...more } });
      for (const [subject, body] of [
        ['$JS.API.INFO', ''],
        ['$JS.API.STREAM.NAMES', ''],
        ['$JS.API.STREAM.INFO.millwright', ''],
        ['$JS.API.STREAM.MSG.GET.millwright', { last_by_subj: released }],
        ['$JS.API.DIRECT.GET.millwright', { last_by_subj: released }],
        [`$JS.API.DIRECT.GET.millwright.${released}`, ''],
        ['$JS.API.STREAM.PURGE.millwright', ''],
        ['$JS.API.STREAM.DELETE.millwright', ''],
        [`$JS.API.STREAM.SNAPSHOT.millwright`, { deliver_subject: createInbox('_INBOX.svc-analytics-pl01') }],
        ['$JS.API.STREAM.CREATE.copy', { name: 'copy', sources: [{ name: 'millwright' }] }],
        ['$JS.API.CONSUMER.NAMES.millwright', ''],
        ['$JS.API.CONSUMER.CREATE.millwright', create({ filter_subject: released })],
        [`$JS.API.CONSUMER.DURABLE.CREATE.millwright.${own}`, create({ filter_subject: released })],
        [`$JS.API.CONSUMER.CREATE.millwright.${own}.${released}`, create({ filter_subject: released })],
        [`$JS.API.CONSUMER.CREATE.millwright.${mes}.${allowed}`, create({})],
        [`$JS.API.CONSUMER.MSG.NEXT.millwright.${mes}`, { batch: 1, expires: 100_000_000 }],
        [`$JS.API.CONSUMER.DELETE.millwright.${mes}`, ''],
      ] as const)
        expect([subject, await asks(connection, subject, body)]).toEqual([
          subject,
          expect.stringMatching(/permissions violation/i),
        ]);
    });

    it('gets by its own consumer what it was made for, whatever its request says', async () => {
      const connection = await connectAs(service, 'svc-analytics-pl01');
      const own = await ownConsumer();
      const subject = `$JS.API.CONSUMER.CREATE.millwright.${own}.${allowed}`;
      const config = { ack_policy: 'explicit', durable_name: own, name: own };
      for (const wrong of [
        { filter_subject: released },
        { filter_subject: 'PL01.>' },
        { filter_subjects: [released] },
        {},
      ]) {
        const answer = await asks(connection, subject, { stream_name: 'millwright', config: { ...config, ...wrong } });
        expect([wrong, JSON.parse(answer)]).toEqual([wrong, expect.objectContaining({ error: expect.anything() })]);
      }
    });

    it('neither stores nor changes anything by having its messages delivered elsewhere', async () => {
      const { consumers, streams } = await jetstreamManager(await connectAs(service, 'operator'));
      const connection = await connectAs(service, 'svc-analytics-pl01');
      const mes = await transportOf(service, 'svc-mes-pl01');
      const own = await ownConsumer();
      const count = async () => (await streams.info('millwright')).state.messages;
      for (const subject of [
        released,
        'other.thing',
        '$JS.API.STREAM.PURGE.millwright',
        '$JS.API.STREAM.DELETE.millwright',
      ]) {
        await consumers.delete('millwright', own).catch(() => undefined);
        const config = {
          ack_policy: 'explicit',
          durable_name: own,
          name: own,
          filter_subject: allowed,
          deliver_policy: 'new',
        };
        const create = `$JS.API.CONSUMER.CREATE.millwright.${own}.${allowed}`;
        await asks(connection, create, { stream_name: 'millwright', config: { ...config, deliver_subject: subject } });
        const before = await count();
        await mes.publish('PL01/production/machine/event/v1', event('pushed'));
        await consumers.delete('millwright', own).catch(() => undefined);
        await asks(connection, create, { stream_name: 'millwright', config });
        await mes.publish('PL01/production/machine/event/v1', event('pulled'));
        connection.publish(`$JS.API.CONSUMER.MSG.NEXT.millwright.${own}`, '{"batch":1,"no_wait":true}', {
          reply: subject,
        });
        await connection.flush();
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect([subject, await count()]).toEqual([subject, before + 2]);
      }
      await consumers.delete('millwright', own);
    });

    it('publishes nothing', async () => {
      const operator = await connectAs(service, 'operator');
      const { streams } = await jetstreamManager(operator);
      const before = (await streams.info('millwright')).state.messages;
      const connection = await connectAs(service, 'svc-analytics-pl01');
      for (const subject of [released, allowed, 'other.thing', 'PL01.analytics.kpi.consolidated.v1'])
        expect([subject, await asks(connection, subject, 'forged')]).toEqual([
          subject,
          expect.stringMatching(/permissions violation/i),
        ]);
      connection.publish(released, bytes('forged'));
      await connection.flush();
      expect((await streams.info('millwright')).state.messages).toBe(before);
    });

    it('with the inbox of everybody gets no answer, instead of all of them', async () => {
      const connection = await connectAs(service, 'svc-analytics-pl01', '_INBOX');
      const transport = createNatsTransport(driverOf(connection));
      await expect(
        transport.subscribe('PL01/production/machine/event/v1', async () => {}, { group: 'svc-analytics-pl01' }),
      ).rejects.toThrow();
    });
  });

  it('a group of somebody else, or none, is refused', async () => {
    const transport = await transportOf(service, 'svc-analytics-pl01');
    const address = 'PL01/production/machine/event/v1';
    for (const group of ['svc-mes-pl01', undefined])
      await expect(transport.subscribe(address, async () => {}, { group })).rejects.toThrow(/permissions violation/i);
  });
}
