import type { Delivery, Transport } from '@millwright/runtime';
import type { KafkaDriver } from '@millwright/runtime/transports/kafka';
import { eventually } from '@millwright/testing';
import { Admin, Base, type Consumer } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import {
  clientOf,
  connectTransport,
  crash,
  driverOf,
  headersOf,
  own,
  run,
  sleep,
  startedServer,
  stored,
} from './kafka-connections.ts';
import { collect, event, text } from './small-events.ts';

const server = await startedServer;
if (typeof server === 'string') {
  it.skip(`transport kafka: no broker (${server})`, () => {});
} else {
  describe('acks', () => acks(server));
  describe('members', () => members(server));
}

/** In which of three partitions keys are, by murmur2. */
const partitionsOfThree: Readonly<Record<string, number>> = { f: 0, abc: 0, a: 1, c: 1, h: 1, b: 2, d: 2, e: 2, k: 2 };
const keysOfThree = Object.keys(partitionsOfThree);

async function withAdmin<Value>(service: Service, work: (admin: Admin) => Promise<Value>): Promise<Value> {
  const admin = new Admin(clientOf(service));
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

/** What the broker knows of a group that begins with a name, by topic and partition; -1 is nothing. */
function committed(service: Service, group: string): Promise<Readonly<Record<string, number>>> {
  return withAdmin(service, async (admin) => {
    const groups = [...(await admin.listGroups()).keys()].filter((name) => name.startsWith(`${group}-`));
    if (groups.length === 0) return {};
    const offsets = await admin.listConsumerGroupOffsets({ groups });
    return Object.fromEntries(
      offsets.flatMap(({ topics }) =>
        topics.flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex, committedOffset }) => [
            `${name.slice(run.length + 1)}:${partitionIndex}`,
            Number(committedOffset),
          ]),
        ),
      ),
    );
  });
}

async function publishAll(transport: Transport, address: string, names: readonly string[], key?: string) {
  for (const name of names)
    await transport.publish(address, { ...event(name), ...(key === undefined ? {} : { partitionKey: key }) });
}

function acks(service: Service): void {
  it('out of order commit no more than what is before the first that is missing', async () => {
    const dying = connectTransport(service, own('floor', 1));
    const group = `${run}-floor`;
    const seen: string[] = [];
    await dying.subscribe(
      'floor/v1',
      async (delivery) => {
        seen.push(text(delivery));
        if (text(delivery) === '2') await new Promise(() => undefined);
        await delivery.ack();
      },
      { group },
    );
    for (const name of ['0', '1', '2', '3', '4', '5'])
      await dying.publish('floor/v1', { ...event(name), partitionKey: name });
    await eventually('all', () => seen.length === 6);
    await eventually('the commit', async () => (await committed(service, group))['floor:0'] === 2);
    await sleep(300);
    expect((await committed(service, group))['floor:0']).toBe(2);
    await crash(dying);
    const next = connectTransport(service, own('floor', 1));
    const got = await collect(next, 'floor/v1', group);
    await eventually('the rest', () => got.length === 4, 20_000);
    expect(got.map(text)).toEqual(['2', '3', '4', '5']);
    await eventually('the commit', async () => (await committed(service, group))['floor:0'] === 6);
  });

  it('of a partition that is full of what waits do not wait for those of others', async () => {
    const transport = connectTransport(service, { ...own('held', 3), heldMax: 4 });
    const got: string[] = [];
    let isStuck = true;
    await transport.subscribe('held/v1', async (delivery) => {
      if (isStuck && delivery.message.partitionKey === 'f') return delivery.nack({ delayMs: 20 });
      got.push(`${delivery.message.partitionKey} ${text(delivery)}`);
      return delivery.ack();
    });
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    await publishAll(transport, 'held/v1', names, 'f');
    await publishAll(transport, 'held/v1', names, 'a');
    await eventually('those of the other', () => got.length === 20);
    isStuck = false;
    await eventually('all', () => got.length === 40);
    for (const key of ['a', 'f'])
      expect(got.filter((name) => name.startsWith(key))).toEqual(names.map((name) => `${key} ${name}`));
  });

  it('keep what was rejected in the topic of dead letters, with the reason', async () => {
    const transport = connectTransport(service, own('rejects', 1));
    const group = `${run}-rejects`;
    const got: string[] = [];
    await transport.subscribe(
      'rejects/v1',
      async (delivery) => {
        got.push(text(delivery));
        await (text(delivery) === 'bad' ? delivery.reject('it is bad: ü') : delivery.ack());
      },
      { group },
    );
    await publishAll(transport, 'rejects/v1', ['good 1', 'bad', 'good 2'], 'k');
    await eventually('all', () => got.length === 3);
    const [letter] = await stored(service, `${run}.rejects.dead-letters`, 1);
    expect([String(letter?.key), String(letter?.value)]).toEqual(['k', 'bad']);
    const headers = new Map(letter && headersOf(letter));
    expect(headers.get('ce_type')).toBe('test.happened.v1');
    expect(headers.get('millwright-address')).toBe('rejects/v1');
    expect(headers.get('millwright-reason')).toBe('it is bad: ü');
    expect(headers.get('millwright-group')).toMatch(new RegExp(`^${group}-rejects-v1-[0-9a-f]{16}$`));
    expect(headers.get('millwright-topic')).toBe(`${run}.rejects`);
    expect([headers.get('millwright-partition'), headers.get('millwright-offset')]).toEqual(['0', '1']);
    await eventually('the commit', async () => (await committed(service, group))['rejects:0'] === 3);
  });

  it('keep of a dead letter that is too large all but what was said', async () => {
    const options = { ...own('stout', 1), createTopics: { partitions: 1, config: { 'max.message.bytes': '5000' } } };
    const errors: unknown[] = [];
    const transport = connectTransport(service, { ...options, onError: (error) => errors.push(error) });
    const got = await collect(transport, 'stout/v1');
    await transport.subscribe('stout/v1', (delivery) => delivery.reject('it is bad'), { group: `${run}-stout` });
    await transport.publish('stout/v1', event('x'.repeat(4_700)));
    await eventually('the message', () => got.length === 1);
    const [letter] = await stored(service, `${run}.stout.dead-letters`, 1);
    expect(letter?.value).toHaveLength(0);
    expect(new Map(letter && headersOf(letter)).get('millwright-reason')).toBe('it is bad');
    expect(errors.map(String)).toEqual([expect.stringContaining('larger than')]);
    await eventually('the commit', async () => (await committed(service, `${run}-stout`))['stout:0'] === 1);
  });

  it('come for thousands that were published at once, in order', async () => {
    const transport = connectTransport(service, { ...own('burst', 3), timeoutMs: 20_000 });
    const got = await collect(transport, 'burst/v1', `${run}-burst`);
    const names = Array.from({ length: 3_000 }, (_, index) => String(index));
    await Promise.all(
      names.map((name, at) => transport.publish('burst/v1', { ...event(name), partitionKey: `${at % 7}` })),
    );
    await eventually('all', () => got.length >= names.length, 20_000);
    for (let key = 0; key < 7; key += 1)
      expect(got.filter(({ message }) => message.partitionKey === String(key)).map(text)).toEqual(
        names.filter((_, at) => at % 7 === key),
      );
    expect(got).toHaveLength(names.length);
  });

  it('that never came before a topic was cut are told of, and the rest is delivered', async () => {
    const options = own('cut', 1);
    const errors: unknown[] = [];
    const transport = connectTransport(service, { ...options, onError: (error) => errors.push(error) });
    const group = `${run}-cut`;
    await (await transport.subscribe('cut/v1', async () => {}, { group })).close();
    await publishAll(transport, 'cut/v1', ['lost 1', 'lost 2', 'kept']);
    await withAdmin(service, (admin) =>
      admin.deleteRecords({ topics: [{ name: options.topic, partitions: [{ partition: 0, offset: 2n }] }] }),
    );
    const got = await collect(transport, 'cut/v1', group);
    await eventually('the rest', () => got.length > 0);
    expect(got.map(text)).toEqual(['kept']);
    expect(errors.map(String)).toEqual([`Error: ${options.topic}:0 has lost what was from 0 to 2`]);
  });
}

function members(service: Service): void {
  it('that lose a partition do not ack what they have of it, and it goes to the next', async () => {
    const [first, second] = [connectTransport(service, own('fence', 3)), connectTransport(service, own('fence', 3))];
    const group = `${run}-fence`;
    const [forFirst, forSecond] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const taken: string[] = [];
    const got: string[] = [];
    const acksAfter = (names: string[], gate: Promise<void>) => async (delivery: Delivery) => {
      names.push(text(delivery));
      await gate;
      await delivery.ack();
    };
    await first.subscribe('fence/v1', acksAfter(taken, forFirst.promise), { group });
    for (const key of keysOfThree) await first.publish('fence/v1', { ...event(key), partitionKey: key });
    await eventually('all', () => taken.length === keysOfThree.length);
    await second.subscribe('fence/v1', acksAfter(got, forSecond.promise), { group });
    await eventually('those of the moved partitions', () => got.length > 0, 20_000);
    await sleep(500);
    forFirst.resolve();
    await sleep(500);
    // What has moved is not done, although the first has acked it; what has stayed is.
    const isMoved = (partition: number) => got.some((key) => partitionsOfThree[key] === partition);
    const counts = [0, 1, 2].map((index) => keysOfThree.filter((key) => partitionsOfThree[key] === index).length);
    const expected = counts.map((count, index) => (isMoved(index) ? 0 : count));
    const known = async () => {
      const offsets = await committed(service, group);
      return counts.map((_, index) => offsets[`fence:${index}`]);
    };
    expect(await known()).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(1);
    forSecond.resolve();
    await eventually('all', async () => (await known()).join() === counts.join());
    expect(taken).toHaveLength(keysOfThree.length);
  });

  it('share what comes while they come and go, and nothing is lost or out of order', { timeout: 60_000 }, async () => {
    const options = own('churn', 6);
    const group = `${run}-churn`;
    const firsts = new Map<string, number[]>();
    const seen = new Set<string>();
    const handler = async (delivery: Delivery): Promise<void> => {
      const { partitionKey: key = '' } = delivery.message;
      await sleep(1);
      // As an inbox does: only what is new counts.
      if (!seen.has(`${key} ${text(delivery)}`)) firsts.set(key, [...(firsts.get(key) ?? []), Number(text(delivery))]);
      seen.add(`${key} ${text(delivery)}`);
      await delivery.ack();
    };
    const transport = connectTransport(service, options);
    await transport.subscribe('churn/v1', handler, { group });
    let publishing = true;
    let count = 0;
    const publisher = (async () => {
      for (; publishing; count += 1)
        await Promise.all(
          keysOfThree.map((key) => transport.publish('churn/v1', { ...event(`${count}`), partitionKey: key })),
        );
    })();
    for (let round = 0; round < 3; round += 1) {
      const other = connectTransport(service, options);
      const subscription = await other.subscribe('churn/v1', handler, { group });
      await sleep(300);
      await subscription.close();
      await other.close();
    }
    publishing = false;
    await publisher;
    const total = count * keysOfThree.length;
    expect(total).toBeGreaterThan(100);
    await eventually('all', () => seen.size === total, 30_000);
    const order = Array.from({ length: count }, (_, index) => index);
    for (const key of keysOfThree) expect(firsts.get(key)).toEqual(order);
  });

  it('that hear nothing from the brokers let go of what they have, and begin anew', { timeout: 60_000 }, async () => {
    const errors: string[] = [];
    const connection = driverOf(service);
    const members: Consumer[] = [];
    const consumer: KafkaDriver['consumer'] = (settings) => {
      const client = connection.driver.consumer(settings) as Consumer;
      members.push(client);
      return client;
    };
    const options = { ...own('deaf', 1), timeoutMs: 1_000, onError: (error: unknown) => errors.push(String(error)) };
    const transport = connectTransport(service, options, { ...connection, driver: { ...connection.driver, consumer } });
    const group = `${run}-deaf`;
    const gate = Promise.withResolvers<void>();
    const got: Delivery[] = [];
    await transport.subscribe(
      'deaf/v1',
      async (delivery) => {
        got.push(delivery);
        if (got.length === 1) await gate.promise;
        await delivery.ack();
      },
      { group },
    );
    await publishAll(transport, 'deaf/v1', ['a']);
    await eventually('the delivery', () => got.length === 1);
    // The connections over which a member sends its signs of life; the others go on.
    const [member] = members as [Consumer];
    await Base.prototype.close.call(member);
    const began = Date.now();
    await eventually(
      'the end',
      () => errors.some((error) => error.includes('have not been heard for 7000 ms')),
      20_000,
    );
    expect(Date.now() - began).toBeGreaterThan(6_000);
    // Its ack counts for nothing, and the message comes again, behind its running handler.
    gate.resolve();
    await eventually('the delivery', () => got.length === 2, 20_000);
    expect(got.map(text)).toEqual(['a', 'a']);
    await eventually('the commit', async () => (await committed(service, group))['deaf:0'] === 1);
  });

  it('read partitions that are added', { timeout: 30_000 }, async () => {
    const options = own('grown', 1);
    const transport = connectTransport(service, options);
    const got = await collect(transport, 'grown/v1', `${run}-grown`);
    await publishAll(transport, 'grown/v1', ['before'], 'a');
    await withAdmin(service, (admin) =>
      admin.createPartitions({
        topics: [{ name: options.topic, count: 3, assignments: [{ brokerIds: [1] }, { brokerIds: [1] }] }],
      }),
    );
    await eventually('the delivery', () => got.length > 0);
    const publisher = connectTransport(service, options);
    for (const key of keysOfThree) await publisher.publish('grown/v1', { ...event(key), partitionKey: key });
    await eventually('all', () => got.length >= 1 + keysOfThree.length, 20_000);
    expect(got.map(text).slice(1).sort()).toEqual([...keysOfThree].sort());
    const partitions = (await stored(service, options.topic, 1 + keysOfThree.length)).map(({ partition }) => partition);
    expect(new Set(partitions).size).toBeGreaterThan(1);
  });

  it('that go leave to others what waits, in order, and a group without a name goes with its subscription', async () => {
    const transport = connectTransport(service, own('leave', 1));
    const group = `${run}-leave`;
    const subscription = await transport.subscribe('leave/v1', (delivery) => delivery.nack({ delayMs: 60_000 }), {
      group,
    });
    await publishAll(transport, 'leave/v1', ['1', '2', '3']);
    await sleep(200);
    await subscription.close();
    const got = await collect(transport, 'leave/v1', group);
    await eventually('all', () => got.length === 3);
    expect(got.map(text)).toEqual(['1', '2', '3']);
    const groups = () => withAdmin(service, async (admin) => [...(await admin.listGroups()).keys()]);
    const without = await transport.subscribe('leave/own', async () => {});
    const ownGroups = (names: readonly string[]) => names.filter((name) => /^own-.*-leave-own-/.test(name));
    expect(ownGroups(await groups())).toHaveLength(1);
    await without.close();
    expect(ownGroups(await groups())).toEqual([]);
  });
}
