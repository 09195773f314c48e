import type { Store } from '../store.ts';
import type { Clock } from './clock.ts';

export interface HousekeepingOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** How long is kept what was sent, applied or decided. */
  readonly keepMs: number;
  readonly onError?: ((error: unknown) => void) | undefined;
}

const everyMs = 300_000;
/** Rows of each kind in one statement, and the pause after it: purging is to be felt by nobody. */
const batchMax = 500;
const pauseMs = 20;

/**
 * Deletes what is done and old, a little at a time, until the signal is aborted. Otherwise tables would grow until something that
 * looks through them is slow.
 */
export async function keepHouse(
  { store, clock, keepMs, onError }: HousekeepingOptions,
  stop: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(everyMs, stop);
    try {
      while (!stop.aborted && (await store.purge(clock.now() - keepMs, batchMax)) > 0) await clock.sleep(pauseMs, stop);
    } catch (error) {
      onError?.(error);
    }
    if (stop.aborted) return;
  }
}
