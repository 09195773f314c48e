import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  createEventBus,
  createMemoryTransport,
  type MessageDescriptor,
  publishMessage,
  type Transport,
} from '@millwright/runtime';
import {
  createMessaging,
  type Messaging,
  type MessagingConfig,
  OutboxFull,
  type Store,
} from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createNatsTransport } from '@millwright/runtime/transports/nats';
import { eventually } from '@millwright/testing';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNats } from '../services/nats.ts';
import { postgresMissing, startPostgres } from '../services/postgres.ts';
import { mountSmallDisk, onDisk, type SmallDisk, smallDiskMissing } from '../services/small-disk.ts';

const confirmed: MessageDescriptor = {
  name: 'Confirmed',
  address: 'PL01/production/confirmed/v1',
  contentType: 'application/octet-stream',
  type: 'confirmed.v1',
};
const telemetry: MessageDescriptor = { ...confirmed, name: 'Telemetry', governance: { latency: 'batch' } };

/** A transport that takes nothing until it is told to, and remembers what it took. */
function gate() {
  const taken: string[] = [];
  let isOpen = false;
  const transport: Transport = {
    ...createMemoryTransport(),
    publish: async (_, { attributes }) => {
      if (!isOpen) throw new Error('the broker is away');
      taken.push(String(attributes['id']));
    },
  };
  return {
    transport,
    taken,
    open: (): void => {
      isOpen = true;
    },
  };
}

/** Publishes in one transaction with a row of the application, and tells what was accepted and what was refused. */
function writer<Connection>(messaging: Messaging<Connection>, insert: (connection: Connection, id: string) => unknown) {
  const bus = createEventBus({ ...messaging.config, validate: false });
  const accepted: string[] = [];
  const refused: unknown[] = [];
  const write = async (size: number, descriptor = confirmed): Promise<boolean> => {
    const id = `${accepted.length + refused.length}`;
    // What cannot be compressed away.
    const data = randomBytes(size);
    try {
      await messaging.transaction(async ({ connection, within }) => {
        await insert(connection, id);
        await publishMessage(within(bus), descriptor, { data, headers: { id } });
      });
      accepted.push(id);
      return true;
    } catch (error) {
      refused.push(error);
      return false;
    }
  };
  return { write, accepted, refused };
}

async function started<Connection>(
  config: Pick<MessagingConfig<Connection>, 'store' | 'transport' | 'limits'>,
): Promise<Messaging<Connection>> {
  const messaging = createMessaging({ ...config, source: '/mes', pollMs: 5, retry: { initialMs: 5, maxMs: 50 } });
  onTestFinished(() => messaging.close());
  await messaging.start();
  return messaging;
}

describe('a full buffer', () => {
  it.each([
    ['messages', { countMax: 10 }, '10 messages wait, 10 may'],
    ['bytes', { bytesMax: 1_050 }, '1000 bytes wait, 1050 may'],
  ])('of %s refuses before anything is written, and what was accepted arrives', async (_, limits, said) => {
    const { transport, taken, open } = gate();
    const store = createMemoryStore();
    const messaging = await started({ store, transport, limits });
    const rows: string[] = [];
    const { write, accepted, refused } = writer(messaging, (connection, id) => connection.set(`row ${id}`, id));
    for (let index = 0; index < 15; index += 1) await write(100);
    expect([accepted.length, refused.length]).toEqual([10, 5]);
    expect(refused[0]).toBeInstanceOf(OutboxFull);
    expect(String(refused[0])).toContain(said);
    await store.transaction(({ connection }) => {
      for (let id = 0; id < 15; id += 1) if (connection.get(`row ${id}`) !== undefined) rows.push(`${id}`);
    });
    expect(rows).toEqual(accepted);
    open();
    await eventually('all that were accepted', () => taken.length === accepted.length);
    expect(taken).toEqual(accepted);
    // How much waits is looked up once a second.
    await eventually('room for another', () => write(100));
  });

  it('of an age refuses when the oldest has waited too long', async () => {
    const { transport, taken, open } = gate();
    const messaging = await started({ store: createMemoryStore(), transport, limits: { ageMaxMs: 50 } });
    const { write, refused } = writer(messaging, () => undefined);
    expect(await write(1)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await write(1)).toBe(false);
    expect(String(refused[0])).toMatch(/the oldest message waits for \d+ ms, 50 ms are allowed/);
    open();
    await eventually('the first', () => taken.length === 1);
  });

  it('keeps a fifth for what is more urgent than telemetry', async () => {
    const { transport } = gate();
    const messaging = await started({ store: createMemoryStore(), transport, limits: { countMax: 10 } });
    const { write } = writer(messaging, () => undefined);
    const answers: boolean[] = [];
    for (let index = 0; index < 10; index += 1) answers.push(await write(1, telemetry));
    answers.push(await write(1), await write(1), await write(1));
    expect(answers.filter(Boolean)).toHaveLength(10);
    expect(answers.slice(-3)).toEqual([true, true, false]);
  });
});

/** A disk of its own for one test. */
function disk(megabytes: number): SmallDisk {
  const mounted = mountSmallDisk(megabytes);
  onTestFinished(() => mounted.remove());
  return mounted;
}

describe.skipIf(smallDiskMissing !== undefined)(`a full disk ${smallDiskMissing ?? ''}`, () => {
  it('of SQLite: an error to the caller, and nothing that was accepted is lost', async () => {
    const small = disk(4);
    const database = new DatabaseSync(join(small.folder, 'mes.db'));
    database.exec('CREATE TABLE business (id TEXT)');
    const { transport, taken, open } = gate();
    const messaging = await started({ store: createSqliteStore(database), transport });
    const { write, accepted, refused } = writer(messaging, (connection, id) =>
      connection.prepare('INSERT INTO business VALUES (?)').run(id),
    );
    while (refused.length < 5) await write(10_000);
    expect(accepted.length).toBeGreaterThan(50);
    expect(refused[0]).toMatchObject({ errcode: 13, message: expect.stringContaining('full') });
    const rows = (): unknown[] =>
      database
        .prepare('SELECT id FROM business')
        .all()
        .map(({ id }) => id);
    expect(rows()).toEqual(accepted);
    small.resize(40);
    expect(await write(10_000)).toBe(true);
    open();
    await eventually('all that were accepted', () => taken.length === accepted.length);
    expect(taken).toEqual(accepted);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });

  it.skipIf(postgresMissing !== undefined)(
    `of PostgreSQL: the same, though the server gives up and has to be started again ${postgresMissing ?? ''}`,
    async () => {
      const small = disk(120);
      const server = await onDisk(small, startPostgres);
      onTestFinished(() => server.stop());
      const pool = new pg.Pool({ connectionString: server.url });
      pool.on('error', () => undefined);
      onTestFinished(() => pool.end());
      await pool.query('CREATE TABLE business (id text)');
      const { transport, taken, open } = gate();
      const messaging = await started({ store: createPostgresStore(pool, { waitMaxMs: 500 }), transport });
      const { write, accepted, refused } = writer(messaging, (connection, id) =>
        connection.query({ text: 'INSERT INTO business VALUES ($1)', values: [id] }),
      );
      while (refused.length < 3) await write(900_000);
      expect(accepted.length).toBeGreaterThan(5);
      small.resize(1_000);
      await server.kill?.();
      await server.restart?.();
      await eventually('the first that fits again', () => write(1_000), 30_000);
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM business ORDER BY id::int');
      expect(rows.map(({ id }) => id)).toEqual(accepted);
      open();
      await eventually('all that were accepted', () => taken.length === accepted.length, 30_000);
      expect(taken).toEqual(accepted);
    },
  );

  it('of NATS, which then stops its streams: the outbox keeps what they do not take, until they do', async () => {
    const small = disk(64);
    const server = await onDisk(small, startNats);
    onTestFinished(() => server.stop());
    const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    onTestFinished(() => connection.close());
    const driver = { connection, jetstream: jetstream(connection), headers };
    const nats = createNatsTransport(driver, { prefix: 'full', createStream: {}, publishTimeoutMs: 500 });
    const taken: string[] = [];
    const transport: Transport = {
      ...nats,
      publish: async (to, what) => {
        await nats.publish(to, what);
        taken.push(String(what.attributes['id']));
      },
    };
    const messaging = await started({ store: createMemoryStore() as Store, transport });
    const got = new Set<unknown>();
    await nats.subscribe(confirmed.address ?? '', async (delivery) => {
      got.add(delivery.message.attributes['id']);
      await delivery.ack();
    });
    const { write, accepted } = writer(messaging, () => undefined);
    await write(1_000);
    await eventually('a stream', () => taken.length === 1);
    // The server limits itself to what is free when it starts; somebody else takes it afterwards.
    writeFileSync(join(small.folder, 'filler'), Buffer.alloc(55_000_000));
    for (let index = 0; index < 30; index += 1) await write(900_000);
    expect(accepted).toHaveLength(31);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const before = taken.length;
    expect(before).toBeLessThan(accepted.length);
    small.resize(200);
    await server.kill?.();
    await server.restart?.();
    await eventually('all that were accepted', () => got.size === accepted.length, 60_000);
  });
});
