import { DBOS } from '@dbos-inc/dbos-sdk';
import { createDbosFlows } from '@millwright/runtime/flow/dbos';
import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createPostgresStore } from '@millwright/runtime/stores/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresFixture, postgresFixture } from '../runtime/postgres-fixtures.ts';
import { postgresMissing } from '../services/postgres.ts';
import { canonicalFlows, order, outcomeOf } from './flows.ts';
import { live, surroundings } from './processes.ts';

const describeWithServer = postgresMissing === undefined ? describe : describe.skip;

describeWithServer(`flows on PostgreSQL${postgresMissing === undefined ? '' : `: needs ${postgresMissing}`}`, () => {
  let fixture: PostgresFixture;
  beforeAll(async () => {
    fixture = await postgresFixture();
  }, 60_000);
  afterAll(() => fixture?.close());

  it.each(canonicalFlows)('$name ends the same when it dies after calls, saves and decisions', async (flow) => {
    const undisturbed = await flow.open(createMemoryStore());
    const outcome = await outcomeOf(undisturbed, await flow.take(undisturbed));
    const world = await flow.open((await fixture.open()) as Store);
    world.crashAt = [...undisturbed.points.keys()].filter((at) => at % 7 === 3);
    expect(await outcomeOf(world, await flow.take(world))).toEqual(outcome);
  });

  it('two processes at once drive a run as one does', async () => {
    const undisturbed = await order.open(createMemoryStore());
    const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
    const world = await order.open((await fixture.open()) as Store);
    const other = world.flows;
    await world.boot();
    const own = world.flows;
    const poll = own.poll.bind(own);
    Object.assign(own, { poll: async () => void (await Promise.all([poll(), other.poll()])) });
    expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
  });

  describe('hosted on DBOS', () => {
    const engine = { name: 'flow', applicationVersion: '1', logLevel: 'error', runAdminServer: false } as const;

    it('a run ends as in a process of its own', async () => {
      const undisturbed = await order.open(createMemoryStore());
      const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
      DBOS.setConfig({ ...engine, systemDatabaseUrl: fixture.url, executorID: 'one' });
      const world = await order.open((await fixture.open()) as Store, (config) =>
        createDbosFlows({ ...config, dbos: DBOS }),
      );
      await DBOS.launch();
      try {
        expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
        const driven = await DBOS.listWorkflows({ workflowName: 'millwright-flow' });
        expect(driven.length).toBeGreaterThan(0);
        expect(new Set(driven.map(({ status }) => status))).toEqual(new Set(['SUCCESS']));
      } finally {
        await DBOS.shutdown();
      }
    });

    it('a run whose executor is killed in a call is ended by another one', { timeout: 120_000 }, async () => {
      const { folder, plant, baseUrl } = await surroundings();
      const undisturbed = await order.open(createMemoryStore());
      await order.take(undisturbed);
      const plan = { folder, baseUrl, lateMs: 0 };
      const dbos = (executor: string) => ({ dbos: { url: fixture.url, executor } });
      const first = await live({ ...plan, ...dbos('first'), crash: { point: 'flow:called', visit: 4 } });
      expect(first.signal).toBe('SIGKILL');
      // Whether the first one comes back, nobody knows; its lease and its turn have run out.
      const second = await live({ ...plan, ...dbos('second'), lateMs: 70_000 });
      expect(JSON.parse(second.said)).toMatchObject({ status: 'completed' });
      expect(plant.effects.toSorted()).toEqual(undisturbed.plant.effects.toSorted());
      const store = createPostgresStore(fixture.pool);
      expect(await store.processes.list({ process: 'orderToProduction', status: 'completed', limit: 5 })).toHaveLength(
        1,
      );
    });
  });
});
