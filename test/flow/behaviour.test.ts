import { bindFlow, FlowRefused } from '@millwright/runtime/flow';
import { AmbiguousCommit } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { bindOrderToProduction, orderToProduction } from '@millwright/sdk/flows/order-to-production';
import { describe, expect, it } from 'vitest';
import { order, outcomeOf, release } from './flows.ts';
import { correlationId, orderInputs } from './inputs.ts';
import { course, type World } from './world.ts';

const person = { by: 'W-11C0', roles: ['mes'] };
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof FlowRefused ? error.code : error),
  );
const audit = async (world: World) =>
  (await world.store.audit.read({ limit: 100 })).map(({ action, actor, details }) => [action, actor, details['step']]);
const callsOf = (world: World, path: string) => world.plant.calls.filter((call) => call.path === path);

describe('a decision', () => {
  const waiting = async () => {
    const world = await order.open(createMemoryStore());
    const view = await order.take(world, { decide: (step) => (step === 'execute' ? 'approve' : 'nothing') });
    return { world, view };
  };

  it('is waited for as long as nobody takes it', async () => {
    const { world, view } = await waiting();
    expect(view).toMatchObject({ status: 'waiting', decision: { step: 'confirmPart', roles: ['mes'] } });
    world.clock.at += 365 * 86_400_000;
    await world.flows.poll();
    expect(await world.flows.find('orderToProduction', 'run-1')).toEqual(view);
    expect(await world.flows.list({ flow: 'orderToProduction', status: 'waiting', limit: 10 })).toEqual([view]);
    expect(world.plant.effects.filter((effect) => effect.includes('confirm-part'))).toEqual([]);
  });

  it('is taken by somebody with a role that may, and only once', async () => {
    const { world } = await waiting();
    const decide = (more: object) =>
      codeOf(
        world.flows.decide('orderToProduction', 'run-1', {
          ...person,
          step: 'confirmPart',
          decision: 'approve',
          ...more,
        }),
      );
    expect(await decide({ roles: ['warehouse'] })).toBe('unauthorised');
    expect(await decide({ roles: [] })).toBe('unauthorised');
    expect(await decide({ step: 'confirmFinally' })).toBe('not-waiting');
    expect(await decide({ signature: { signatureId: 'SIG-1', meaning: 'approval' } })).toBe('done');
    expect(await decide({})).toBe('not-waiting');
    expect(await audit(world)).toEqual([
      ['decided', 'W-11C0', 'execute'],
      ['denied', 'W-11C0', 'confirmPart'],
      ['denied', 'W-11C0', 'confirmPart'],
      ['decided', 'W-11C0', 'confirmPart'],
    ]);
    const [last] = (await world.store.audit.read({ limit: 10 })).slice(-1);
    expect(last?.details).toMatchObject({ decision: 'approve', 'signature.signatureId': 'SIG-1', roles: 'mes' });
  });

  it('that is a no ends the workflow, and is not asked for again', async () => {
    const world = await order.open(createMemoryStore());
    const view = await order.take(world, { decide: (step) => (step === 'confirmPart' ? 'reject' : 'approve') });
    expect(view.status).toBe('failed');
    expect(view.failure).toMatchObject({ step: 'execute', kind: 'rejected' });
    expect(world.plant.effects.filter((effect) => effect.includes('confirm'))).toEqual([]);
    expect(await world.flows.list({ flow: 'orderToProduction', status: 'failed', limit: 10 })).toEqual([view]);
  });
});

describe('a message', () => {
  it('that does not come is waited for again, and then the workflow is undone as its description says', async () => {
    const world = await order.open(createMemoryStore());
    world.plant.mute.add('publishWorkOrderReleased');
    const view = await order.take(world);
    expect(view.status).toBe('compensated');
    expect(view.failure?.reason).toContain('releaseWorkOrder failed at awaitRelease: the message did not come in time');
    expect(world.plant.get('/work-orders/PL01/WO-1001')).toMatchObject({ status: 'cancelled' });
    expect(world.plant.effects.at(-1)).toContain('run-order-1:cancel');
    // Three times 5 s, with a pause of 1 s before the second and the third.
    expect(world.clock.at - Date.parse('2026-11-01T08:00:00Z')).toBe(17_000);
  });

  it('can come before the answer to the call that caused it, and holds up nothing', async () => {
    const undisturbed = await order.open(createMemoryStore());
    const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
    const world = await order.open(createMemoryStore());
    const begun = world.clock.at;
    world.plant.meanwhile = async () => {
      while (world.wire.letters.length > 0) await world.wire.deliver();
    };
    expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
    expect([world.clock.at, world.plant.calls.length]).toEqual([begun, undisturbed.plant.calls.length]);
  });

  it('that does not come can be replaced by a call', async () => {
    const world = await release.open(createMemoryStore());
    world.plant.mute.add('publishInspectionRequested');
    const view = await release.take(world);
    expect(view.status).toBe('completed');
    expect(callsOf(world, '/inspection-orders/PL01/IO-2026-0102')).toHaveLength(1);
  });

  it('of another business transaction is none of its own', async () => {
    const world = await order.open(createMemoryStore());
    world.plant.mute.add('publishWorkOrderReleased');
    const foreign = { ...orderInputs.workOrder, status: 'released' };
    await world.plant.tell('publishWorkOrderReleased', foreign, 'somebody-else');
    expect((await order.take(world)).status).toBe('compensated');
  });

  it('that no run takes is a dead letter once too many wait', async () => {
    const world = await release.open(createMemoryStore());
    for (let count = 0; count < 300; count += 1)
      await world.plant.tell('publishHoldPlaced', {
        recordId: `${count}`,
        holdNumber: `QH-${count}`,
        status: 'active',
      });
    while (world.wire.letters.length > 0) await world.wire.deliver();
    const letters = await world.store.deadLetters.list({ limit: 1_000 });
    // The last confirmation of the order waits as well.
    expect(letters).toHaveLength(301 - 256);
    expect(letters[0]?.failure.reason).toContain(correlationId);
  });
});

describe('a call', () => {
  it('whose answer is lost is repeated with the same key', async () => {
    const undisturbed = await order.open(createMemoryStore());
    const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
    const world = await order.open(createMemoryStore());
    world.plant.interfere = (_, count) => (count === 1 ? 'lost' : undefined);
    expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
    expect(world.plant.calls.length).toBeGreaterThan(undisturbed.plant.calls.length);
  });

  it('that is never answered fails its step', async () => {
    const world = await order.open(createMemoryStore());
    world.plant.interfere = ({ path }) => (path === '/work-orders' ? 'away' : undefined);
    const view = await order.take(world);
    expect(view).toMatchObject({ status: 'failed', failure: { step: 'release', kind: 'transient' } });
    expect(callsOf(world, '/work-orders').map(({ key }) => key)).toEqual(Array(4).fill('run-order-1:create'));
  });

  it('that is refused for now is repeated as the description says, and as the answer asks', async () => {
    const world = await order.open(createMemoryStore());
    const busy = (retryAfter?: string) => ({
      ...{ status: 503, body: { title: 'busy' } },
      ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
    });
    world.plant.interfere = ({ path }, count) =>
      path === '/work-orders' && count <= 2 ? busy(count === 2 ? '60' : undefined) : undefined;
    expect((await order.take(world)).status).toBe('completed');
    expect(world.clock.at - Date.parse('2026-11-01T08:00:00Z')).toBe(65_000);
  });

  it('that was refused because of a change goes back to read again', async () => {
    const world = await release.open(createMemoryStore());
    const status = '/lots/FG-1000/L-2026-0415/status';
    world.plant.interfere = ({ path }, count) =>
      path === status && count === 1 ? { status: 412, body: { title: 'changed' } } : undefined;
    const view = await release.take(world);
    expect(view.status).toBe('completed');
    // Approved once, for the visit that was repeated.
    expect((await audit(world)).map(([, , step]) => step)).toEqual(['markInInspection', 'decideRelease', 'freeLot']);
    expect(callsOf(world, '/lots/FG-1000/L-2026-0415')).toHaveLength(3);
  });

  it('without what it needs is not made', async () => {
    const world = await order.open(createMemoryStore());
    // No ETag comes back, and the next call cannot do without.
    world.plant.interfere = ({ path, method }) =>
      path === '/work-orders' && method === 'POST' ? { status: 201, body: { ...orderInputs.workOrder } } : undefined;
    const view = await order.take(world);
    // What cannot be undone either, because that needs the order, is for a person.
    expect(view.status).toBe('failed');
    expect(view.failure?.reason).toContain('what should undo has failed');
    expect(callsOf(world, '/work-orders/PL01/WO-1001').filter(({ method }) => method === 'PATCH')).toEqual([]);
  });
});

it('a verdict that is no pass leads to a hold', async () => {
  const world = await release.open(createMemoryStore());
  world.plant.interfere = ({ path }) =>
    path === '/inspection-results' ? { status: 201, body: { recordId: 'R-1', verdict: 'fail' } } : undefined;
  const told = { inspectionOrderNumber: 'IO-2026-0102', recordId: 'R-1' };
  await world.plant.tell('publishInspectionCompleted', told);
  const view = await release.take(world);
  expect(view).toMatchObject({ status: 'completed', outputs: { mayShip: false, holdNumber: 'QH-2026-0031' } });
  expect(world.plant.effects.some((effect) => effect.includes(':release'))).toBe(false);
});

describe('a run', () => {
  it('is started once for a key, and not at all with a transaction that fails', async () => {
    const world = await order.open(createMemoryStore());
    const start = (more = {}) => world.flows.start(orderToProduction, 'run-1', orderInputs, more);
    const failing = world.store.transaction(async (transaction) => {
      await start({ transaction });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await world.flows.find('orderToProduction', 'run-1')).toBeUndefined();
    expect([await start(), await start()]).toEqual([true, false]);
  });

  it('is not started with inputs that break the contract', async () => {
    const world = await order.open(createMemoryStore());
    const start = (inputs: object) =>
      codeOf(world.flows.start(orderToProduction, 'run-1', { ...orderInputs, ...inputs } as typeof orderInputs));
    expect(await start({ runId: undefined })).toBe('inputs-invalid');
    expect(await start({ consumption: { plantId: 'PL01' } })).toBe('inputs-invalid');
    expect(await start({ producer: 'not an identity' })).toBe('inputs-invalid');
  });

  it('of another plan is left alone, unless the plan claims it', async () => {
    const changed = { ...orderToProduction, version: 'another' };
    const world = await order.open(createMemoryStore());
    await world.flows.start(orderToProduction, 'run-1', orderInputs);
    const before = await world.store.processes.find('orderToProduction', 'run-1');
    const bootWith = (plan: typeof orderToProduction) =>
      world.boot((clients) => [bindFlow(plan, bindOrderToProduction(clients))]);
    await bootWith(changed);
    expect(await codeOf(world.flows.poll())).toBe('plan-changed');
    expect(await codeOf(world.flows.poll())).toBe('done');
    expect(await world.store.processes.find('orderToProduction', 'run-1')).toEqual(before);
    await bootWith({ ...changed, compatible: [orderToProduction.version] });
    expect((await course(world, orderToProduction, orderInputs)).status).toBe('completed');
  });

  it('goes on when nobody can tell whether a transaction was committed', async () => {
    const undisturbed = await order.open(createMemoryStore());
    const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
    for (const every of [2, 3, 5, 7]) {
      const store = createMemoryStore();
      let count = 0;
      const doubtful: typeof store = {
        ...store,
        transaction: async (work) => {
          const result = await store.transaction(work);
          count += 1;
          if (count % every === 0) throw new AmbiguousCommit('the connection broke');
          return result;
        },
      };
      const world = await order.open(doubtful);
      expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
      expect(count).toBeGreaterThan(every);
    }
  });

  it('is driven by two processes at once as by one', async () => {
    const undisturbed = await order.open(createMemoryStore());
    const outcome = await outcomeOf(undisturbed, await order.take(undisturbed));
    const world = await order.open(createMemoryStore());
    const other = world.flows;
    await world.boot();
    const { poll } = world.flows;
    const both = async (): Promise<void> => {
      await Promise.all([poll.call(world.process?.flows), other.poll()]);
    };
    Object.assign(world.flows, { poll: both });
    expect(await outcomeOf(world, await order.take(world))).toEqual(outcome);
  });
});
