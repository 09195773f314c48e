import { ClientError } from '../http/outcome.ts';
import { retryAfterMs } from '../http/retry.ts';
import { scopeOf } from './frames.ts';
import type { CallStep, FlowResponse } from './plan.ts';
import type { FlowFailure, Frame } from './state.ts';
import { FlowFault, textOf } from './values.ts';

/** `unanswered`: nobody knows whether the call has had its effect. `refused`: it was not made. */
export type CallOutcome =
  | {
      readonly kind: 'answer';
      readonly response: FlowResponse & { readonly ok: boolean };
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'unanswered'; readonly error: unknown }
  | { readonly kind: 'refused'; readonly failure: FlowFailure['kind']; readonly reason: string };

interface CallPlace {
  readonly workflow: string;
  /** Idempotency key where the description gives none. */
  readonly key: string;
  readonly timeoutMs: number;
  readonly now: number;
}

/** Calls the operation of a step. Never throws. */
export async function callStep(
  bindings: never,
  step: CallStep<never>,
  frame: Frame,
  { workflow, key, timeoutMs, now }: CallPlace,
): Promise<CallOutcome> {
  const scope = scopeOf(frame);
  try {
    const idempotencyKey = step.idempotencyKey === undefined ? key : textOf(step.idempotencyKey(scope));
    const { role } = step;
    const call = { workflow, step: step.id, role, idempotencyKey, timeoutMs, retry: false } as const;
    const { ok, status, headers, data, error } = await step.call(bindings, scope, call);
    return {
      kind: 'answer',
      response: { ok, status, headers, body: ok ? data : error },
      retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
    };
  } catch (error) {
    if (error instanceof FlowFault) return { kind: 'refused', failure: 'poison', reason: error.message };
    if (!(error instanceof ClientError)) return { kind: 'unanswered', error };
    const { response, body } = error;
    if (error.code === 'input-refused') return { kind: 'refused', failure: 'permanent', reason: error.message };
    // An answer that the contract does not declare is an answer; one that breaks it is not to be built on.
    if (error.code !== 'unexpected-status' || response === undefined) return { kind: 'unanswered', error };
    const { status, headers } = response;
    return {
      kind: 'answer',
      response: { ok: false, status, headers, body },
      retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
    };
  }
}
