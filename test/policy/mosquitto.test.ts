import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '@millwright/runtime';
import { createMqttTransport, type MqttConnect, type MqttTransportOptions } from '@millwright/runtime/transports/mqtt';
import { withReceipts } from '@millwright/runtime/transports/receipts';
import { eventually } from '@millwright/testing';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { event, text } from '../runtime/small-events.ts';
import { startMosquitto } from '../services/mosquitto.ts';
import type { Service } from '../services/service.ts';
import { canonical, type Event, eventsOf, fileOf, type Identity, names } from './register.ts';

const folder = mkdtempSync(join(tmpdir(), 'millwright-acl-'));
const started = await start().catch((error: unknown) => String(error));
const open: MqttClient[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.endAsync(true)));
});
afterAll(async () => {
  if (typeof started !== 'string') await started.stop();
  rmSync(folder, { recursive: true });
});

/** A broker with the list that was generated. Passwords are not its subject: here it believes every name. */
async function start(): Promise<Service> {
  const operator = '\nuser operator\ntopic readwrite #\n';
  const file = join(folder, 'mosquitto.acl');
  writeFileSync(file, `${await fileOf('mosquitto.acl')}${operator}`, { mode: 0o644 });
  return startMosquitto([`acl_file ${file}`]);
}

function transportOf({ url }: Service, username: Identity, options: MqttTransportOptions = {}) {
  const connect: MqttConnect = (settings) => {
    const client = mqtt.connect(url, { reconnectPeriod: 50, ...settings, username });
    open.push(client);
    return client;
  };
  return createMqttTransport(connect, { sessionExpiryMs: 60_000, timeoutMs: 3_000, redeliveryDelayMs: 20, ...options });
}

async function connectAs({ url }: Service, username: string | undefined): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, {
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...(username === undefined ? {} : { username }),
  });
  open.push(client);
  return client;
}

/** What comes to a client that listens to everything, and to each sample by itself. */
async function listen(client: MqttClient): Promise<readonly string[]> {
  const heard: string[] = [];
  client.on('message', (topic) => void heard.push(topic));
  await client.subscribeAsync(['#', '+/#', '$share/svc-mes-pl01/#', ...sample], { qos: 1 });
  return heard;
}

const sample = [
  'PL01/production/work-order/released/v1',
  'PL01/quality/hold/placed/v1',
  'PL01/production/machine/event/v1',
];

if (typeof started === 'string') {
  it.skip(`permissions of mosquitto: no server (${started})`, () => {});
} else {
  const service = started;
  describe.each(sample)('%s', (address) => {
    const eventOf = async (): Promise<Event> =>
      (await eventsOf(await canonical())).find((one) => one.address === address) as Event;

    it('is published by whom it may, and by nobody else', async () => {
      const { publishers } = await eventOf();
      const heard = await listen(await connectAs(service, 'operator'));
      for (const name of names) {
        const began = Date.now();
        const outcome = await transportOf(service, name)
          .publish(address, event('x'))
          .then(() => '', String);
        expect([name, outcome === '']).toEqual([name, publishers.includes(name)]);
        if (outcome !== '') expect(outcome).toMatch(/not authorized/i);
        expect(Date.now() - began).toBeLessThan(2_000);
      }
      const marker = await connectAs(service, 'operator');
      await marker.publishAsync('marker', 'x', { qos: 1 });
      await eventually('the marker', () => heard.includes('marker'));
      expect(new Set(heard)).toEqual(new Set([address, 'marker']));
    });

    it.each([false, true])(
      'is received by whom it may, and by nobody else (shared groups: %s)',
      async (sharedGroups) => {
        const { publishers, consumers } = await eventOf();
        const from = transportOf(service, publishers[0] as Identity);
        const instance = crypto.randomUUID();
        for (const name of names.filter((one) => consumers.includes(one))) {
          const got: string[] = [];
          const handle = async (delivery: Delivery): Promise<void> => {
            got.push(text(delivery));
            await (got.length === 1 ? delivery.nack() : delivery.ack());
          };
          const first = transportOf(service, name, { sharedGroups, instance });
          await first.subscribe(address, handle, { group: name });
          await from.publish(address, event('1'));
          await eventually('the second delivery', () => got.length === 2);
          await first.close();
          await from.publish(address, event('2'));
          const second = transportOf(service, name, { sharedGroups, instance });
          await second.subscribe(address, handle, { group: name });
          await eventually('what came meanwhile', () => got.length === 3);
          expect(got).toEqual(['1', '1', '2']);
          await second.close();
        }
        const denied: string[] = [];
        for (const name of names.filter((one) => !consumers.includes(one)))
          await transportOf(service, name, { sharedGroups, instance }).subscribe(
            address,
            async () => void denied.push(name),
            { group: name },
          );
        const heard = await listen(await connectAs(service, 'operator'));
        await from.publish(address, event('3'));
        await eventually('somebody who may', () => heard.length > 0);
        // The broker takes every subscription, and holds back what its subscriber may not read.
        expect(denied).toEqual([]);
      },
    );
  });

  it('receipts go from who consumes to who publishes, and to nobody else', async () => {
    const withName = (name: Identity, from: readonly string[]) =>
      withReceipts(transportOf(service, name), { name, from, timeoutMs: 3_000 });
    const address = sample[1] as string;
    const receiver = withName('svc-mes-pl01', []);
    await receiver.subscribe(address, (delivery) => delivery.ack(), { group: 'svc-mes-pl01' });
    const spy = await listen(await connectAs(service, 'svc-analytics-pl01'));
    await withName('svc-quality-pl01', ['svc-mes-pl01']).publish(address, event('x'));
    const stranger = await connectAs(service, 'svc-unknown');
    const forged = stranger.publishAsync('millwright/receipts/svc-quality-pl01/x', 'x', { qos: 1 });
    await expect(forged).rejects.toThrow(/not authorized/i);
    expect(spy).toEqual([]);
  });

  it('who was refused goes on with what it may', async () => {
    const transport = transportOf(service, 'svc-mes-pl01');
    for (let round = 0; round < 3; round += 1) {
      await expect(transport.publish(sample[0] as string, event('x'))).rejects.toThrow(/not authorized/i);
      await transport.publish(sample[2] as string, event('x'));
    }
  });

  it.each(['svc-analytics-pl01', 'svc-unknown', undefined])(
    'a bare client of %s reads and publishes nothing else',
    async (username) => {
      const client = await connectAs(service, username);
      const heard = await listen(client);
      const all = await listen(await connectAs(service, 'operator'));
      const mayRead = username === 'svc-analytics-pl01' ? ['PL01/production/machine/event/v1'] : [];
      const [erp, mes, quality] = [
        transportOf(service, 'svc-odoo-pl01'),
        transportOf(service, 'svc-mes-pl01'),
        transportOf(service, 'svc-quality-pl01'),
      ];
      await erp.publish(sample[0] as string, event('x'));
      await quality.publish(sample[1] as string, event('x'));
      await mes.publish(sample[2] as string, event('x'));
      await eventually('the operator', () => sample.every((topic) => all.includes(topic)));
      if (mayRead.length > 0) await eventually('what it may', () => heard.length > 0);
      expect([...new Set(heard)]).toEqual(mayRead);
      const before = all.length;
      // Mosquitto 2.0 ends the connection at the publication after a refused one.
      for (const topic of [...sample, 'anything']) {
        const forged = (await connectAs(service, username)).publishAsync(topic, 'forged', { qos: 1 });
        await expect(forged).rejects.toThrow(/not authorized/i);
      }
      await client.publishAsync(sample[0] as string, 'forged', { qos: 0, retain: true });
      await mes.publish(sample[2] as string, event('last'));
      await eventually('the last', () => all.length > before);
      expect([...new Set(all.slice(before))]).toEqual([sample[2]]);
    },
  );
}
