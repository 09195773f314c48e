import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { expect, it } from 'vitest';
import { order } from './flows.ts';
import { live, surroundings } from './processes.ts';

/** Where a call may be under way: whoever comes later waits for its lease, so the clock of the test goes on. */
const leased = ['flow:begun', 'flow:saved', 'flow:committed', 'flow:calling', 'flow:called'];

/** Points of the flow and of the consumer whose transaction it works in. */
const points = [
  ...['flow:started', 'flow:begun', 'flow:saved', 'flow:committed', 'flow:calling', 'flow:called', 'flow:sent'],
  ...[
    'flow:received',
    'flow:decided',
    'consumer:received',
    'consumer:admitted',
    'consumer:handled',
    'consumer:committed',
  ],
];

it.each([1, 3])(
  'a run whose process is killed at every point ends as if nothing had been: %i',
  { timeout: 240_000 },
  async (visit) => {
    const { folder, plant, baseUrl } = await surroundings();
    const undisturbed = await order.open(createMemoryStore());
    await order.take(undisturbed);
    const killed: string[] = [];
    let said = '';
    let lateMs = 0;
    // The point that is met once, the send, comes when its turn does; whoever waits for it in vain ends the run.
    for (const point of [...points, undefined]) {
      const crash =
        point === undefined
          ? {}
          : { crash: { point, visit: point === 'flow:started' || point === 'flow:sent' ? 1 : visit } };
      const ended = await live({ folder, baseUrl, ...crash, lateMs });
      if (ended.signal === 'SIGKILL') {
        killed.push(`${point}`);
        if (leased.includes(`${point}`)) lateMs += 20_000;
      }
      said = ended.said;
      if (said !== '') break;
    }
    expect(JSON.parse(said)).toMatchObject({ status: 'completed', outputs: { workOrderStatus: 'completed' } });
    expect(plant.effects.toSorted()).toEqual(undisturbed.plant.effects.toSorted());
    expect(plant.conflicts).toEqual([]);
    const store = createSqliteStore(new DatabaseSync(join(folder, 'flow.db')));
    const audit = await store.audit.read({ limit: 100 });
    expect(audit.map(({ details }) => details['step'])).toEqual(['execute', 'confirmPart', 'confirmFinally']);
    expect(killed.length).toBeGreaterThan(6);
  },
);
