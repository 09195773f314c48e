import { DatabaseSync } from 'node:sqlite';
import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalFlows, outcomeOf } from './flows.ts';

/** Each store with the points of death that it is tried at: the slower one at those between two transitions. */
const stores: readonly (readonly [name: string, open: () => Store, points: RegExp])[] = [
  ['memory', createMemoryStore as () => Store, /^/],
  ['sqlite', () => createSqliteStore(new DatabaseSync(':memory:')) as Store, /^flow:(saved|committed|called)$/],
];

describe.each(canonicalFlows)('$name', (flow) => {
  async function undisturbed() {
    const world = await flow.open(createMemoryStore());
    const view = await flow.take(world);
    return { outcome: await outcomeOf(world, view), points: world.points };
  }

  it('runs to its end, with every decision in the audit trail', async () => {
    const { outcome, points } = await undisturbed();
    await expect(`${JSON.stringify(outcome, null, 2)}\n`).toMatchFileSnapshot(`golden/${flow.name}.json`);
    expect([...new Set(points.filter((point) => point.startsWith('flow:')))].sort()).toEqual(
      expect.arrayContaining([
        'flow:begun',
        'flow:called',
        'flow:calling',
        'flow:committed',
        'flow:decided',
        'flow:saved',
      ]),
    );
  });

  it.each(stores)('ends the same when it dies at any one point: %s', { timeout: 180_000 }, async (_, open, tried) => {
    const { outcome, points } = await undisturbed();
    for (const [at, point] of points.entries()) {
      if (!tried.test(point)) continue;
      const world = await flow.open(open());
      world.crashAt = [at];
      const view = await flow.take(world);
      const place = `${at} ${point}`;
      expect([place, await outcomeOf(world, view)]).toEqual([place, outcome]);
      expect(world.points.length).toBeGreaterThan(at);
    }
  });

  it('would be seen to do each thing twice where the other side knows no keys', async () => {
    const { outcome, points } = await undisturbed();
    const seen: string[] = [];
    for (const at of points.keys()) {
      if (points[at] !== 'flow:called') continue;
      const world = await flow.open(createMemoryStore());
      world.plant.isForgetful = true;
      world.crashAt = [at];
      const view = await flow.take(world);
      if (JSON.stringify(await outcomeOf(world, view)) !== JSON.stringify(outcome)) seen.push(`${at}`);
    }
    expect(seen).toHaveLength(outcome.effects.length);
  });

  it('ends the same with deaths anywhere, messages in any order, and some of them twice', async () => {
    const { outcome, points } = await undisturbed();
    const deaths = fc.uniqueArray(fc.nat(points.length * 2), { maxLength: 8 });
    const order = fc.infiniteStream(fc.nat(1_000));
    await fc.assert(
      fc.asyncProperty(deaths, order, order, async (crashAt, picks, copies) => {
        const world = await flow.open(createMemoryStore());
        world.crashAt = crashAt;
        const view = await flow.take(world, {
          pick: (count) => (picks.next().value as number) % count,
          repeats: () => (copies.next().value as number) % 3 === 0,
        });
        expect(await outcomeOf(world, view)).toEqual(outcome);
      }),
      { numRuns: 150 },
    );
  });
});
