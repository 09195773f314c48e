import { type EventClock, systemEventClock } from '../envelope.ts';

/** Time and chance, passed in so that a simulation can decide both. */
export interface Clock extends EventClock {
  /** Resolves after that long, or at once when the signal is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

export const systemClock: Clock = {
  ...systemEventClock,
  sleep: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      signal?.addEventListener('abort', done);
    }),
  random: Math.random,
};

/**
 * Called between any two steps, by their names. A fault test ends the process there; nothing else may be hung on it, since a
 * step that waits for a probe is slower than one in production.
 */
export type Probe = (point: string) => void;
