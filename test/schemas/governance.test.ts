import { isJsonObject, type JsonValue, type Role, roles } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import {
  canonicalContract,
  faultsOf,
  fileOf,
  filesBelow,
  filesOf,
  membersNamed,
  readJson,
  schemaOfFile,
  told,
  yamlFiles,
} from './canonical.ts';

interface ConnectedSystem {
  readonly systemId: string;
  readonly role: Role;
  readonly serviceIdentity: string;
  readonly environment: string;
  readonly transports: readonly string[];
  readonly credential: { readonly reference: string };
  readonly vocabularyMapping?: string;
}

interface Plant {
  readonly plantId: string;
  readonly site: string;
  readonly systems: readonly ConnectedSystem[];
}

const register = fileOf('governance/systems.yaml').value as unknown as { readonly plants: readonly Plant[] };
const systems = register.plants.flatMap((plant) => plant.systems);

/** Members of one name in all files, and what their own schema says against them. */
async function faultsOfMembers(
  name: string,
  schemaFile: string,
): Promise<readonly [count: number, faults: readonly string[]]> {
  const schema = schemaOfFile(await canonicalContract(), schemaFile);
  const found = yamlFiles.flatMap((file) => membersNamed(name, file.name, file.value));
  return [
    found.length,
    found.flatMap(({ file, pointer, value }) =>
      faultsOf(schema, value).map((fault) => `schemas/${file}#${pointer} ${told(fault)}`),
    ),
  ];
}

describe('extensions obey their own schemas', () => {
  // A misspelt member of governance is not read: the rights or the recovery time that it gives do not exist.
  it('x-governance', async () => {
    const [count, faults] = await faultsOfMembers('x-governance', 'governance/governance.yaml');
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(150);
  });

  // An adapter that does not find its mapping sends the canonical code, which the system does not know.
  it('x-vocabulary', async () => {
    const [count, faults] = await faultsOfMembers('x-vocabulary', 'governance/vocabulary.yaml');
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(15);
  });

  // A transition that is not read is refused at run time, and the object is stuck in its state.
  it('x-states', async () => {
    const [count, faults] = await faultsOfMembers('x-states', 'governance/states.yaml');
    expect(faults).toEqual([]);
    expect(count).toBeGreaterThan(7);
  });

  const wrong: readonly (readonly [schemaFile: string, value: JsonValue, keyword: string, pointer: string])[] = [
    ['governance/governance.yaml', { owner: 'Quality Engineering' }, 'pattern', '/owner'],
    ['governance/governance.yaml', { systemOfRecord: 'ERP' }, 'enum', '/systemOfRecord'],
    ['governance/governance.yaml', { consume: ['mes', 'mes'] }, 'uniqueItems', '/consume'],
    ['governance/governance.yaml', { latency: { class: 'rt', maxDelay: '5s' } }, 'format', '/latency/maxDelay'],
    ['governance/governance.yaml', { lifecycle: { status: 'deprecated' } }, 'required', '/lifecycle'],
    ['governance/governance.yaml', { requiresHumanApproval: 'yes' }, 'type', '/requiresHumanApproval'],
    ['governance/governance.yaml', { recoveryTime: 'PT1H' }, 'additionalProperties', ''],
    ['governance/vocabulary.yaml', { version: '1', owner: 'a', mappings: {} }, 'minProperties', '/mappings'],
    [
      'governance/vocabulary.yaml',
      {
        version: '1.0.0',
        owner: 'a',
        mappings: {
          mes: {
            system: 'M',
            field: 'f',
            codes: ['A'],
            toSystem: { a: 'A' },
            fromSystem: { A: 'a' },
            loss: 'narrowing',
          },
        },
      },
      'required',
      '/mappings/mes',
    ],
    ['governance/states.yaml', { property: 'status', initial: [], final: [], transitions: [] }, 'minItems', '/initial'],
    [
      'governance/states.yaml',
      { property: 'status', initial: ['a'], final: [], transitions: [{ from: 'a', to: 'b' }] },
      'required',
      '/transitions/0',
    ],
    ['governance/systems.schema.yaml', { version: '1.0.0', plants: [] }, 'minItems', '/plants'],
  ];

  it.each(wrong)('%s refuses %j', async (schemaFile, value, keyword, pointer) => {
    const faults = faultsOf(schemaOfFile(await canonicalContract(), schemaFile), value);
    expect(faults.map((fault) => [fault.keyword, fault.instancePath])).toContainEqual([keyword, pointer]);
  });
});

describe('register of systems', () => {
  // Broker permissions are made from it: a wrong entry locks a plant out, or lets a stranger in.
  it('obeys its schema', async () => {
    const schema = schemaOfFile(await canonicalContract(), 'governance/systems.schema.yaml');
    expect(faultsOf(schema, fileOf('governance/systems.yaml').value).map(told)).toEqual([]);
  });

  // Two systems with one identity share their rights, and nobody can tell afterwards which of them wrote.
  it('gives each system an identifier, a service identity and a credential of its own', () => {
    for (const values of [
      register.plants.map(({ plantId }) => plantId),
      systems.map(({ systemId }) => systemId),
      systems.map(({ serviceIdentity }) => serviceIdentity),
      systems.map(({ credential }) => credential.reference),
    ])
      expect(values).toEqual([...new Set(values)]);
  });

  // A secret in a repository is public the day that the repository is.
  it('holds no secret', () => {
    const { text } = fileOf('governance/systems.yaml');
    expect(text).not.toMatch(/-----BEGIN|password|secret:|token:|[A-Za-z0-9+/]{40,}/i);
  });

  // What governance allows to a role that no system plays is allowed to nobody: events pile up unread.
  it('has a system in production for every role that governance names', () => {
    const named = new Set(
      yamlFiles
        .flatMap((file) => membersNamed('x-governance', file.name, file.value))
        .flatMap(({ value }) =>
          isJsonObject(value) ? ['systemOfRecord', 'create', 'update', 'consume'].map((name) => value[name]) : [],
        )
        .flat()
        .filter((role) => typeof role === 'string'),
    );
    const played = new Set(
      systems.filter(({ environment }) => environment === 'production').map(({ role }) => role as string),
    );
    expect([...named].filter((role) => !played.has(role))).toEqual([]);
    expect([...played].filter((role) => !roles.includes(role as Role))).toEqual([]);
  });

  // A plant without its ERP, MES or quality system cannot run a flow.
  it.each(['PL01', 'PL02'])('connects ERP, MES, quality and middleware of %s', (plantId) => {
    const plant = register.plants.find((candidate) => candidate.plantId === plantId);
    const played = plant?.systems.filter(({ environment }) => environment === 'production').map(({ role }) => role);
    expect(played).toEqual(expect.arrayContaining(['erp', 'mes', 'quality', 'middleware']));
  });

  // An OAuth scope without a role, or a role without a scope, locks its systems out of every API.
  it('has a scope for every role that calls', () => {
    const scopes = Object.keys(
      membersNamed('scopes', 'common/http.yaml', fileOf('common/http.yaml').value)[0]?.value as object,
    );
    const calling = roles.filter((role) => role !== 'middleware');
    expect(scopes.sort()).toEqual(calling.map((role) => `role.${role}`).sort());
  });

  // A broker that no event contract describes has no addresses and no security scheme.
  it('is connected to brokers that the event contracts describe', () => {
    const brokers = systems.flatMap(({ transports }) => transports.filter((name) => !['https', 'sftp'].includes(name)));
    for (const { name, value } of filesOf('asyncapi'))
      for (const broker of brokers) expect([name, ...Object.keys(value['servers'] as object)]).toContain(broker);
  });

  // An adapter that asks for a mapping that a vocabulary lacks has no code to send.
  it('speaks mappings that every mapped vocabulary has', () => {
    const spoken = new Set(systems.flatMap(({ vocabularyMapping }) => vocabularyMapping ?? []));
    const lacking = yamlFiles
      .flatMap((file) => membersNamed('x-vocabulary', file.name, file.value))
      .flatMap(({ file, value }) => {
        const mappings = isJsonObject(value) && isJsonObject(value['mappings']) ? Object.keys(value['mappings']) : [];
        return [...spoken]
          .filter((name) => !mappings.includes(name))
          .map((name) => `schemas/${file} has no mapping ${name}`);
      });
    expect(lacking).toEqual([]);
  });

  // A reader copies the identity of an example; a policy that does not know it refuses the event.
  it('knows every service identity that a contract or an example names', () => {
    const texts = [
      ...yamlFiles
        .filter(({ name }) => name !== 'governance/systems.yaml')
        .map(({ name, text }) => [name, text] as const),
      ...filesBelow('examples', /\.json$/).map((name) => [name, JSON.stringify(readJson(name))] as const),
    ];
    const known = new Set(systems.map(({ serviceIdentity }) => serviceIdentity));
    const unknown = texts.flatMap(([name, text]) =>
      [...text.matchAll(/\bsvc-[a-z0-9-]*[a-z0-9]/g)]
        .map(([identity]) => identity)
        // An instance of a service has the identity of the service and a number.
        .filter((identity) => !known.has(identity) && !known.has(identity.replace(/-\d+$/, '')))
        .map((identity) => `schemas/${name} names ${identity}`),
    );
    expect(unknown).toEqual([]);
  });

  // An external reference to a system that is not registered leads nobody to the object.
  it('knows every system that a valid example names', () => {
    const known = new Set(systems.map(({ systemId }) => systemId));
    const examples = filesBelow('examples', /\.json$/).filter((name) => /\/valid\/|^examples\/events\//.test(name));
    const unknown = examples.flatMap((name) =>
      membersNamed('externalReferences', name, readJson(name))
        .flatMap(({ value }) => (Array.isArray(value) ? value : []))
        .flatMap((reference) => (isJsonObject(reference) ? String(reference['system']) : []))
        // The example of the longest list makes its systems up.
        .filter((system) => !known.has(system) && !/^sys-\d\d$/.test(system))
        .map((system) => `schemas/${name} names ${system}`),
    );
    expect(unknown).toEqual([]);
  });
});
