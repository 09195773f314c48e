import { isValid } from '@millwright/runtime/validation';
import { table } from '@millwright/sdk/validator-schemas';
import {
  type AdapterAtWork,
  type AdapterMessage,
  adapterConformance,
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
