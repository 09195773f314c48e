import type { Clock } from '../messaging/clock.ts';
import type { ProcessState, Store } from '../store.ts';
import { FlowRefused } from './errors.ts';

interface WorkerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly isOurs: (row: ProcessState) => boolean;
  /** Takes a run as far as it goes. */
  readonly drive: (row: ProcessState) => Promise<void>;
  readonly pollMs?: number;
  readonly batchMax?: number;
  readonly concurrencyMax?: number;
  readonly onError?: (error: unknown) => void;
}

/** Rows of others that are due are read along, so far. */
const foreignMax = 10_000;

const nameOf = ({ process, key }: ProcessState): string => `${process}\n${key}`;

/** Looks for runs that are due and drives several at once, each by one of us at a time. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #driving = new Map<string, Promise<void>>();
  /** Versions of runs that could not be driven: told once. */
  readonly #refused = new Map<string, number>();
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something may be due: look now. */
  wake(): void {
    this.#wake.abort();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
    await Promise.all(this.#driving.values());
  }

  /** Drives what is due until nothing is. Rejects with the first thing that went wrong, once all have stopped. */
  async once(): Promise<void> {
    const errors: unknown[] = [];
    while (errors.length === 0) {
      const begun = await this.#look((error) => errors.push(error));
      if (begun === 0 && this.#driving.size === 0) return;
      if (this.#driving.size > 0) await Promise.race(this.#driving.values());
    }
    await Promise.all(this.#driving.values());
    throw errors[0];
  }

  async #run(): Promise<void> {
    const { clock, pollMs = 200, onError } = this.#options;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#look();
      } catch (error) {
        onError?.(error);
      }
      if (!this.#stop.signal.aborted) await clock.sleep(pollMs, this.#wake.signal);
    }
  }

  /** Begins to drive what is due, as far as there is room; returns how many. */
  async #look(tell: (error: unknown) => void = () => undefined): Promise<number> {
    const { concurrencyMax = 8 } = this.#options;
    const rows = (await this.#due()).filter((row) => !this.#driving.has(nameOf(row)) && !this.#isRefused(row));
    const begun = rows.slice(0, Math.max(0, concurrencyMax - this.#driving.size));
    for (const row of begun) {
      const name = nameOf(row);
      this.#driving.set(
        name,
        this.#drive(row, tell).then((isDone) => {
          this.#driving.delete(name);
          // What failed is looked at again after the pause, not at once.
          if (isDone) this.wake();
        }),
      );
    }
    return begun.length;
  }

  async #due(): Promise<readonly ProcessState[]> {
    const { store, clock, batchMax = 100, isOurs } = this.#options;
    for (let limit = batchMax; ; limit *= 10) {
      const rows = await store.processes.due(clock.now(), limit);
      const ours = rows.filter((row) => isOurs(row) && !this.#isRefused(row));
      if (ours.length > 0 || rows.length < limit || limit >= foreignMax) return ours;
    }
  }

  #isRefused(row: ProcessState): boolean {
    return this.#refused.get(nameOf(row)) === row.version;
  }

  async #drive(row: ProcessState, tell: (error: unknown) => void): Promise<boolean> {
    try {
      await this.#options.drive(row);
      return true;
    } catch (error) {
      if (error instanceof FlowRefused) this.#refused.set(nameOf(row), row.version);
      this.#options.onError?.(error);
      tell(error);
      return false;
    }
  }
}
