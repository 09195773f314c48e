import { readdirSync } from 'node:fs';
import { readSystems, selectForRole } from '@millwright/codegen';
import { type JsonValue, type Role, roles } from '@millwright/contract';
import { createMemoryTransport, type Unauthorised } from '@millwright/runtime';
import * as client from '@millwright/sdk/client';
import * as events from '@millwright/sdk/events';
import { describe, expect, it } from 'vitest';
import { generators, operatorGenerators } from '../../generators/src/index.ts';
import { type Judge, mosquittoJudge, natsJudge, rabbitmqJudge } from './matchers.ts';
import { canonical, canonicalRegister, eventsOf, fileOf, generated, identities, names, systems } from './register.ts';

const everybody = [...names, 'svc-unknown', 'svc-odoo-pl01-test'];

describe.each<[string, string, (text: string) => Judge]>([
  ['nats', 'nats.conf', natsJudge],
  ['rabbitmq', 'rabbitmq.json', rabbitmqJudge],
  ['mosquitto', 'mosquitto.acl', mosquittoJudge],
])('%s', (_, file, judgeOf) => {
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
      file === 'mosquitto.acl'
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
    const shown = [...files.keys()].filter((path) => !path.endsWith('kafka.json'));
    expect(shown).toEqual([
      ...['pl01/production/identities.ts', 'pl01/production/nats.conf', 'pl01/production/mosquitto.acl'],
      ...['pl01/test/identities.ts', 'pl01/test/nats.conf'],
      ...['pl02/production/identities.ts', 'pl02/production/rabbitmq.json', 'pl02/production/mosquitto.acl'],
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

it('the lists of generators name every folder', () => {
  const folders = readdirSync(new URL('../../generators/src', import.meta.url), { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => name);
  expect([...generators, ...operatorGenerators].map(({ name }) => name).sort()).toEqual(folders.sort());
  expect(systems).toHaveLength(names.length);
});
