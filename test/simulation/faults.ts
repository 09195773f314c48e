import type { Rates } from './plan.ts';
import type { Pace } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** Whether something goes wrong here and now. Once they have stopped, nothing does. */
export class Faults {
  readonly #scheduler: Scheduler;
  readonly #rates: Rates;
  readonly #pace: Pace;
  areOn = true;
  /** So many were there. */
  count = 0;

  constructor(scheduler: Scheduler, rates: Rates, pace: Pace) {
    this.#scheduler = scheduler;
    this.#rates = rates;
    this.#pace = pace;
  }

  hits(fault: keyof Rates): boolean {
    const isHit = this.areOn && this.#scheduler.chance.hits(this.#rates[fault]);
    if (isHit) this.count += 1;
    return isHit;
  }

  get pace(): Pace {
    return this.areOn ? this.#pace : { ...this.#pace, slow: 0 };
  }
}

/** As of a connection that breaks: a passing fault, by its code. */
export class ConnectionBroke extends Error {
  override readonly name = 'ConnectionBroke';
  readonly code = 'ECONNRESET';
}

/** As of a database that gives up a transaction for another one. */
export class SerializationFailed extends Error {
  override readonly name = 'SerializationFailed';
  readonly code = '40001';
}
