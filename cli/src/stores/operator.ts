import { userInfo } from 'node:os';
import type { Decision } from '@millwright/runtime/messaging';
import { UsageFailure } from '../failure.ts';

/** Flags of a command that changes something. */
export interface DecisionFlags {
  readonly as?: string;
  readonly reason?: string;
}

/** What the audit trail gets: who runs the command, unless he acts for somebody, and why. */
export function decisionOf({ as, reason }: DecisionFlags): Decision {
  const actor = as ?? userName();
  if (actor === undefined || actor.trim() === '')
    throw new UsageFailure('It is not known who decides', 'Name the person or service: --as anna.');
  if (reason?.trim() === '') throw new UsageFailure('The reason is empty', 'Say why: --reason "ticket 4711".');
  return { now: Date.now(), actor, ...(reason === undefined ? {} : { reason }) };
}

/** A process in a container can have a number without a name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'];
  }
}
