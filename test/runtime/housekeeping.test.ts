import { createEventBus, createMemoryTransport, publishMessage, subscribeMessage } from '@millwright/runtime';
import { type Clock, createMessaging } from '@millwright/runtime/messaging';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { eventually } from '@millwright/testing';
import { expect, it } from 'vitest';

const descriptor = { name: 'Confirmed', address: 'PL01/confirmed/v1', contentType: 'application/json', type: 'v1' };

it('what was sent and applied is deleted when its time has come, and what waits or is undecided is not', async () => {
  let at = Date.parse('2026-03-01T06:00:00Z');
  const sleepers: (() => void)[] = [];
  // Time goes by when the test says so; short pauses are pauses.
  const clock: Clock = {
    now: () => at,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve());
        if (delayMs < 60_000) setTimeout(resolve, 1);
        else sleepers.push(resolve);
      }),
    random: () => 0.5,
    uuid: () => crypto.randomUUID(),
  };
  const store = createMemoryStore();
  const transport = createMemoryTransport();
  const messaging = createMessaging({ store, transport, clock, source: '/mes', keepMs: 1_000_000, dedupeMs: 1_000 });
  await messaging.start();
  const bus = createEventBus({ ...messaging.config, validate: false });
  await subscribeMessage<{ readonly bad: boolean }, object>(
    bus,
    descriptor,
    ({ data }) => {
      if (data.bad) throw Object.assign(new Error('no such item'), { status: 404 });
    },
    { group: 'erp' },
  );
  for (let index = 0; index < 1_200; index += 1)
    await publishMessage(bus, descriptor, { data: { bad: index === 7 }, headers: { correlationid: 'c' } });
  const steps = async (): Promise<Readonly<Record<string, number>>> => {
    const entries = await store.history({ correlationId: 'c' });
    const count = (step: string): number => entries.filter((entry) => entry.step === step).length;
    return { sent: count('sent'), applied: count('applied'), buried: count('buried') };
  };
  await eventually('everything has arrived', async () => (await steps())['applied'] === 1_199);
  const wake = (): void => {
    for (const resolve of sleepers.splice(0)) resolve();
  };
  at += 900_000;
  wake();
  await eventually('the next look is planned', () => sleepers.length === 1);
  expect(await steps()).toEqual({ sent: 1_200, applied: 1_199, buried: 1 });
  at += 200_000;
  wake();
  await eventually('all that is old is gone', async () => (await steps())['sent'] === 0);
  await eventually('the next look is planned', () => sleepers.length === 1);
  expect(await steps()).toEqual({ sent: 0, applied: 0, buried: 1 });
  expect(await store.deadLetters.list({ limit: 10 })).toHaveLength(1);
  await messaging.close();
});
