import { createEventBus, publishMessage, subscribeMessage } from '@millwright/runtime';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import { closed, partnerSystem, replied, requested, signalled } from './flow.ts';
import type { PlannedRun } from './flow-plan.ts';
import type { Instance } from './system.ts';

export interface Heard {
  readonly run: string;
  readonly id: string;
}

export const heardOf = (connection: MemoryConnection, name: 'requested' | 'closed'): readonly Heard[] =>
  (connection.get(name) as readonly Heard[] | undefined) ?? [];

/** The other side of the flow: notes in its store what it hears, and answers what it is asked. */
export async function answer({ messaging }: Instance, runs: readonly PlannedRun[]): Promise<void> {
  const bus = createEventBus({ ...messaging.config, validate: false });
  const silentTimes = new Map(runs.map((run) => [run.key, run.silentTimes]));
  const group = partnerSystem;
  await subscribeMessage<{ readonly run: string }, { readonly id: string }>(
    bus,
    requested,
    async ({ data: { run }, headers, transaction }) => {
      const { connection, within } = messaging.inside(transaction);
      const before = heardOf(connection, 'requested');
      connection.set('requested', [...before, { run, id: headers.id }]);
      const times = before.filter((heard) => heard.run === run).length;
      if (times < (silentTimes.get(run) ?? 0)) return;
      await publishMessage(within(bus), replied, { data: { run }, cause: { headers } });
    },
    { group },
  );
  await subscribeMessage<{ readonly run: string }, { readonly id: string }>(
    bus,
    closed,
    ({ data: { run }, headers, transaction }) => {
      const { connection } = messaging.inside(transaction);
      connection.set('closed', [...heardOf(connection, 'closed'), { run, id: headers.id }]);
    },
    { group },
  );
}

/** Tells that a run may go on, once for each name. */
export async function signal({ messaging }: Instance, run: string, name: string): Promise<void> {
  const bus = createEventBus({ ...messaging.config, validate: false });
  await messaging.transaction(async ({ connection, within }) => {
    if (connection.get(name) !== undefined) return;
    connection.set(name, true);
    await publishMessage(within(bus), signalled, { data: { run } });
  });
}
