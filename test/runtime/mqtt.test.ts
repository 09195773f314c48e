import type { Delivery } from '@millwright/runtime';
import { createMqttTransport, type MqttConnect } from '@millwright/runtime/transports/mqtt';
import { eventually } from '@millwright/testing';
import { describe, expect, it } from 'vitest';
import { startMosquitto } from '../services/mosquitto.ts';
import type { Service } from '../services/service.ts';
import { describeTransport } from './conformance.ts';
import {
  connectTo,
  connectTransport,
  crash,
  disconnect,
  run,
  startedServer,
  watchInFlight,
} from './mqtt-connections.ts';
import { poisonCase } from './poison.ts';
import { collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport mqtt: no server (${server})`, () => {});
} else {
  for (const sharedGroups of [false, true])
    describeTransport(sharedGroups ? 'mqtt with shared groups' : 'mqtt', {
      connect: () => connectTransport(server, { sharedGroups }),
      prefix: `${run}/conformance-${sharedGroups}`,
      features: createMqttTransport((() => undefined) as unknown as MqttConnect, { sharedGroups }).features,
      crash,
    });
  poisonCase(() => connectTransport(server));
  describe('acknowledgements', () => acknowledgements(server));
  describe('groups', () => groups(server));
  describe('limits of the broker', () => limitsOfTheBroker());
  describe('addresses', () => addresses(server));
  describe('a broker that goes away', () => brokerThatGoesAway(server));
}

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

function acknowledgements(service: Service): void {
  it('are sent when a handler has acked, not before: what is at hand is handled once over a reconnect', async () => {
    const transport = await connectTransport(service);
    const got: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const address = `${run}/reconnect/v1`;
    const subscription = await transport.subscribe(
      address,
      async (delivery) => {
        got.push(`${text(delivery)} ${delivery.attempt}`);
        if (text(delivery) === '1') await released;
        await delivery.ack();
      },
      { group: 'reconnect' },
    );
    for (const data of ['1', '2']) await transport.publish(address, event(data));
    await eventually('the first', () => got.length === 1);
    disconnect(transport);
    // It is acked while its connection is gone or back: either way the broker has it, and sends it no more.
    await pause(20);
    release();
    await eventually('both', () => got.length >= 2);
    await transport.publish(address, event('3'));
    await eventually('all', () => got.length >= 3);
    await subscription.close();
    const later = await collect(transport, address, 'reconnect');
    await transport.publish(address, event('4'));
    await eventually('the last', () => later.length > 0);
    expect([...got, ...later.map(text)]).toEqual(['1 1', '2 1', '3 1', '4']);
  });

  it('are missing for what a crash interrupts, which comes again in order, and only that', async () => {
    const dying = await connectTransport(service);
    const address = `${run}/again/v1`;
    const taken: string[] = [];
    await dying.subscribe(
      address,
      (delivery) => {
        taken.push(text(delivery));
        return text(delivery) === '1' ? delivery.ack() : new Promise(() => undefined);
      },
      { group: 'again' },
    );
    const transport = await connectTransport(service);
    for (const data of ['1', '2', '3']) await transport.publish(address, event(data));
    await eventually('the second', () => taken.length === 2);
    await pause(100);
    await crash(dying);
    const got = await collect(transport, address, 'again');
    await eventually('the others', () => got.length >= 2);
    await pause(100);
    expect(got.map(text)).toEqual(['2', '3']);
  });

  it('limit what is at hand: the broker waits for them', async () => {
    const transport = await connectTransport(service, { heldMax: 3 });
    const running: Delivery[] = [];
    await transport.subscribe(`${run}/limit/{key}`, async (delivery) => {
      running.push(delivery);
      if (running.length <= 3) await new Promise((resolve) => setTimeout(resolve, 400));
      await delivery.ack();
    });
    for (let index = 0; index < 6; index += 1) await transport.publish(`${run}/limit/k${index}`, event('x'));
    await eventually('three', () => running.length === 3);
    await pause(150);
    expect(running).toHaveLength(3);
    await eventually('all', () => running.length === 6);
  });

  it('follow for a rejected message when whoever keeps it has it', async () => {
    const errors: unknown[] = [];
    const letters: unknown[] = [];
    let tries = 0;
    const transport = await connectTransport(service, {
      onError: (error) => errors.push(error),
      onRejected: async ({ address, message, reason }) => {
        tries += 1;
        if (tries === 1) throw new Error('no room');
        letters.push([address, new TextDecoder().decode(message.data), reason]);
      },
    });
    const address = `${run}/rejected/v1`;
    await transport.subscribe(address, (delivery) => delivery.reject(`attempt ${delivery.attempt}`));
    await transport.publish(address, event('bad'));
    await eventually('the letter', () => letters.length > 0);
    await pause(100);
    expect(letters).toEqual([[address, 'bad', 'attempt 2']]);
    expect(errors).toEqual([expect.objectContaining({ message: 'no room' })]);
  });
}

function groups(service: Service): void {
  it('have one member unless they are shared', async () => {
    const transport = await connectTransport(service);
    await collect(transport, `${run}/single/v1`, 'single');
    await expect(collect(transport, `${run}/single/v1`, 'single')).rejects.toThrow('sharedGroups');
    await transport.subscribe(`${run}/single/v2`, async () => {}, { group: 'single' });
  });

  it('that are shared leave to an absent member what falls to it: so they keep nothing for an absent group', async () => {
    const [stays, leaves] = [
      await connectTransport(service, { sharedGroups: true, instance: `${run}-a` }),
      await connectTransport(service, { sharedGroups: true, instance: `${run}-b` }),
    ];
    const pattern = `${run}/shared/{key}`;
    const staying = await collect(stays, pattern, 'svc/shared');
    await collect(leaves, pattern, 'svc/shared');
    await leaves.close();
    for (let index = 0; index < 10; index += 1) await stays.publish(`${run}/shared/k${index}`, event(String(index)));
    await pause(300);
    const before = staying.length;
    expect(stays.features.keepsForAbsent).toBe(false);
    const back = await connectTransport(service, { sharedGroups: true, instance: `${run}-b` });
    const returning = await collect(back, pattern, 'svc/shared');
    await eventually('the rest', () => staying.length + returning.length >= 10);
    expect(staying).toHaveLength(before);
    expect(new Set([...staying, ...returning].map(text)).size).toBe(10);
    // Half of them, as mosquitto deals them out; another broker may give all to whoever is there.
    if (service.kill !== undefined) expect(before).toBe(5);
  });

  it('that nobody has subscribed for get nothing of what was published before', async () => {
    const transport = await connectTransport(service);
    await transport.publish(`${run}/early/v1`, event('lost'));
    const got = await collect(transport, `${run}/early/v1`, 'early');
    await transport.publish(`${run}/early/v1`, event('kept'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map(text)).toEqual(['kept']);
  });

  it('are forgotten by the broker when they have no name and are closed', async () => {
    const transport = await connectTransport(service);
    const client = await connectTo(service);
    const answers: (number | undefined)[] = [];
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'puback') answers.push(packet.reasonCode);
    });
    const subscription = await transport.subscribe(`${run}/nameless/v1`, (delivery) => delivery.ack());
    await client.publishAsync(`${run}/nameless/v1`, 'x', { qos: 1 });
    await subscription.close();
    await client.publishAsync(`${run}/nameless/v1`, 'x', { qos: 1 });
    // 16: no matching subscribers, neither present nor absent ones.
    expect(answers).toEqual([0, 16]);
  });
}

function limitsOfTheBroker(): void {
  it('are kept to, so that it ends no connection', async ({ skip }) => {
    const own = await startMosquitto(['max_packet_size 2000', 'max_inflight_messages 2']).catch(String);
    if (typeof own === 'string') return skip(`no server of our own (${own})`);
    const errors: unknown[] = [];
    const transport = await connectTransport(own, { onError: (error) => errors.push(error) });
    try {
      const got = await collect(transport, 'limits/{name}');
      await transport.publish('limits/first', event('x'));
      const inFlight = watchInFlight(transport);
      const sent = Array.from({ length: 20 }, (_, index) => transport.publish(`limits/${index}`, event('x')));
      await expect(transport.publish('limits/large', event('x'.repeat(2_000)))).rejects.toThrow('2000 bytes at most');
      await Promise.all(sent);
      await eventually('all', () => got.length === 21);
      expect(inFlight.max).toBe(2);
      expect(errors).toEqual([]);
    } finally {
      await crash(transport);
      await own.stop();
    }
  });
}

function addresses(service: Service): void {
  it.each(['a+', '#', '$SYS/x', '', 'a\u0000', 'a\u0007', '\ud83d'])('refuse what is no topic: %j', async (address) => {
    const transport = await connectTransport(service);
    await expect(transport.publish(address, event('x'))).rejects.toThrow(/MQTT/);
    await expect(transport.subscribe(address, async () => {})).rejects.toThrow(/MQTT/);
    await transport.publish(`${run}/fine`, event('x'));
  });

  it.each(['a.b/c', '/a//b', 'a%2Eb/c%', 'ä*/>', 'a b', '{'])('are topics as they are: %s', async (address) => {
    const transport = await connectTransport(service);
    const got = await collect(transport, `${run}/odd/${address}`);
    await transport.publish(`${run}/odd/a/b/c`, event('other'));
    await transport.publish(`${run}/odd/${address}`, event('mine'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map((delivery) => [delivery.address, text(delivery)])).toEqual([[`${run}/odd/${address}`, 'mine']]);
  });

  it('match a parameter inside a segment', async () => {
    const transport = await connectTransport(service);
    const got = await collect(transport, `${run}/inside/line-{line}/v1`);
    await transport.publish(`${run}/inside/other-3/v1`, event('other'));
    await transport.publish(`${run}/inside/line-3/v1`, event('mine'));
    await eventually('the delivery', () => got.length > 0);
    expect(got.map(({ parameters }) => parameters)).toEqual([{ line: '3' }]);
  });
}

function brokerThatGoesAway(service: Service): void {
  it.skipIf(service.kill === undefined)('rejects in time, and everything goes on when it is back', async () => {
    const transport = await connectTransport(service, { timeoutMs: 500 });
    const address = `${run}/away/v1`;
    const got = await collect(transport, address, 'away');
    await transport.publish(address, event('before'));
    await eventually('the first', () => got.length === 1);
    await service.kill?.();
    // Until the client has noticed: what is under way then is sent again when the broker is back.
    await pause(100);
    const began = Date.now();
    await expect(transport.publish(address, event('while away'))).rejects.toThrow('within 500 ms');
    expect(Date.now() - began).toBeLessThan(1_500);
    await expect(transport.subscribe(`${address}/late`, async () => {}, { group: 'late' })).rejects.toThrow();
    await service.restart?.();
    await eventually('a publication', () =>
      transport.publish(address, event('after')).then(
        () => true,
        () => false,
      ),
    );
    await eventually('the delivery', () => got.some((delivery) => text(delivery) === 'after'));
    // Once more where the broker was killed before it had written that the first one is done.
    expect([...new Set(got.map(text))]).toEqual(['before', 'after']);
  });

  it.skipIf(service.kill === undefined)('can be closed while it is away', async () => {
    const transport = await connectTransport(service, { timeoutMs: 300 });
    await collect(transport, `${run}/closed/v1`, 'closed');
    await transport.publish(`${run}/closed/v1`, event('x'));
    await service.kill?.();
    const began = Date.now();
    await transport.close();
    expect(Date.now() - began).toBeLessThan(1_000);
    await service.restart?.();
  });

  it.skipIf(service.kill === undefined)(
    'keeps what it has written when it is killed, for whoever was away',
    async () => {
      const transport = await connectTransport(service);
      const address = `${run}/written/v1`;
      await (await transport.subscribe(address, async () => {}, { group: 'written' })).close();
      await transport.publish(address, event('written'));
      // It writes when it has acknowledged, and after the next change what it had not written then.
      await transport.publish(`${run}/written/nobody`, event('x'));
      await pause(300);
      await service.kill?.();
      await service.restart?.();
      const got = await collect(transport, address, 'written');
      await eventually('what was written', () => got.length > 0);
      expect(got.map(text)).toEqual(['written']);
    },
  );

  it.skipIf(service.kill === undefined)(
    'may lose the last of what it has acknowledged: it does not survive more',
    async () => {
      const transport = await connectTransport(service);
      expect(transport.features.survives).toBe('broker');
      const address = `${run}/killed/v1`;
      await (await transport.subscribe(address, async () => {}, { group: 'killed' })).close();
      const acked: string[] = [];
      let publishing = true;
      const publisher = (async () => {
        for (let index = 0; publishing; index += 1) {
          const sent = transport.publish(address, event(String(index))).then(() => acked.push(String(index)));
          await sent.catch(() => undefined);
        }
      })();
      await eventually('some acks', () => acked.length > 100);
      await service.kill?.();
      // What was under way is sent again to the broker that is back.
      const before = [...acked];
      publishing = false;
      await service.restart?.();
      await publisher;
      const got = await collect(transport, address, 'killed');
      await transport.publish(address, event('end'));
      await eventually('the end', () => got.some((delivery) => text(delivery) === 'end'));
      const names = got.map(text);
      const lost = before.filter((name) => !names.includes(name));
      // One message at a time and a write after every change: what is lost is the end of what was acknowledged, not more.
      expect(lost).toEqual(before.slice(before.length - lost.length));
      expect(lost.length).toBeLessThan(10);
    },
  );

  it('loses all of it where it writes seldom, and the session: that is told, and it goes on', async ({ skip }) => {
    const own = await startMosquitto(['autosave_on_changes false', 'autosave_interval 1800']).catch((error: unknown) =>
      String(error),
    );
    if (typeof own === 'string') return skip(`no server of our own (${own})`);
    const errors: unknown[] = [];
    const transport = await connectTransport(own, { onError: (error) => errors.push(error) });
    try {
      await (await transport.subscribe('lost/v1', async () => {}, { group: 'lost' })).close();
      const live = await collect(transport, 'live/v1', 'live');
      await transport.publish('lost/v1', event('acknowledged'));
      await own.kill?.();
      await own.restart?.();
      await eventually('being told', () => errors.some((error) => String(error).includes('has forgotten the session')));
      await transport.publish('lost/v1', event('for nobody'));
      const got = await collect(transport, 'lost/v1', 'lost');
      for (const address of ['lost/v1', 'live/v1']) await transport.publish(address, event('after'));
      await eventually('both', () => got.length > 0 && live.length > 0);
      expect([got, live].map((deliveries) => deliveries.map(text))).toEqual([['after'], ['after']]);
    } finally {
      await crash(transport);
      await own.stop();
    }
  });
}
