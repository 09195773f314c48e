import type { MessageDescriptor } from '../events.ts';

/**
 * Protects a target, such as the ERP that handlers call, and keeps messages while it is away. `createGuards` of
 * `@millwright/runtime/guards` makes them by the contract.
 */
export interface Guard {
  /**
   * Around the whole transaction of a delivery: waits for a free place before it opens, so that nothing is held while waiting. Throws
   * {@link TargetAway}, without having begun, while the target is away.
   */
  admit<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Around the handler. What it throws decides whether the target is away; it never waits, because a transaction is open. */
  execute<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** How long to keep what comes now; 0 while the target is not known to be away. */
  awayMs(): number;
}

/** The guard of the handlers of a message; undefined for those that need none. */
export type GuardFor = (descriptor: MessageDescriptor) => Guard | undefined;

/** Not begun: the target was away a moment ago. The message is kept, and this counts for nothing. */
export class TargetAway extends Error {
  override readonly name = 'TargetAway';
  readonly code = 'target-away';
}
