import { complete, fail } from './course.ts';
import {
  type AnyPlan,
  correlationText,
  failureAt,
  needsDecision,
  newFrame,
  poison,
  push,
  ready,
  reasonOf,
  Stuck,
  scopeOf,
  stepOf,
  type Turn,
  topOf,
  visitOf,
  wait,
  workflowOf,
} from './frames.ts';
import type { FlowResponse, ReceiveStep, Scope } from './plan.ts';
import { type Frame, flowLimits, type KeptMessage, type Run } from './state.ts';
import { FlowFault } from './values.ts';

/** Begins the step that is ready, up to where something outside is needed. A send is not begun here: it is one with its end. */
export function enter(turn: Turn, leaseMs: number): void {
  const frame = topOf(turn.run);
  const step = stepOf(turn.plan, frame);
  const missing = step.dependsOn?.find((id) => !Object.hasOwn(frame.outputs, id));
  if (missing !== undefined) {
    fail(turn, poison(frame, `step ${missing} has not completed`));
    return;
  }
  if (needsDecision(frame, step)) {
    wait(turn, 'approval', undefined);
    return;
  }
  if (step.kind === 'call') {
    wait(turn, 'calling', turn.now + leaseMs);
    return;
  }
  if (step.kind === 'receive') {
    wait(turn, 'receiving', step.timeoutMs === undefined ? undefined : turn.now + step.timeoutMs);
    take(turn);
    return;
  }
  if (step.kind === 'workflow') {
    let inputs: Frame['inputs'];
    try {
      inputs = step.inputs(scopeOf(frame));
    } catch (error) {
      fail(turn, poison(frame, reasonOf(error)));
      return;
    }
    frame.phase = 'inside';
    const path = `${visitOf(frame)}/${step.workflow}`;
    push(turn, newFrame(turn.plan, { workflow: step.workflow, inputs, purpose: 'step', path, undo: [] }));
  }
}

/** Gives the step that waits a message that has come, if one fits. */
function take(turn: Turn): void {
  const { run, plan } = turn;
  const frame = run.state.frames.at(-1);
  if (frame?.phase !== 'receiving') return;
  const step = stepOf(plan, frame);
  if (step.kind !== 'receive') throw new Stuck(`step ${step.id} waits for a message and is none that receives`);
  const scope = scopeOf(frame);
  const correlation = correlationAt(step, scope);
  const index = run.state.inbox.findIndex(
    (kept) =>
      kept.correlation === correlation &&
      step.messages.includes(kept.name) &&
      (step.criteria ?? []).every((holds) => holds({ ...scope, message: kept.message })),
  );
  const kept = run.state.inbox[index];
  if (kept === undefined) return;
  run.state.inbox.splice(index, 1);
  complete(turn, { ...scope, message: kept.message });
}

/** Takes a message in. False when it had come before. */
export function offer(turn: Turn, kept: KeptMessage): boolean {
  const { state } = turn.run;
  if (state.seen.includes(kept.identity)) return false;
  state.seen = [...state.seen, kept.identity].slice(-flowLimits.seenMax);
  state.inbox.push(kept);
  take(turn);
  return true;
}

/** An answer to the call of a step: its criteria say whether it is a success. Without any, a 2xx is. */
export function answer(
  turn: Turn,
  response: FlowResponse & { readonly ok: boolean },
  retryAfterMs: number | undefined,
): void {
  const frame = topOf(turn.run);
  const step = stepOf(turn.plan, frame);
  const scope: Scope = { ...scopeOf(frame), response };
  const isSuccess = step.criteria === undefined ? response.ok : step.criteria.every((holds) => holds(scope));
  if (isSuccess) {
    complete(turn, scope);
    return;
  }
  const reason = response.ok ? `answer ${response.status} does not meet the criteria` : `answer ${response.status}`;
  fail(turn, failureAt(frame, 'permanent', reason), scope, retryAfterMs);
}

/** A person has decided about the step that waits for it. */
export function settle(turn: Turn, isApproved: boolean, reason: string): void {
  const frame = topOf(turn.run);
  if (!isApproved) {
    fail(turn, failureAt(frame, 'rejected', reason));
    return;
  }
  frame.approved.push(frame.step);
  ready(turn);
}

/** Nobody knows whether the call has had its effect: it is repeated under the same key. */
export function repeat(turn: Turn, delayMs: number): void {
  topOf(turn.run).attempts += 1;
  wait(turn, 'pausing', turn.now + delayMs);
}

/** The pause is over. */
export function resume(turn: Turn): void {
  ready(turn);
}

/** What relates a message to the step; undefined as long as it cannot be told. */
function correlationAt(step: ReceiveStep, scope: Scope): string | undefined {
  try {
    return correlationText(step.correlation(scope));
  } catch (error) {
    if (error instanceof FlowFault) return undefined;
    throw error;
  }
}

/** Correlations that the steps of the workflows under way wait for, as far as they can be told now. */
export function correlationsOf(plan: AnyPlan, { state }: Run): readonly string[] {
  const found = state.frames.flatMap((frame) =>
    workflowOf(plan, frame.workflow).steps.flatMap((step) => {
      const text = step.kind === 'receive' ? correlationAt(step, scopeOf(frame)) : undefined;
      return text === undefined ? [] : [text];
    }),
  );
  return [...new Set(found)];
}
