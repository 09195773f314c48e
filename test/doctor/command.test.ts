import { existsSync } from 'node:fs';
import { parse } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { describe, expect, it } from 'vitest';
import { storesOf } from '../../cli/src/stores/store-reference.ts';
import { root, workplace } from '../cli/run-cli.ts';
import { runDoctorIn } from './run-doctor.ts';

const place = workplace();

async function store(name: string): Promise<void> {
  const database = new DatabaseSync(place.path(name));
  await createSqliteStore(database).migrate();
  database.close();
}

describe('millwright doctor', () => {
  it('examines the stores and transports of the config, all or by name', async () => {
    await store('plant.db');
    const config = {
      stores: { plant: 'sqlite:plant.db', other: 'sqlite:gone.db' },
      transports: { bus: 'nats://bob:hush-hush@127.0.0.1:1' },
    };
    place.write({ 'deep/millwright.config.json': JSON.stringify(config) });
    place.write({ 'millwright.config.json': JSON.stringify(config) });
    const one = place.run(['doctor', 'plant']);
    expect([one.status, one.stdout.split('\n')[0]]).toEqual([0, `plant sqlite:${place.path('plant.db')}: durable`]);
    const gone = place.run(['doctor', 'other', '--format', 'json']);
    expect(gone.status).toBe(1);
    expect(JSON.parse(gone.stdout)).toMatchObject({
      format: 'millwright.doctor/1',
      targets: [{ name: 'other', kind: 'sqlite', verdict: 'unknown', checks: [{ id: 'doctor/reachable' }] }],
    });
    expect(existsSync(place.path('gone.db'))).toBe(false);
    const nobody = place.run(['doctor', 'nobody']);
    expect([nobody.status, nobody.stderr]).toEqual([2, expect.stringContaining('It has plant, other, bus.')]);
    const elsewhere = place.run(['doctor', 'plant', '--config', 'deep/millwright.config.json']);
    expect([elsewhere.status, elsewhere.stdout]).toEqual([1, expect.stringContaining('deep')]);
  });

  it('says which package is missing, and shows no password', async () => {
    for (const [flag, address, name] of [
      ['--store', 'postgres://joe:hush-hush@db/plant', 'pg'],
      ['--transport', 'nats://joe:hush-hush@bus', '@nats-io/transport-node'],
      ['--transport', 'amqp://joe:hush-hush@bus', 'amqplib'],
      ['--transport', 'mqtt://joe:hush-hush@bus', 'mqtt'],
      ['--transport', 'kafka://joe:hush-hush@bus', '@platformatic/kafka'],
    ] as const) {
      // No folder above it can have packages.
      const { status, stdout, stderr } = await runDoctorIn(parse(root).root, [flag, address]);
      expect([status, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(new RegExp(`^error driver/missing .*npm install ${name}`, 's'));
      expect(stderr).not.toContain('hush');
    }
  });

  it.each([
    [['--store', 'mysql://joe:hush-hush@db/plant'], 'neither with sqlite: nor with postgres:'],
    [['--store', 'postgres://joe:hush hush@'], 'postgres: cannot be read'],
    [['--transport', 'gopher://joe:hush-hush@bus'], 'of no kind that is known'],
    [['--store', 'postgres://joe:hush-hush@db?schema=a-b'], 'is no name of a schema'],
    [['--store', 'sqlite::memory:'], 'ends with its process'],
    [['--store', 'env:MILLWRIGHT_NOWHERE'], 'MILLWRIGHT_NOWHERE is not set'],
    [['--transport', 'nats://bus?monitor=hush'], '?monitor= is no address'],
    [['--store', 'sqlite:x.db', '--timeout', 'soon'], '--timeout soon is no time'],
    [[], 'No store and no transport was named'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = place.run(['doctor', ...args]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain('hush');
  });

  it.each([
    ['{"stores": {"plant": ["postgres://joe:hush-hush@db"]}}', 'stores.plant is no address'],
    ['{"stores": {"plant": {"url": ["postgres://joe:hush-hush@db"]}}}', 'stores.plant.url is no address'],
    ['{"transports": {"bus": {"url": "nats://joe:hush-hush@bus"}}}', 'transports.bus is no address'],
  ])('refuses the config %s without showing it', (config, message) => {
    place.write({ 'millwright.config.json': config });
    const { status, stderr } = place.run(['doctor']);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain('hush');
  });

  it('takes an address from the environment, and a schema from the config', async () => {
    await store('plant.db');
    const stores = { plant: 'env:PLANT', other: { url: 'env:OTHER', schema: 'other' } };
    place.write({ 'millwright.config.json': JSON.stringify({ stores }) });
    const environment = { NO_COLOR: '1', PLANT: 'sqlite:plant.db', OTHER: 'postgres://joe:hush-hush@127.0.0.1:1/db' };
    const plant = place.run(['doctor', 'plant'], { environment });
    expect([plant.status, plant.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/plant\.db: durable$/)]);
    const bus = place.run(['doctor', '--transport', 'env:BUS'], { environment: { ...environment, BUS: 'gopher://x' } });
    expect([bus.status, bus.stderr]).toEqual([2, expect.stringContaining('of no kind that is known')]);
  });

  it('tells a file that is no database', () => {
    place.write({ 'plant.db': 'a letter to the plant'.repeat(100) });
    const { status, stdout } = place.run(['doctor', '--store', 'sqlite:plant.db']);
    expect([status, stdout]).toEqual([1, expect.stringContaining('file is not a database')]);
  });
});

describe('the address of a store', () => {
  const told = (store: string) =>
    storesOf(['plant'], { config: { stores: { plant: store } }, folder: '/deep', file: undefined });
  it('is a file relative to a folder, or a server with a schema', () => {
    expect(told('sqlite:a/b.db')).toMatchObject([{ kind: 'sqlite', file: '/deep/a/b.db', place: 'sqlite:a/b.db' }]);
    expect(told('sqlite:///var/b.db')).toMatchObject([
      { kind: 'sqlite', file: '/var/b.db', place: 'sqlite:/var/b.db' },
    ]);
    expect(told('postgres://a:b@c/d?sslmode=require&schema=s')).toEqual([
      {
        ...{ kind: 'postgres', name: 'plant', url: 'postgres://a:b@c/d?sslmode=require', schema: 's' },
        place: 'postgres://c/d',
      },
    ]);
  });

  it('is what other commands take: a name of the config, or one given with it', async () => {
    await store('plant.db');
    place.write({ 'millwright.config.json': '{"stores": {"plant": "sqlite:plant.db"}}' });
    for (const [given, name] of [
      ['plant', 'plant'],
      ['sqlite:./plant.db', 'plant'],
      ['line=sqlite:plant.db', 'line'],
    ] as const) {
      const examined = place.run(['doctor', '--store', given]);
      expect([examined.status, examined.stdout.split('\n')[0]]).toEqual([
        0,
        `${name} sqlite:${place.path('plant.db')}: durable`,
      ]);
      expect(place.run(['dlq', 'list', '--store', given])).toMatchObject({
        ...{ status: 0, stdout: expect.stringContaining(` in ${name}.`) },
      });
    }
  });

  it.each([
    'mysql://joe:hush-hush@db/plant',
    'joe:hush-hush@db/plant',
    'postgres//joe:hush-hush@db/plant',
    'joe/hush-hush@db',
    'postgres:joe:hush-hush@db/plant',
    'postgres://joe:hush hush@',
    'postgres://joe:hush-hush@db/plant?schema=a-b',
    'postgres://joe:hush-hush@127.0.0.1:1/plant',
    'sqlite::memory:',
    'env:MILLWRIGHT_NOWHERE',
    'nobody',
    'line=nobody',
  ])('is refused as by other commands, without its password: %s', (given) => {
    const environment = { NO_COLOR: '1', NODE_PATH: undefined };
    const doctor = place.run(['doctor', '--store', given], { environment });
    expect(doctor.stderr).toMatch(/^error .*\n {2}fix {5}.*\.\n$/);
    expect(doctor.stderr).not.toContain('hush');
    for (const command of [
      ['dlq', 'list'],
      ['trace', 'WO-1'],
      ['replay', '--order', 'WO-1'],
      ['audit', 'verify'],
    ])
      expect(place.run([...command, '--store', given], { environment })).toEqual(
        expect.objectContaining({ status: doctor.status, stdout: '', stderr: doctor.stderr }),
      );
  });
});
