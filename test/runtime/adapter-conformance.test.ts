import { DatabaseSync } from 'node:sqlite';
import { createMessaging } from '@millwright/runtime/messaging';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { isValid } from '@millwright/runtime/validation';
import { createBus, subscribeWorkOrderReleased } from '@millwright/sdk/events';
import { table } from '@millwright/sdk/validator-schemas';
import {
  type AdapterAtWork,
  type AdapterMessage,
  adapterConformance,
  adapterOnRuntime,
  derivePayloads,
  nodeNamed,
} from '@millwright/testing';
import { describe, expect, it } from 'vitest';

const schema = { table, node: nodeNamed(table, 'WorkOrder') };

type Sabotage = 'narrow' | 'gullible' | 'forgetful' | 'hasty' | 'amnesic' | 'choking';

/** An adapter in memory that keeps every promise, or all but one. */
function adapter(sabotage?: Sabotage): AdapterAtWork {
  const effects: string[] = [];
  let seen = new Set<string>();
  let next = new Map<string, number>();
  let isChoked = false;
  const deliver = async ({ id, key, sequence, data }: AdapterMessage) => {
    if (isChoked) throw new Error('still busy with the poison');
    if (seen.has(id)) return 'duplicate';
    if (sabotage === 'narrow' && effects.length > 1) return 'refused';
    if (sabotage !== 'gullible' && !isValid(table, schema.node, data, 'tolerant')) {
      isChoked = sabotage === 'choking';
      return 'refused';
    }
    if (sabotage !== 'hasty' && sequence > (next.get(key) ?? 1)) return 'waiting';
    effects.push(id);
    if (sabotage !== 'forgetful') seen.add(id);
    next.set(key, sequence + 1);
    return 'applied';
  };
  return {
    deliver,
    crashBeforeAck: async (message) => {
      await deliver(message);
      if (sabotage === 'amnesic') [seen, next] = [new Set(), new Map()];
    },
    effects: async () => effects,
    close: async () => {},
  };
}

/** Names of the promises that are found broken. */
async function broken(sabotage?: Sabotage): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, run } of adapterConformance)
    await run({ open: async () => adapter(sabotage), schema }).catch(() => found.push(name));
  return found;
}

describe('the conformance run of adapters', () => {
  it('finds nothing in an adapter that keeps its promises', async () => {
    expect(await broken()).toEqual([]);
  });

  it.each([
    ['narrow', 0],
    ['gullible', 1],
    ['forgetful', 2],
    ['hasty', 3],
    ['amnesic', 4],
    ['choking', 5],
  ] as const)('finds the broken promise of a %s adapter', async (sabotage, index) => {
    expect(await broken(sabotage)).toContain(adapterConformance[index]?.name);
  });
});

/** An adapter on the runtime whose system is a table; `direct` subscribes without store and inbox. */
function onRuntime(isDirect: boolean): Promise<AdapterAtWork> {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE effect (number INTEGER PRIMARY KEY, id TEXT)');
  const insert = database.prepare('INSERT INTO effect (id) VALUES (?)');
  const effects = async (): Promise<readonly string[]> =>
    database
      .prepare('SELECT id FROM effect ORDER BY number')
      .all()
      .map(({ id }) => String(id));
  return adapterOnRuntime({
    address: 'PL01/production/work-order/released/v1',
    attributes: {
      ...{ specversion: '1.0', type: 'millwright.production.work-order.released.v1', source: '/plants/PL01/erp' },
      ...{ time: '2026-01-05T06:00:00Z', datacontenttype: 'application/json', correlationid: 'c-1', plantid: 'PL01' },
      ...{ subject: 'PL01/WO-1', contractversion: '1.0.0', producer: 'svc-erp-pl01' },
      dataschema: 'https://schemas.millwright.dev/objects/work-order.yaml',
    },
    start: async (transport, onBuried) => {
      const identity = { source: '/plants/PL01/mes', producer: 'svc-mes-pl01', role: 'mes', transport } as const;
      const messaging = createMessaging({ ...identity, store: createSqliteStore(database), onBuried });
      await messaging.start();
      const config = isDirect ? { ...messaging.config, consumer: undefined, transport } : messaging.config;
      await subscribeWorkOrderReleased(createBus(config), ({ headers }) => void insert.run(headers.id), {
        group: 'mes',
      });
      return { effects, stop: () => messaging.close() };
    },
  });
}

describe('an adapter on the runtime', () => {
  it.each(adapterConformance.map(({ name, run }) => [name, run] as const))('%s', async (_, run) => {
    await run({ open: () => onRuntime(false), schema });
  });

  it('is found out when it has no inbox', async () => {
    const found: string[] = [];
    for (const { name, run } of adapterConformance)
      await run({ open: () => onRuntime(true), schema }).catch(() => found.push(name));
    expect(found).toContain('a message that comes again takes effect once');
    expect(found).toContain('a crash between the effect and the ack does not repeat the effect');
  });
});

describe('payloads of a schema', () => {
  const titles = [
    'WorkOrder',
    'Lot',
    'ProductionConfirmation',
    'QualityHold',
    'Item',
    'Nonconformance',
    'StockMovement',
  ];
  it.each(titles)('of %s are what they are said to be, and the same for the same seed', (title) => {
    const subject = { table, node: nodeNamed(table, title) };
    const { valid, edge, invalid } = derivePayloads(subject, 3);
    expect([...valid, ...edge].every((value) => isValid(table, subject.node, value, 'strict'))).toBe(true);
    expect(invalid.some((value) => isValid(table, subject.node, value, 'tolerant'))).toBe(false);
    expect(edge.length).toBeGreaterThan(0);
    expect(invalid.length).toBeGreaterThan(5);
    expect(derivePayloads(subject, 3)).toEqual({ valid, edge, invalid });
  });

  it('throws for a title that there is not', () => {
    expect(() => nodeNamed(table, 'Nothing')).toThrow('Nothing');
  });
});
