import type { Clock } from '@millwright/runtime/messaging';
import { epochMs, type Owner, type Scheduler } from './scheduler.ts';

/** How long calls take, in virtual milliseconds. */
export interface Pace {
  /** Most of them at most. */
  readonly usualMs: number;
  /** Share of those that are slow, and how slow at most. */
  readonly slow: number;
  readonly slowMs: number;
}

class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/**
 * One life of a process. When it dies, nothing that it waits for comes: its promises stay open, and what it had in memory is gone.
 * What it says to a store or a broker after its death is not heard.
 */
export class SimulatedProcess implements Owner {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  /** Rejects at its death, for those who hold something open for it. */
  readonly death: Promise<never>;
  isDead = false;
  pausedUntil = 0;
  /** Its clock against the true one. */
  skewMs = 0;
  readonly #pace: () => Pace;
  #die: (error: ProcessDied) => void = () => undefined;
  readonly #onDeath: (() => void)[] = [];

  constructor(name: string, scheduler: Scheduler, pace: () => Pace) {
    this.name = name;
    this.scheduler = scheduler;
    this.#pace = pace;
    this.death = new Promise((_, reject) => {
      this.#die = reject;
    });
    this.death.catch(() => undefined);
    this.clock = {
      now: () => epochMs + scheduler.now + this.skewMs,
      sleep: (delayMs, signal) => this.#sleep(delayMs, signal),
      random: () => scheduler.chance.next(),
      uuid: () => scheduler.chance.uuid(),
    };
  }

  kill(reason: string): void {
    if (this.isDead) return;
    this.isDead = true;
    this.scheduler.note(`${this.scheduler.now} ${this.name} dies: ${reason}`);
    this.#die(new ProcessDied(this.name));
    for (const listener of this.#onDeath) listener();
  }

  onDeath(listener: () => void): void {
    this.#onDeath.push(listener);
  }

  pause(durationMs: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.scheduler.now + durationMs);
  }

  /** Resolves when the scheduler lets this process go on; never when it is dead by then. */
  step(label: string, delayMs: number = this.travelMs()): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isDead) this.scheduler.after(delayMs, `${this.name} ${label}`, resolve, this);
    });
  }

  /** A call to something outside of the process: it can die, or be paused, before the call is heard and before the answer. */
  async call<Result>(label: string, work: () => Result | Promise<Result>): Promise<Result> {
    await this.step(label);
    let result: Result;
    try {
      result = await work();
    } catch (error) {
      await this.step(`${label} failed`);
      throw error;
    }
    await this.step(`${label} done`);
    return result;
  }

  travelMs(): number {
    const { chance } = this.scheduler;
    const { usualMs, slow, slowMs } = this.#pace();
    return chance.hits(slow) ? chance.between(0, slowMs) : chance.between(0, usualMs);
  }

  #sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      if (this.isDead) return;
      const abort = (): void => {
        event.isCancelled = true;
        if (!this.isDead) this.scheduler.after(0, `${this.name} is woken`, resolve, this);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const event = this.scheduler.after(signal?.aborted === true ? 0 : delayMs, `${this.name} wakes`, wake, this);
      signal?.addEventListener('abort', abort);
    });
  }
}
