import { ContractViolation, Unauthorised } from '../event-errors.ts';
import { AmbiguousCommit, type BurialRequest, type FailureKind } from '../store.ts';
import type { Clock } from './clock.ts';

/** Thrown by a handler to say what a retry is worth. */
export class HandlingFailure extends Error {
  override readonly name = 'HandlingFailure';
  readonly code = 'handling-failure';
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const transientCodes =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_|SQLITE_BUSY|40001|40P01|57P0|08)/;

/**
 * What kind of failure an error is. By its own word first; then contract and rights; then the status of an HTTP answer (408, 425,
 * 429 and 5xx pass, 401 and 403 are about rights, other 4xx stay); then codes of sockets and databases. A program error (`TypeError`
 * and its like) comes again with the same input, so it is poison. Whatever is left may pass.
 */
export function failureKindOf(error: unknown): FailureKind {
  if (error instanceof HandlingFailure) return error.kind;
  if (error instanceof ContractViolation) return 'contract';
  if (error instanceof Unauthorised) return 'unauthorised';
  if (error instanceof AmbiguousCommit) return 'transient';
  const { status, code } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  if (typeof status === 'number' && status >= 400) {
    if (status === 401 || status === 403) return 'unauthorised';
    return status >= 500 || status === 408 || status === 425 || status === 429 ? 'transient' : 'permanent';
  }
  if (typeof code === 'string' && transientCodes.test(code)) return 'transient';
  const isProgramError = [TypeError, RangeError, ReferenceError, SyntaxError].some((type) => error instanceof type);
  return isProgramError ? 'poison' : 'transient';
}

/** A failure as a dead letter keeps it. */
export function failureOf(error: unknown): BurialRequest['failure'] {
  const kind = failureKindOf(error);
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
  return { kind, reason, ...(error instanceof ContractViolation ? { pointer: error.pointer } : {}) };
}

export interface RetryPolicy {
  /**
   * Tries at most, the first included; waiting for a message before it in its lane is none. Of a message with a lane each process
   * counts its own. Default 8.
   */
  readonly attemptsMax?: number;
  /** Pause before the second delivery. Default 200. */
  readonly initialMs?: number;
  /** Longest pause. Default 60,000. */
  readonly maxMs?: number;
}

/** Deliveries that a kind of failure is worth. Poison gets a second chance, because a program error can hide a race. */
export function attemptsWorth(kind: FailureKind, { attemptsMax = 8 }: RetryPolicy): number {
  if (kind === 'transient') return attemptsMax;
  return kind === 'poison' ? Math.min(2, attemptsMax) : 1;
}

/** Exponential with full jitter: a number up to `initialMs` doubled for each attempt, so that what failed together spreads. */
export function backoffMs(
  attempt: number,
  { initialMs = 200, maxMs = 60_000 }: RetryPolicy,
  { random }: Pick<Clock, 'random'>,
): number {
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(30, attempt - 1));
  return Math.ceil(ceiling / 2 + (ceiling / 2) * random());
}
