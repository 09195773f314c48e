import { createEventBus } from '@millwright/runtime';
import { bindFlow, createFlows, type FlowPlan, type ReceivedEvent, textOf, valueAt } from '@millwright/runtime/flow';
import { createMessaging } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { expect, it } from 'vitest';
import { Wire } from './wire.ts';
import { FakeClock } from './world.ts';

/** Asks for a number, and waits for a message that is related to the run by that number. */
function numbered(more: object = {}) {
  const handlers: ((message: ReceivedEvent) => Promise<void>)[] = [];
  let calls = 0;
  const plan: FlowPlan<object, unknown, unknown> = {
    ...{ name: 'numbered', version: '1', compatible: [], inputs: [] },
    workflows: {
      numbered: {
        id: 'numbered',
        steps: [
          {
            ...{ id: 'ask', kind: 'call', operation: 'ask' },
            call: async () => {
              calls += 1;
              return { ok: true, status: 200, headers: new Headers(), data: { number: 7 } };
            },
            outputs: (s) => ({ number: valueAt(s.response, 'body', 'number') }),
            ...more,
          },
          {
            ...{ id: 'wait', kind: 'receive', messages: ['told'], timeoutMs: 1_000 },
            correlation: (s) => textOf('no ', valueAt(s.steps, 'ask', 'number')),
            outputs: (s) => ({ told: valueAt(s.message, 'payload', 'text') }),
          },
        ],
        outputs: (s) => ({ told: valueAt(s.steps, 'wait', 'told') }),
      },
    },
    events: {
      told: {
        subscribe: async (_, __, handler) => {
          handlers.push(handler);
          return { close: async () => undefined };
        },
        correlation: ({ payload }) => valueAt(payload, 'about'),
      },
    },
  };
  const clock = new FakeClock();
  const store = createMemoryStore();
  const messaging = createMessaging({ store, clock, transport: new Wire().transport(), source: '/test' });
  const bus = createEventBus(messaging.config);
  const flows = createFlows({ store, messaging, clock, bus, flows: [bindFlow(plan, {})] });
  const tell = (id: string, about: string): Promise<unknown> =>
    Promise.all(handlers.map((handler) => handler({ headers: { id, source: '/s' }, data: { about, text: id } })));
  return { flows, plan, clock, tell, store, calls: () => calls };
}

it('a message can come before what relates it to a run is known', async () => {
  const { flows, plan, tell } = numbered();
  await flows.listen();
  await tell('early', 'no 7');
  await tell('foreign', 'no 8');
  await flows.start(plan, 'k', {});
  await flows.poll();
  expect(await flows.find('numbered', 'k')).toMatchObject({ status: 'completed', outputs: { told: 'early' } });
});

it('what cannot be told in the end is waited for until its time is over', async () => {
  const { flows, plan, clock, tell } = numbered({ outputs: undefined });
  await flows.listen();
  await flows.start(plan, 'k', {});
  await flows.poll();
  await tell('first', 'no 7');
  expect(await flows.find('numbered', 'k')).toMatchObject({
    status: 'waiting',
    at: [{ step: 'wait', phase: 'receiving' }],
  });
  clock.at += 1_000;
  await flows.poll();
  expect(await flows.find('numbered', 'k')).toMatchObject({
    status: 'failed',
    failure: { step: 'wait', kind: 'timeout' },
  });
});

it('a run that goes round for ever ends as failed', async () => {
  const { flows, plan, store, calls } = numbered({ onSuccess: [{ name: 'again', type: 'goto', step: 'ask' }] });
  await flows.listen();
  await flows.start(plan, 'k', {});
  const row = await store.processes.find('numbered', 'k');
  const state = { ...(row?.state as object), transitions: 99_990 };
  await store.transaction((transaction) =>
    transaction.saveProcess({ ...(row as NonNullable<typeof row>), version: 2, state }),
  );
  await flows.poll();
  expect(await flows.find('numbered', 'k')).toMatchObject({ status: 'failed', failure: { kind: 'poison' } });
  expect(calls()).toBeLessThan(10);
});

it('each run that a message is for gets it, and takes it once', async () => {
  const { flows, plan, tell, store } = numbered();
  await flows.listen();
  for (const key of ['a', 'b', 'c']) await flows.start(plan, key, {});
  await flows.poll();
  await Promise.all([tell('one', 'no 7'), tell('two', 'no 7'), tell('one', 'no 7')]);
  for (const key of ['a', 'b', 'c'])
    expect(await flows.find('numbered', key)).toMatchObject({ status: 'completed', outputs: { told: 'one' } });
  // Nobody holds on to what is over.
  expect((await store.processes.find('numbered mailbox', 'no 7'))?.state).toMatchObject({ keys: [] });
});
