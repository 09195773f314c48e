import { AsyncLocalStorage } from 'node:async_hooks';
import type { Unauthorised } from '../event-errors.ts';
import type { AuditEntry, Store } from '../store.ts';
import type { Clock } from './clock.ts';

export interface DenialsOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Who was refused. */
  readonly actor: string;
  /** Told when the trail could not take an entry. What was refused stays refused. */
  readonly onError?: (error: unknown) => void;
}

/** A transaction of the application, and what was refused in it. */
interface Frame {
  isOpen: boolean;
  readonly entries: AuditEntry[];
}

/**
 * Puts refusals into the audit trail, in a transaction of their own: the one in which something was refused is likely to be rolled
 * back for it. While that one is open they wait, because a store may have one transaction at a time.
 */
export class Denials {
  readonly #options: DenialsOptions;
  readonly #frame = new AsyncLocalStorage<Frame>();

  constructor(options: DenialsOptions) {
    this.#options = options;
  }

  /** Runs a transaction; what was refused in it is in the trail when this settles, whichever way. */
  async around<Result>(transaction: () => Promise<Result>): Promise<Result> {
    const frame: Frame = { isOpen: true, entries: [] };
    try {
      return await this.#frame.run(frame, transaction);
    } finally {
      frame.isOpen = false;
      await this.#write(frame.entries);
    }
  }

  async record({ role, action, messageName, message }: Unauthorised): Promise<void> {
    const { clock, actor } = this.#options;
    const details = { role: role ?? null, right: action, reason: message };
    const entry: AuditEntry = { at: clock.now(), action: 'denied', actor, subject: messageName, details };
    const frame = this.#frame.getStore();
    if (frame?.isOpen === true) frame.entries.push(entry);
    else await this.#write([entry]);
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      await this.#options.store.transaction(async (transaction) => {
        for (const entry of entries) await transaction.record(entry);
      });
    } catch (error) {
      this.#options.onError?.(error);
    }
  }
}
