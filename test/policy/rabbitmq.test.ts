import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '@millwright/runtime';
import { createRabbitmqTransport } from '@millwright/runtime/transports/rabbitmq';
import { eventually } from '@millwright/testing';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { event, text } from '../runtime/small-events.ts';
import { roomy, startRabbitmq } from '../services/rabbitmq.ts';
import type { Service } from '../services/service.ts';
import { canonical, type Event, eventsOf, fileOf, type Identity, identities, names } from './register.ts';

const folder = mkdtempSync(join(tmpdir(), 'millwright-definitions-'));
const started = await start().catch((error: unknown) => String(error));
const open: ChannelModel[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close().catch(() => undefined)));
});
afterAll(async () => {
  if (typeof started !== 'string') await started.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

/** As RabbitMQ keeps a password: 4 bytes of salt, and SHA-256 over them and the password. */
function hashOf(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
}

/** A server with the definitions that were generated, and one who may do everything. */
async function start(): Promise<Service> {
  const secrets = Object.fromEntries(
    Object.values(identities).map((role) => [`$PL01_${role.toUpperCase()}_SECRET`, hashOf(role)]),
  );
  const definitions = JSON.parse(
    (await fileOf('rabbitmq.json')).replace(/\$PL01_[A-Z]+_SECRET/g, (name) => secrets[name] ?? ''),
  );
  definitions.users.push({ ...definitions.users[0], name: 'operator', password_hash: hashOf('operator') });
  definitions.permissions.push({ user: 'operator', vhost: '/', configure: '.*', write: '.*', read: '.*' });
  // The server is another user, who reads it.
  const file = join(folder, 'definitions.json');
  chmodSync(folder, 0o755);
  writeFileSync(file, JSON.stringify(definitions), { mode: 0o644 });
  return startRabbitmq([...roomy, `load_definitions = ${file}`]);
}

async function connectAs(service: Service, user: string, password: string): Promise<ChannelModel> {
  const url = new URL(service.url);
  const connection = await connect({ hostname: url.hostname, port: Number(url.port), username: user, password });
  connection.on('error', () => {});
  open.push(connection);
  return connection;
}

async function transportOf(service: Service, user: Identity) {
  const connection = await connectAs(service, user, identities[user]);
  return createRabbitmqTransport(connection, { isProvided: true, redeliveryDelayMs: 20 });
}

/** What the server says to one request on a channel of its own. */
async function asks(connection: ChannelModel, request: (channel: Channel) => Promise<unknown>): Promise<string> {
  const channel = await connection.createChannel();
  const told: string[] = [];
  channel.on('error', (error: unknown) => void told.push(String(error)));
  await request(channel).catch((error: unknown) => void told.push(String(error)));
  // A publication has no answer: whether it was refused shows in the next one.
  await channel.checkExchange('millwright').catch((error: unknown) => void told.push(String(error)));
  await channel.close().catch(() => undefined);
  return told.join('\n');
}

const sample = [
  'PL01/production/work-order/released/v1',
  'PL01/quality/hold/placed/v1',
  'PL01/production/machine/event/v1',
];

if (typeof started === 'string') {
  it.skip(`permissions of rabbitmq: no server (${started})`, () => {});
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
        if (outcome !== '') expect(outcome).toMatch(/ACCESS_REFUSED/);
        expect(Date.now() - began).toBeLessThan(2_000);
      }
    });

    it('is received by whom it may, again after a nack and after a restart, and by nobody else', async () => {
      const { publishers, consumers } = await eventOf();
      const from = await transportOf(service, publishers[0] as Identity);
      const run = crypto.randomUUID();
      for (const name of names) {
        const got: string[] = [];
        const handle = async (delivery: Delivery): Promise<void> => {
          // Its queue was there before it, and has what was published for others.
          if (!text(delivery).startsWith(`${run} ${name}`)) return delivery.ack();
          got.push(text(delivery).slice(-1));
          await (got.length === 1 ? delivery.nack() : delivery.ack());
        };
        const first = await transportOf(service, name);
        const began = Date.now();
        const subscribed = await first.subscribe(address, handle, { group: name }).then(() => '', String);
        expect([name, subscribed === '']).toEqual([name, consumers.includes(name)]);
        expect(Date.now() - began).toBeLessThan(2_000);
        if (subscribed !== '') expect(subscribed).toMatch(/ACCESS_REFUSED|NOT_FOUND/);
        if (subscribed !== '') continue;
        await from.publish(address, event(`${run} ${name} 1`));
        await eventually('the second delivery', () => got.length === 2);
        await first.close();
        await from.publish(address, event(`${run} ${name} 2`));
        await (await transportOf(service, name)).subscribe(address, handle, { group: name });
        await eventually('what came meanwhile', () => got.length === 3);
        expect(got).toEqual(['1', '1', '2']);
      }
    });
  });

  it('what a receiver rejects is with the dead letters', async () => {
    const [from, to] = [await transportOf(service, 'svc-odoo-pl01'), await transportOf(service, 'svc-mes-pl01')];
    const address = 'PL01/production/work-order/closed/v1';
    await to.subscribe(address, (delivery) => delivery.reject('no such order'), { group: 'svc-mes-pl01' });
    await from.publish(address, event('bad'));
    const operator = await (await connectAs(service, 'operator', 'operator')).createChannel();
    await eventually('the letter', async () => {
      const letter = await operator.get('millwright.dead-letters', { noAck: true });
      return (
        letter !== false &&
        letter.content.toString() === 'bad' &&
        letter.properties.headers?.['millwright-reason'] === 'no such order'
      );
    });
  });

  it('somebody else is not let in', async () => {
    for (const [user, password] of [
      ['svc-unknown', 'x'],
      ['guest', 'guest'],
      ['svc-mes-pl01', ''],
      ['svc-mes-pl01', 'x'],
    ] as const)
      await expect(connectAs(service, user, password)).rejects.toThrow(/ACCESS_REFUSED|403/);
  });

  describe('a bare client of analytics', () => {
    const key = 'PL01.production.work-order.released.v1';

    it('reads nothing, and changes nothing', async () => {
      const connection = await connectAs(service, 'svc-analytics-pl01', 'analytics');
      const definitions = JSON.parse(await fileOf('rabbitmq.json')) as { queues: { name: string }[] };
      const queue = (user: string): string =>
        definitions.queues.find(({ name }) => name.startsWith(`millwright.${user}`))?.name ?? '';
      const [own, mes] = [queue('svc-analytics-pl01'), queue('svc-mes-pl01')];
      const requests: readonly (readonly [string, (channel: Channel) => Promise<unknown>])[] = [
        ['another queue', (channel) => channel.get(mes)],
        ['consume another queue', (channel) => channel.consume(mes, () => {})],
        ['the dead letters', (channel) => channel.get('millwright.dead-letters')],
        ['purge another queue', (channel) => channel.purgeQueue(mes)],
        ['delete another queue', (channel) => channel.deleteQueue(mes)],
        ['delete its own queue', (channel) => channel.deleteQueue(own)],
        ['a queue of its own', (channel) => channel.assertQueue('mine')],
        ['a queue that the server names', (channel) => channel.assertQueue('')],
        ['bind its queue', (channel) => channel.bindQueue(own, 'millwright', key)],
        ['bind its queue to everything', (channel) => channel.bindQueue(own, 'millwright', '#')],
        ['bind its queue to the dead letters', (channel) => channel.bindQueue(own, 'millwright.dead-letters', '#')],
        ['bind exchanges', (channel) => channel.bindExchange('millwright.dead-letters', 'millwright', '#')],
        ['an exchange', (channel) => channel.assertExchange('mine', 'topic')],
        ['delete the exchange', (channel) => channel.deleteExchange('millwright')],
      ];
      for (const [name, request] of requests)
        expect([name, await asks(connection, request)]).toEqual([name, expect.stringMatching(/ACCESS_REFUSED/)]);
    });

    it('publishes nothing, to no exchange', async () => {
      const connection = await connectAs(service, 'svc-analytics-pl01', 'analytics');
      const definitions = JSON.parse(await fileOf('rabbitmq.json')) as { queues: { name: string }[] };
      const mes = definitions.queues.find(({ name }) => name.startsWith('millwright.svc-mes-pl01'))?.name ?? '';
      for (const [exchange, routingKey] of [
        ['millwright', key],
        ['millwright.dead-letters', key],
        ['', mes],
        ['amq.topic', key],
        ['amq.fanout', ''],
      ] as const) {
        const told = await asks(connection, async (channel) =>
          channel.publish(exchange, routingKey, Buffer.from('forged')),
        );
        expect([exchange, told]).toEqual([exchange, expect.stringMatching(/ACCESS_REFUSED/)]);
      }
    });
  });

  it('a group of somebody else, or none, is refused', async () => {
    const address = 'PL01/production/machine/event/v1';
    const transport = await transportOf(service, 'svc-analytics-pl01');
    await expect(transport.subscribe(address, async () => {}, { group: 'svc-mes-pl01' })).rejects.toThrow(
      /ACCESS_REFUSED/,
    );
    await expect(transport.subscribe(address, async () => {})).rejects.toThrow('declares none');
  });
}
