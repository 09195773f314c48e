import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedSystem, readSystems, selectForRole } from '@millwright/codegen';
import { type Contract, type JsonValue, loadContract, type Role, roles } from '@millwright/contract';
import { createEventBus, createMemoryTransport, subscribeMessage, type Unauthorised } from '@millwright/runtime';
import * as client from '@millwright/sdk/client';
import * as events from '@millwright/sdk/events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generators, operatorGenerators } from '../../generators/src/index.ts';
import { grantsOf } from '../../generators/src/permissions/grants.ts';
import { type Judge, kafkaJudge, mosquittoJudge, natsJudge, rabbitmqJudge } from './matchers.ts';
import { canonical, canonicalRegister, eventsOf, fileOf, generated, identities, names, systems } from './register.ts';

const everybody = [...names, 'svc-unknown', 'svc-odoo-pl01-test'];

describe.each<[name: string, file: string, judgeOf: (text: string) => Judge]>([
  ['nats', 'nats.conf', natsJudge],
  ['rabbitmq', 'rabbitmq.json', rabbitmqJudge],
  ['mosquitto', 'mosquitto.acl', mosquittoJudge],
  ['kafka', 'kafka.json', kafkaJudge],
])('%s', (name, file, judgeOf) => {
  it('lets each identity do with each event what x-governance says, and nothing else', async () => {
    const judge = judgeOf(await fileOf(file));
    const all = await eventsOf(await canonical());
    expect(all.length).toBeGreaterThan(25);
    const matrix = all.map(({ address }) => ({
      address,
      publishers: everybody.filter((name) => judge.mayPublish(name, address)),
      consumers: everybody.filter((name) => judge.mayConsume(name, address)),
    }));
    expect(matrix).toEqual(all);
  });

  // A topic of Kafka holds the events of all plants.
  if (name !== 'kafka')
    it('lets nobody do anything in another plant', async () => {
      const judge = judgeOf(await fileOf(file));
      const elsewhere = (await eventsOf(await canonical())).map(({ address }) => address.replace('PL01', 'PL02'));
      for (const address of elsewhere)
        expect(everybody.filter((name) => judge.mayPublish(name, address) || judge.mayConsume(name, address))).toEqual(
          [],
        );
    });

  it('holds no secret', async () => {
    const text = await fileOf(file);
    const secrets = [...text.matchAll(/password(?:_hash)?"?: "?([^\s"]+)/g)].map(([, value]) => value);
    expect(secrets).toEqual(
      name === 'mosquitto' || name === 'kafka'
        ? []
        : ['$PL01_ANALYTICS_SECRET', '$PL01_MES_SECRET', '$PL01_ERP_SECRET', '$PL01_QUALITY_SECRET'],
    );
  });
});

describe('nats', () => {
  it('gives no subject with a wildcard but the answers to what one consumer has delivered', async () => {
    const { rights } = natsJudge(await fileOf('nats.conf'));
    const wide = [...rights.values()].flat().filter((rule) => /[*>]/.test(rule));
    expect(wide.length).toBeGreaterThan(10);
    expect(wide.filter((rule) => !/^\$JS\.ACK\.millwright\.[A-Za-z0-9-]+\.>$/.test(rule))).toEqual([]);
  });

  it('follows the stream and the prefix of the transport', async () => {
    const text = await fileOf('nats.conf', { stream: 'plant', prefix: 'factory.events' });
    expect(text).toContain('"factory.events.PL01.quality.hold.placed.v1"');
    expect(text).toMatch(
      /"\$JS\.API\.CONSUMER\.CREATE\.plant\.svc-mes-pl01-[a-zA-Z0-9-]+\.factory\.events\.PL01\.quality\.hold\.placed\.v1"/,
    );
    expect(text).not.toContain('millwright.');
  });
});

it('rabbitmq follows the exchange of the transport', async () => {
  const text = await fileOf('rabbitmq.json', { exchange: 'plant' });
  expect(JSON.parse(text)).toMatchObject({ exchanges: [{ name: 'plant' }, { name: 'plant.dead-letters' }] });
  expect(text).not.toContain('millwright');
});

describe('the library and the brokers', () => {
  /** Names of roles that the generated function does not refuse. */
  async function takenBy(call: (bus: events.Bus, input: never) => Promise<unknown>): Promise<readonly Role[]> {
    const taken = await Promise.all(
      roles.map(async (role) => {
        const bus = events.createBus({ transport: createMemoryTransport(), source: '/x', role });
        const error = await call(bus, {} as never).then(
          () => undefined,
          (failure: Unauthorised) => failure,
        );
        return error?.code === 'unauthorised' ? [] : [role];
      }),
    );
    return taken.flat();
  }

  it('say the same of every event and role', async () => {
    const contract = await canonical();
    const all = await eventsOf(contract);
    for (const [index, channel] of contract.channels.entries()) {
      const [message] = channel.messages;
      const functions = events as unknown as Readonly<
        Record<string, (bus: events.Bus, input: never) => Promise<unknown>>
      >;
      const [publish, subscribe] = [functions[`publish${message?.name}`], functions[`subscribe${message?.name}`]];
      if (publish === undefined || subscribe === undefined) throw new Error(`no functions of ${message?.name}`);
      const tried = (taken: readonly Role[]) => names.filter((name) => taken.includes(identities[name]));
      expect([channel.address, tried(await takenBy(publish))]).toEqual([channel.address, all[index]?.publishers]);
      expect([channel.address, tried(await takenBy(subscribe))]).toEqual([channel.address, all[index]?.consumers]);
    }
  });
});

describe('calls', () => {
  it('are refused before anything is sent exactly where --as leaves the operation out', async () => {
    const contract = await canonical();
    const functions = client as unknown as Readonly<
      Record<string, (client: client.Client, input: never) => Promise<unknown>>
    >;
    for (const role of roles) {
      const selected = new Set(selectForRole(contract, role).operations.map(({ operationId }) => operationId));
      const denied: string[] = [];
      const sent: string[] = [];
      const connection = client.createClient({
        ...{ baseUrl: 'https://plant.example.com', role, retry: false, token: () => 'token' },
        onDenied: ({ operation }) => void denied.push(operation),
        fetch: async (url) => {
          sent.push(String(url));
          throw new Error('nobody listens');
        },
      });
      for (const { operationId = '' } of contract.operations) {
        const call =
          functions[operationId]?.(connection, {} as never) ?? Promise.reject(new Error(`no ${operationId}`));
        const { code } = (await call.catch((error: unknown) => error)) as client.ClientError;
        expect([role, operationId, code === 'unauthorised']).toEqual([role, operationId, !selected.has(operationId)]);
      }
      expect(denied).toHaveLength(contract.operations.length - selected.size);
      expect(sent.length).toBeLessThanOrEqual(selected.size);
    }
  });

  it('of a role that there is not are a fault of the configuration', () =>
    expect(() => client.createClient({ baseUrl: 'https://plant.example.com', role: 'mess' })).toThrow(
      'the nearest is mes,',
    ));
});

describe('a register', () => {
  it('of the canonical contracts gives every identity its role, and files for the brokers it is at', async () => {
    const [registered, faults] = readSystems(canonicalRegister);
    expect(faults).toEqual([]);
    const files = await generated({}, registered);
    expect([...files.keys()]).toEqual([
      ...['pl01/production/identities.ts', 'pl01/production/nats.conf', 'pl01/production/mosquitto.acl'],
      ...['pl01/test/identities.ts', 'pl01/test/nats.conf'],
      ...['pl02/production/identities.ts', 'pl02/production/rabbitmq.json', 'pl02/production/mosquitto.acl'],
      'pl02/production/kafka.json',
    ]);
    const written = [...files].filter(([path]) => path.endsWith('identities.ts')).map(([, text]) => text);
    for (const { serviceIdentity, role } of registered)
      expect(written.filter((text) => text.includes(`'${serviceIdentity}': '${role}',`))).toHaveLength(1);
  });

  it.each<[string, object, string, string]>([
    ['a role that there is not', { role: 'mess' }, '/role', 'must be one of erp, mes,'],
    ['an identity that would say something else in a file', { serviceIdentity: 'x"\n}' }, '/serviceIdentity', 'form'],
    ['a secret in place of its name', { credential: { reference: 'hunter2' } }, '/credential/reference', 'form'],
    ['no transports', { transports: 'nats' }, '/transports', 'must be a list'],
  ])('with %s is refused', (_, wrong, at, message) => {
    const good = {
      serviceIdentity: 'svc-a',
      role: 'mes',
      environment: 'test',
      transports: [],
      credential: { reference: 'a/b' },
    };
    const plant = { plantId: 'PL01', site: 'pl01', systems: [{ ...good, ...wrong }] };
    const [read, faults] = readSystems({ plants: [plant] } as JsonValue);
    expect(read).toEqual([]);
    expect(faults).toMatchObject([{ pointer: `/plants/0/systems/0${at}`, message: expect.stringContaining(message) }]);
  });

  it('with one identity twice is refused', () => {
    const system = {
      serviceIdentity: 'svc-a',
      role: 'mes',
      environment: 'test',
      transports: [],
      credential: { reference: 'a/b' },
    };
    const [, faults] = readSystems({ plants: [{ plantId: 'PL01', site: 'pl01', systems: [system, system] }] });
    expect(faults).toMatchObject([{ message: 'svc-a is the identity of two systems' }]);
  });
});

describe('a contract of somebody else', () => {
  const document = (channels: object, operations: object) => ({
    ...{ asyncapi: '3.0.0', info: { title: 'Lamps', version: '1.0.0' }, 'x-governance': { owner: 'light' } },
    ...{ channels, operations },
  });
  const envelope = (type: string) => ({
    type: 'object',
    properties: {
      id: { type: 'string' },
      source: { type: 'string' },
      specversion: { type: 'string' },
      type: { const: type },
    },
  });

  async function grantsIn(contract: object, bound: readonly ConnectedSystem[] = systems) {
    const folder = mkdtempSync(join(tmpdir(), 'millwright-policy-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'lamps.json'), JSON.stringify(contract));
    const [loaded] = await loadContract({ entries: [join(folder, 'lamps.json')] });
    return grantsOf(loaded as Contract, bound);
  }

  it('with several messages on a channel gives each the group that the run-time subscribes with', async () => {
    const messages = Object.fromEntries(
      ['on', 'off'].map((name) => [name, { name, headers: envelope(`lamp.${name}`) }]),
    );
    const right = { 'x-governance': { consume: ['mes'] } };
    const [grants] = await grantsIn(
      document(
        { lamps: { address: 'lamps/{id}', parameters: { id: {} }, messages } },
        { get: { action: 'receive', channel: { $ref: '#/channels/lamps' }, ...right } },
      ),
    );
    const groups: (string | undefined)[] = [];
    const transport = {
      ...createMemoryTransport(),
      subscribe: async (_: string, __: unknown, options?: { group?: string | undefined }) => {
        groups.push(options?.group);
        return { close: async () => {} };
      },
    };
    const bus = createEventBus({ transport, source: '/x' });
    for (const name of ['off', 'on'])
      await subscribeMessage(
        bus,
        { name, address: 'lamps/{id}', contentType: 'application/json', type: `lamp.${name}`, others: ['x'] },
        () => {},
        { group: 'svc-mes-pl01' },
      );
    expect(grants.find(({ system }) => system.role === 'mes')?.consume).toEqual(
      groups.map((group) => ({ address: 'lamps/{id}', topic: undefined, group })),
    );
  });

  it('grants nothing of a document that says nothing, nor of an address that could say something else', async () => {
    const operations = {
      get: { action: 'receive', channel: { $ref: '#/channels/lamps' }, 'x-governance': { consume: ['mes'] } },
    };
    const lamps = (address: string) => ({ lamps: { address, messages: { on: { name: 'on' } } } });
    const { 'x-governance': _, ...silent } = document(lamps('lamps/on'), {
      get: { action: 'receive', channel: { $ref: '#/channels/lamps' } },
    });
    expect((await grantsIn(silent))[0].flatMap(({ consume }) => consume)).toEqual([]);
    for (const address of ['lamps/#', 'lamps/>', 'lamps//on', 'lamps/a b', 'lamps/*\n']) {
      const [grants, diagnostics] = await grantsIn(document(lamps(address), operations));
      expect([address, grants.flatMap(({ consume }) => consume)]).toEqual([address, []]);
      expect(diagnostics).toMatchObject([{ code: 'generate/right-withheld', severity: 'warning' }]);
    }
  });

  it('gives no right to a topic of Kafka that several addresses share', async () => {
    const bindings = { kafka: { topic: 'light' } };
    const channel = (address: string) => ({ address, bindings, messages: { on: { name: 'on' } } });
    const channels = { red: channel('red/on'), green: channel('green/on') };
    const operation = (name: string) => ({
      action: 'receive',
      channel: { $ref: `#/channels/${name}` },
      'x-governance': { consume: ['mes'] },
    });
    const [grants] = await grantsIn(document(channels, { red: operation('red'), green: operation('green') }));
    expect(grants.flatMap(({ consume }) => consume.map(({ topic }) => topic))).toEqual([undefined, undefined]);
  });
});

it('the lists of generators name every folder', () => {
  const folders = readdirSync(new URL('../../generators/src', import.meta.url), { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => name);
  // `adapter` writes a project once, by `millwright scaffold`: `generate` never runs it.
  expect([...[...generators, ...operatorGenerators].map(({ name }) => name), 'adapter'].sort()).toEqual(folders.sort());
  expect(systems).toHaveLength(names.length);
});
