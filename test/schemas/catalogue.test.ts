import {
  type Contract,
  governanceOf,
  isJsonObject,
  type JsonObject,
  type Role,
  type Schema,
} from '@millwright/contract';
import type { ErrorObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { canonicalContract, faultsOf, fileOf, filesBelow, readJson, schemaOfFile, told } from './canonical.ts';

/** The objects of the canonical model. */
const objects = [
  'item',
  'unit-of-measure',
  'bill-of-materials',
  'routing',
  'work-center',
  'work-order',
  'operation-status',
  'production-confirmation',
  'material-consumption',
  'labor-report',
  'downtime',
  'machine-event',
  'lot',
  'lot-genealogy',
  'stock-movement',
  'inventory-adjustment',
  'inventory-balance',
  'item-cost',
  'inspection-plan',
  'inspection-order',
  'inspection-result',
  'nonconformance',
  'deviation',
  'corrective-action',
  'quality-hold',
  'release-decision',
] as const;

type LatencyClass = 'rt' | 'nrt' | 'batch';

/** The events of the canonical model: who sends, who must receive, and how soon. */
const events: readonly (readonly [
  event: string,
  producers: readonly Role[],
  consumers: readonly Role[],
  latency: LatencyClass,
])[] = [
  ['item.changed', ['erp'], ['mes', 'quality', 'analytics'], 'nrt'],
  ['bill-of-materials.changed', ['erp'], ['mes', 'quality', 'analytics'], 'nrt'],
  ['routing.changed', ['erp'], ['mes', 'quality', 'analytics'], 'nrt'],
  ['work-order.released', ['erp'], ['mes', 'quality'], 'rt'],
  ['work-order.changed', ['erp'], ['mes', 'quality'], 'rt'],
  ['work-order.cancelled', ['erp'], ['mes', 'quality'], 'rt'],
  ['work-order.closed', ['erp'], ['mes', 'quality'], 'rt'],
  ['operation.status-changed', ['mes'], ['erp', 'quality', 'analytics'], 'rt'],
  ['production.confirmed', ['mes'], ['erp', 'quality'], 'rt'],
  ['material.consumed', ['mes'], ['erp'], 'rt'],
  ['labor.reported', ['mes'], ['erp'], 'nrt'],
  ['downtime.reported', ['mes'], ['erp', 'analytics'], 'nrt'],
  ['machine.event', ['mes'], ['analytics', 'mes'], 'rt'],
  ['lot.created', ['mes', 'erp'], ['erp', 'quality'], 'rt'],
  ['lot.moved', ['mes', 'erp'], ['erp', 'quality'], 'rt'],
  ['lot.transformed', ['mes', 'erp'], ['erp', 'quality'], 'rt'],
  ['stock.moved', ['erp'], ['mes', 'quality', 'analytics'], 'rt'],
  ['inventory.adjusted', ['erp'], ['mes', 'quality', 'analytics'], 'rt'],
  ['inspection.requested', ['erp', 'mes'], ['quality'], 'rt'],
  ['inspection.completed', ['quality'], ['erp', 'mes'], 'rt'],
  ['nonconformance.raised', ['quality', 'mes'], ['erp', 'mes', 'quality'], 'rt'],
  ['nonconformance.dispositioned', ['quality'], ['erp', 'mes'], 'rt'],
  ['nonconformance.closed', ['quality'], ['erp', 'mes'], 'rt'],
  ['deviation.approved', ['quality'], ['erp', 'mes'], 'nrt'],
  ['corrective-action.opened', ['quality'], ['erp', 'mes', 'analytics'], 'nrt'],
  ['corrective-action.closed', ['quality'], ['erp', 'mes', 'analytics'], 'nrt'],
  ['hold.placed', ['quality'], ['erp', 'mes'], 'rt'],
  ['hold.released', ['quality'], ['erp', 'mes'], 'rt'],
  ['release.decided', ['quality'], ['erp', 'mes'], 'rt'],
  ['cost.rolled-up', ['erp', 'mes'], ['analytics'], 'batch'],
  ['kpi.consolidated', ['erp', 'mes'], ['analytics'], 'batch'],
  ['archive.exported', ['erp', 'mes'], ['analytics'], 'batch'],
];

const objectSchema = (contract: Contract, object: string): Schema => schemaOfFile(contract, `objects/${object}.yaml`);

/**
 * Faults that are another reason than the named one. What else is wrong with the same value is no other reason, nor is
 * what the alternatives of a choice around it each say, nor that a condition around it fails.
 */
function otherFaults(faults: readonly ErrorObject[], pointer: string): readonly ErrorObject[] {
  const around = faults
    .filter(({ keyword, instancePath }) => /^(?:one|any)Of$/.test(keyword) && holds(instancePath, pointer))
    .map(({ instancePath }) => instancePath);
  return faults.filter(
    ({ keyword, instancePath }) =>
      instancePath !== pointer &&
      !around.some((choice) => holds(choice, instancePath)) &&
      !(keyword === 'if' && holds(instancePath, pointer)),
  );
}

function holds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

describe.each(objects)('object %s', (object) => {
  const valid = filesBelow('examples', /\.json$/).filter((name) => name.startsWith(`examples/${object}/valid/`));
  const invalid = filesBelow('examples', /\.json$/).filter((name) => name.startsWith(`examples/${object}/invalid/`));

  // Nobody answers for an object without governance, and no SDK of any role can hold it.
  it('says who owns it, which system is right and who may write and read it', async () => {
    const {
      owner,
      systemOfRecord,
      create = [],
      update = [],
      consume = [],
      latency,
      criticality,
      lifecycle,
      retention,
    } = governanceOf(objectSchema(await canonicalContract(), object));
    expect({ owner, systemOfRecord, latency, criticality, lifecycle, retention }).toEqual({
      owner: expect.any(String),
      systemOfRecord: expect.any(String),
      latency: expect.objectContaining({ class: expect.any(String) }),
      criticality: expect.any(String),
      lifecycle: expect.objectContaining({ status: expect.any(String) }),
      retention: expect.any(String),
    });
    expect([...create, ...update]).toContain(systemOfRecord);
    expect(consume).not.toEqual([]);
  });

  // Validators reject other transitions; without them any system may set any status.
  it('has a state machine when it has a status', async () => {
    const schema = objectSchema(await canonicalContract(), object);
    const machine = schema.extensions?.get('x-states');
    expect(isJsonObject(machine) ? machine['property'] : undefined).toBe(
      schema.properties?.has('status') === true ? 'status' : undefined,
    );
  });

  // Test doubles and documentation of every connected system are made from the examples.
  it('has at least three valid and six invalid examples', () => {
    expect([valid.length >= 3, invalid.length >= 6]).toEqual([true, true]);
  });

  it.each(valid)('%s is accepted', async (name) => {
    expect(faultsOf(objectSchema(await canonicalContract(), object), readJson(name)).map(told)).toEqual([]);
  });

  // A value that is refused for another reason than the named one proves nothing about the named one.
  it.each(invalid)('%s is refused for just the reason that it names', async (name) => {
    const wanted = readJson(name) as JsonObject;
    const faults = faultsOf(objectSchema(await canonicalContract(), object), wanted['instance']);
    expect(faults.map((fault) => [fault.keyword, fault.instancePath])).toContainEqual([
      wanted['keyword'],
      wanted['pointer'],
    ]);
    expect(otherFaults(faults, String(wanted['pointer'])).map(told)).toEqual([]);
    expect(wanted['why']).toEqual(expect.stringMatching(/^[A-Z0-9].*\.$/));
  });
});

describe('objects', () => {
  it('are those of the model, and what batches carry', () => {
    const files = filesBelow('objects', /\.yaml$/).map((name) => name.slice('objects/'.length, -'.yaml'.length));
    expect([...files].sort()).toEqual([...objects, 'batch-manifest'].sort());
  });

  // A state that the enum lacks cannot be sent; one that the machine lacks can never be left.
  it('have machines over the values of their status', async () => {
    const contract = await canonicalContract();
    for (const object of objects) {
      const schema = objectSchema(contract, object);
      const machine = schema.extensions?.get('x-states');
      if (!isJsonObject(machine)) continue;
      const status = schema.properties?.get('status');
      const transitions = machine['transitions'] as readonly { readonly from: string; readonly to: string }[];
      const states = new Set(transitions.flatMap(({ from, to }) => [from, to]));
      expect([object, ...[...states].sort()]).toEqual([
        object,
        ...((status?.ref ?? status)?.enum ?? []).map(String).sort(),
      ]);
    }
  });
});

describe.each(events)('event %s', (event, producers, consumers, latency) => {
  const [object, occurrence] = event.split('.') as [string, string];

  // A consumer that waits for an event that no channel carries never learns of it.
  it('has a channel for those who send and receive it', async () => {
    const contract = await canonicalContract();
    const channels = contract.channels.filter(({ address }) => address?.endsWith(`/${object}/${occurrence}/v1`));
    expect(channels.map(({ address }) => address)).toEqual([
      expect.stringMatching(/^\{plant\}\/[a-z-]+\/[a-z-]+\/[a-z-]+\/v1$/),
    ]);
    const [channel] = channels;
    const { create = [], consume = [], latency: promised } = channel?.governance ?? {};
    expect(promised?.class).toBe(latency);
    expect(create).not.toEqual([]);
    expect(create.filter((role) => !producers.includes(role))).toEqual([]);
    expect([...consume].sort()).toEqual([...consumers].sort());
    const actions = contract.channelOperations
      .filter((operation) => operation.channel === channel)
      .map(({ action }) => action);
    expect(actions.sort()).toEqual(['receive', 'send']);
  });

  // The message of an event is found by its type; a type of another name reaches nobody.
  it('has a message of its type and a valid example', async () => {
    const contract = await canonicalContract();
    const channel = contract.channels.find(({ address }) => address?.endsWith(`/${object}/${occurrence}/v1`));
    const [message, ...others] = channel?.messages ?? [];
    expect(others).toEqual([]);
    const { data, ...envelope } = readJson(`examples/events/${event}.json`) as JsonObject;
    const domain = channel?.address?.split('/')[1];
    expect(envelope['type']).toBe(`millwright.${domain}.${event}.v1`);
    expect(faultsOf(message?.headers as Schema, envelope).map(told)).toEqual([]);
    expect(faultsOf(message?.payload as Schema, data).map(told)).toEqual([]);
    expect(faultsOf(schemaOfFile(contract, 'common/envelope.yaml'), envelope).map(told)).toEqual([]);
  });
});

describe('events', () => {
  it('are those of the model', async () => {
    const contract = await canonicalContract();
    const addresses = contract.channels.map(({ address }) => address?.split('/').slice(2, 4).join('.'));
    expect(addresses.sort()).toEqual(events.map(([event]) => event).sort());
    expect(filesBelow('examples/events', /\.json$/)).toEqual(
      events.map(([event]) => `examples/events/${event}.json`).sort(),
    );
  });

  // The dashboards of a plant group by domain; a domain that has no file has no owner.
  it('stand in the file of their domain', () => {
    for (const domain of ['analytics', 'inventory', 'master-data', 'production', 'quality']) {
      const channels = Object.values(fileOf(`events/${domain}.yaml`).value['channels'] as JsonObject);
      for (const channel of channels)
        expect(isJsonObject(channel) && channel['address']).toContain(`{plant}/${domain}/`);
    }
  });
});
