import { DBOS } from '@dbos-inc/dbos-sdk';
import { createDbosFlows } from '@millwright/runtime/flow/dbos';
import type { Store } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newSchema, type PostgresFixture, postgresFixture } from '../runtime/postgres-fixtures.ts';
import { postgresMissing } from '../services/postgres.ts';
import { canonicalFlows, order, outcomeOf } from './flows.ts';
import { live, surroundings } from './processes.ts';
import type { World } from './world.ts';

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

    it('a run ends as in a process of its own, over a queue', async () => {
      const undisturbed = await order.open(createMemoryStore());
      const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
      DBOS.setConfig({ ...engine, systemDatabaseUrl: fixture.url, executorID: 'one' });
      const create: World['create'] = (config) =>
        createDbosFlows({ ...config, dbos: DBOS, queueName: 'flows', pollMs: 10 });
      const world = await order.open((await fixture.open()) as Store, create);
      await DBOS.launch();
      await DBOS.registerQueue('flows', { globalConcurrency: 4, minPollingIntervalMs: 10 });
      try {
        expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
        const driven = await DBOS.listWorkflows({ workflowName: 'millwright-flow' });
        expect(driven.length).toBeGreaterThan(0);
        expect(new Set(driven.map(({ status, queueName }) => `${status} ${queueName}`))).toEqual(
          new Set(['SUCCESS flows']),
        );
      } finally {
        await DBOS.shutdown();
      }
    });

    it.each([
      ['before it has done anything', 'flow:begun', 1, 0],
      ['in a call', 'flow:called', 4, 20_000],
    ] as const)(
      'a run whose executor is killed %s is ended by another one',
      { timeout: 120_000 },
      async (_, point, visit, lateMs) => {
        const { folder, plant, baseUrl } = await surroundings();
        const undisturbed = await order.open(createMemoryStore());
        await order.take(undisturbed);
        const name = newSchema();
        await fixture.pool.query(`CREATE DATABASE ${name}`);
        onTestFinished(async () => {
          await fixture.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
        });
        const { href: url } = Object.assign(new URL(fixture.url), { pathname: `/${name}` });
        const plan = { folder, baseUrl };
        const first = await live({ ...plan, lateMs: 0, dbos: { url, executor: 'first' }, crash: { point, visit } });
        expect(first.signal).toBe('SIGKILL');
        // The first one does not come back. In a call, its lease has run out by now.
        const second = await live({ ...plan, lateMs, dbos: { url, executor: 'second' } });
        expect(JSON.parse(second.said)).toMatchObject({ status: 'completed' });
        expect(plant.effects.toSorted()).toEqual(undisturbed.plant.effects.toSorted());
        expect(plant.conflicts).toEqual([]);
      },
    );
  });
});
