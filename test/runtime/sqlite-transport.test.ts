import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, Transport } from '@millwright/runtime';
import { createSqliteStore, NestedTransaction } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import { eventually } from '@millwright/testing';
import { describe, expect, it } from 'vitest';
import { describeTransport } from './conformance.ts';
import { poisonCase } from './poison.ts';
import { ended, freshFile, line, message, open, start, watch } from './sqlite-files.ts';

const shared = freshFile();
const databases = new Map<Transport, DatabaseSync>();

describeTransport('sqlite', {
  connect: async () => {
    const database = open(shared);
    const transport = createSqliteTransport(database, { leaseMs: 1000 });
    databases.set(transport, database);
    return transport;
  },
  prefix: 'sqlite',
  features: createSqliteTransport(open()).features,
  crash: async (transport) => databases.get(transport)?.close(),
});

poisonCase(async () => connect().transport);

const idOf = ({ message }: Pick<Delivery, 'message'>): string => String(message.attributes['id']);

function connect(file = freshFile(), options = {}) {
  const database = open(file);
  return { file, database, transport: createSqliteTransport(database, { leaseMs: 1000, ...options }) };
}

const waiting = (database: DatabaseSync): unknown =>
  database.prepare('SELECT count(*) AS n FROM millwright_queue WHERE reason IS NULL').get()?.['n'];

describe('sqlite transport: several processes', () => {
  it('of one group share the messages, each key in its order', async () => {
    const { file, database, transport } = connect();
    database.exec('CREATE TABLE got (number INTEGER PRIMARY KEY, process TEXT, id TEXT)');
    const children = ['p', 'q'].map((name) => start(file, 'consume', name));
    for (const child of children) expect(await line(child)).toBe('ready\n');
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    for (let index = 0; index < 10; index += 1)
      await Promise.all(keys.map((key) => transport.publish(`q/${key}`, message(`${key}-${index}`, key))));
    await eventually('all messages', () => waiting(database) === 0, 30_000);
    for (const child of children) child.stdin.write('stop\n');
    await Promise.all(children.map(ended));
    const got = database.prepare('SELECT process, id FROM got ORDER BY number').all();
    expect(got.length).toBe(200);
    expect(new Set(got.map((row) => row['process'])).size).toBe(2);
    for (const key of keys)
      expect(got.map((row) => String(row['id'])).filter((id) => id.startsWith(`${key}-`))).toEqual(
        Array.from({ length: 10 }, (_, index) => `${key}-${index}`),
      );
    await transport.close();
  });

  it('what a killed one had taken comes to another with its next attempt, and later ones of its key wait', async () => {
    const { file, transport } = connect();
    const child = start(file, 'take', 'group');
    expect(await line(child)).toBe('ready\n');
    await transport.publish('q/k', message('1'));
    expect(await line(child)).toBe('taken\n');
    await transport.publish('q/k', message('2'));
    child.kill('SIGKILL');
    await once(child, 'close');
    const got: (readonly [string, number])[] = [];
    const listen = async (delivery: Delivery): Promise<void> => {
      got.push([idOf(delivery), delivery.attempt]);
      await delivery.ack();
    };
    await transport.subscribe('q/{key}', listen, { group: 'group' });
    await eventually('both', () => got.length === 2);
    expect(got).toEqual([
      ['1', 2],
      ['2', 1],
    ]);
    await transport.close();
  });

  it('a group of one subscription ends with its process, and what waited for it goes', async () => {
    const { file, database, transport } = connect();
    const child = start(file, 'take', 'own');
    expect(await line(child)).toBe('ready\n');
    await transport.publish('q/k', message('1'));
    expect(waiting(database)).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'close');
    await transport.subscribe('other', async ({ ack }) => ack());
    await eventually('nothing waits', () => waiting(database) === 0);
    await transport.publish('q/k', message('2'));
    expect(waiting(database)).toBe(0);
    await transport.close();
  });
});

describe('sqlite transport', () => {
  it('renews a delivery whose handler runs longer than the lease', async () => {
    const { file, transport } = connect();
    const other = connect(file).transport;
    let calls = 0;
    const slow = async ({ ack }: { ack(): Promise<void> }) => {
      calls += 1;
      await pause(2500);
      await ack();
    };
    for (const each of [transport, other]) await each.subscribe('a', slow, { group: 'g' });
    await transport.publish('a', message('1'));
    await pause(2800);
    expect(calls).toBe(1);
    await transport.close();
    await other.close();
  });

  it('ignores what a delivery says whose message was given to somebody else', async () => {
    const { database, transport } = connect();
    const acks: (() => Promise<void>)[] = [];
    const keep = async ({ ack }: { ack(): Promise<void> }) => {
      acks.push(ack);
      await pause(300);
    };
    await transport.subscribe('a', keep, { group: 'g' });
    await transport.publish('a', message('1'));
    await eventually('a delivery', () => acks.length === 1);
    // As another process does when the lease has run out.
    database.exec('UPDATE millwright_queue_lane SET token = token + 1');
    await acks[0]?.();
    expect(waiting(database)).toBe(1);
    await transport.close();
  });

  it('what lets others pass lets those pass as well that are published later', async () => {
    const { transport } = connect();
    const got: string[] = [];
    const listen = async (delivery: Delivery): Promise<void> => {
      got.push(idOf(delivery));
      await (idOf(delivery) === 'early' ? delivery.nack({ delayMs: 60_000, letOthersPass: true }) : delivery.ack());
    };
    await transport.subscribe('a', listen, { group: 'g' });
    await transport.publish('a', message('early'));
    await eventually('the early one', () => got.length === 1);
    await transport.publish('a', message('first'));
    await eventually('the first one', () => got.length === 2);
    await transport.close();
  });

  it('sees at once what is published by its connection, and at its next look what is by another', async () => {
    const { file, transport } = connect(freshFile(), { leaseMs: 600_000, pollMs: 600_000 });
    const looking = connect(file, { leaseMs: 600_000, pollMs: 20 }).transport;
    const got: string[] = [];
    for (const [name, each] of Object.entries({ same: transport, looking }))
      await each.subscribe('a', async ({ ack }) => {
        got.push(name);
        await ack();
      });
    await transport.publish('a', message('1'));
    await eventually('both', () => got.length === 2);
    expect([...got].sort()).toEqual(['looking', 'same']);
    await transport.close();
    await looking.close();
  });

  it('a group of one subscription ends with it', async () => {
    const { database, transport } = connect();
    const count = () => database.prepare('SELECT count(*) AS n FROM millwright_queue_group').get()?.['n'];
    const subscription = await transport.subscribe('a', ({ ack }) => ack());
    expect(count()).toBe(1);
    await subscription.close();
    expect(count()).toBe(0);
    await transport.close();
  });

  it('what fails to be noted on a full disk is noted when there is room', async () => {
    const errors: unknown[] = [];
    const { database, transport } = connect(freshFile(), { onError: (error: unknown) => errors.push(error) });
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const listen = async ({ reject }: Delivery): Promise<void> => {
      calls += 1;
      await gate.promise;
      await reject('x'.repeat(100_000));
    };
    await transport.subscribe('a', listen, { group: 'g' });
    await transport.publish('a', message('1'));
    await eventually('a delivery', () => calls === 1);
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 1}`);
    gate.resolve();
    await eventually('an error', () => errors.length > 0);
    expect(errors[0]).toMatchObject({ errcode: 13 });
    database.exec(`PRAGMA max_page_count = ${pages + 1000}`);
    await eventually('the rejection', async () => (await transport.rejected({ limit: 1 })).length === 1);
    expect(calls).toBe(1);
    await transport.close();
  });

  it('an urgent message overtakes what waits', async () => {
    const { transport } = connect(freshFile(), { concurrencyMax: 1 });
    const got: string[] = [];
    const listen = () =>
      transport.subscribe(
        'a',
        async (delivery) => {
          got.push(idOf(delivery));
          await delivery.ack();
        },
        { group: 'g' },
      );
    await (await listen()).close();
    for (const [id, priority] of [
      ['telemetry', 9],
      ['order', 3],
      ['hold', 0],
    ] as const)
      await transport.publish('a', { ...message(id, id), priority });
    await listen();
    await eventually('all', () => got.length === 3);
    expect(got).toEqual(['hold', 'order', 'telemetry']);
    await transport.close();
  });

  it('members of a group with several patterns get what fits theirs, and the rest waits', async () => {
    const { database, transport } = connect(freshFile(), { concurrencyMax: 2 });
    const got: string[] = [];
    const listen = (pattern: string) =>
      transport.subscribe(
        pattern,
        async (delivery) => {
          got.push(`${pattern} ${idOf(delivery)}`);
          await delivery.ack();
        },
        { group: 'g' },
      );
    await (await listen('x/{key}')).close();
    for (let index = 0; index < 10; index += 1) await transport.publish(`x/${index}`, message(`x${index}`));
    await listen('y');
    await transport.publish('y', message('y'));
    await eventually('one', () => got.length === 1);
    expect(got).toEqual(['y y']);
    expect(waiting(database)).toBe(10);
    await listen('x/{key}');
    await eventually('the rest', () => got.length === 11);
    await transport.close();
  });

  it('what was taken for a subscription that closes just then is not counted as delivered', async () => {
    const { database, transport } = connect();
    const got: number[] = [];
    const listen = async ({ attempt, ack }: Delivery): Promise<void> => {
      got.push(attempt);
      await ack();
    };
    const subscription = await transport.subscribe('a', listen, { group: 'g' });
    let closing: Promise<void> | undefined;
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      const taken = 'SELECT count(*) AS n FROM millwright_queue WHERE attempts > 0';
      if (sql === 'COMMIT' && database.prepare(taken).get()?.['n'] === 1) closing ??= subscription.close();
      exec(sql);
    };
    await transport.publish('a', message('1'));
    await eventually('the subscription is closed', () => closing !== undefined);
    await closing;
    expect(got).toEqual([]);
    await transport.subscribe('a', listen, { group: 'g' });
    await eventually('the delivery', () => got.length === 1);
    expect(got).toEqual([1]);
    await transport.close();
  });

  it('keeps what was rejected with its reason, until it is forgotten', async () => {
    const { transport } = connect();
    await transport.subscribe('a', ({ reject }) => reject('it is bad'), { group: 'g' });
    await transport.publish('a', message('1'));
    await eventually('a rejected one', async () => (await transport.rejected({ limit: 1 })).length === 1);
    const [letter] = await transport.rejected({ limit: 10 });
    expect([letter?.address, letter?.reason, letter && idOf(letter)]).toEqual(['a', 'it is bad', '1']);
    expect(await transport.forgetRejected(letter?.number ?? 0)).toBe(true);
    expect(await transport.rejected({ limit: 10 })).toEqual([]);
    await transport.close();
  });

  it('forgets a group with what waits for it', async () => {
    const { database, transport } = connect();
    await (await transport.subscribe('a', async () => undefined, { group: 'g' })).close();
    await transport.publish('a', message('1'));
    expect(waiting(database)).toBe(1);
    expect(await transport.forgetGroup('g')).toBe(true);
    expect(await transport.forgetGroup('g')).toBe(false);
    await transport.publish('a', message('2'));
    expect(waiting(database)).toBe(0);
    await transport.close();
  });

  it('a full disk refuses what is published, and what waits goes on', async () => {
    const { database, transport } = connect();
    await (await transport.subscribe('a', async () => undefined, { group: 'g' })).close();
    await transport.publish('a', message('1'));
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages}`);
    const large = { ...message('2'), data: new Uint8Array(100_000) };
    await expect(transport.publish('a', large)).rejects.toMatchObject({ errcode: 13 });
    await transport.subscribe('a', ({ ack }) => ack(), { group: 'g' });
    await eventually('nothing waits', () => waiting(database) === 0);
    await transport.close();
  });

  it('shares a connection with a store, and refuses to publish inside its transaction', async () => {
    const { database, transport } = connect();
    const store = createSqliteStore(database);
    await store.migrate();
    let calls = 0;
    await transport.subscribe('a', async ({ ack }) => {
      await store.transaction(() => {
        calls += 1;
      });
      await ack();
    });
    await transport.publish('a', message('1'));
    await eventually('a call', () => calls === 1);
    await expect(store.transaction(() => transport.publish('a', message('2')))).rejects.toThrow(NestedTransaction);
    await transport.close();
  });

  it('rests when nothing is to be done, also when another member should do something', async () => {
    const { database, transport } = connect();
    await (await transport.subscribe('x', async () => undefined, { group: 'g' })).close();
    await transport.publish('x', message('1'));
    let begun = 0;
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      if (sql.startsWith('BEGIN')) begun += 1;
      exec(sql);
    };
    await transport.subscribe('y', async () => undefined, { group: 'g' });
    const twin = createSqliteTransport(database, { leaseMs: 1000 });
    await twin.subscribe('y', async () => undefined, { group: 'g' });
    await pause(600);
    expect(begun).toBeLessThan(20);
    await transport.close();
    await twin.close();
  });

  it('looks into indexes only', async () => {
    const watched = watch(open());
    const transport = createSqliteTransport(watched.database, { leaseMs: 300 });
    const got: string[] = [];
    const listen = async (delivery: Delivery): Promise<void> => {
      got.push(idOf(delivery));
      if (idOf(delivery) === 'bad') return delivery.reject('it is bad');
      if (delivery.attempt === 1) return delivery.nack({ delayMs: 1, letOthersPass: idOf(delivery) === 'early' });
      await pause(400);
      return delivery.ack();
    };
    const own = await transport.subscribe('a', listen);
    await transport.subscribe('a', listen, { group: 'g' });
    for (const id of ['early', 'again', 'bad']) await transport.publish('a', message(id));
    await eventually('all', () => got.length === 10);
    await own.close();
    await transport.rejected({ limit: 1 });
    await transport.forgetRejected(1);
    await transport.forgetGroup('g');
    await transport.close();
    const plans = watched.plans();
    expect(plans.filter(([, detail]) => /SEARCH/.test(detail)).length).toBeGreaterThan(20);
    // Lanes that are ready come in the order of their index; groups and patterns are few, and all are asked for.
    const allowed =
      /USING (COVERING )?INDEX millwright_queue_lane_ready|SCAN (CONSTANT ROW|millwright_queue_(group|pattern))/;
    expect(plans.filter(([, detail]) => /SCAN/.test(detail) && !allowed.test(detail))).toEqual([]);
    // What lets others pass in one lane is sorted when nothing else is there.
    const sorted = plans.filter(
      ([sql, detail]) => /TEMP B-TREE/.test(detail) && !/ORDER BY due_at, position/.test(sql),
    );
    expect(sorted).toEqual([]);
  });
});
