import type { MessageDescriptor } from '../events.ts';
import type { Store } from '../store.ts';
import type { Clock } from './clock.ts';
import { type Health, healthWithoutStore, judgeHealth } from './health.ts';
import type { OutboxLimits } from './outbox.ts';
import type { RelayStatus } from './relay.ts';
import type { ConsumerFigures } from './troubles.ts';

/** A judgement needs to know that there are many, not how many. */
const waitingBounds = { typeCountMax: 200, countMax: 10_000 };
const letterCountMax = 10_000;

export interface HealthSources {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: OutboxLimits;
  readonly relay: RelayStatus;
  readonly consumers: readonly ConsumerFigures[];
  readonly messages: readonly MessageDescriptor[];
}

/** Asks the store for its figures and judges them; it never rejects. */
export async function collectHealth(sources: HealthSources): Promise<Health> {
  const { store, clock, limits, relay, consumers } = sources;
  const messages = [...new Set([...sources.messages, ...consumers.map(({ descriptor }) => descriptor)])];
  try {
    return judgeHealth({
      ...{ now: clock.now(), limits, consumers, messages, relay },
      outbox: await store.outbox.figures(),
      waiting: await store.outbox.waiting(waitingBounds),
      holder: await store.outbox.holder(),
      deadLetters: await store.deadLetters.figures(letterCountMax),
    });
  } catch (error) {
    return healthWithoutStore(error);
  }
}
