import {
  failureAt,
  newFrame,
  push,
  ready,
  type Step,
  Stuck,
  scopeOf,
  stepOf,
  type Turn,
  topOf,
  visitOf,
  wait,
  workflowOf,
} from './frames.ts';
import type { ActionPlan, Scope } from './plan.ts';
import { type FlowFailure, type Frame, flowLimits, type Run } from './state.ts';

/** The step has done what it should: its outputs are kept, and its actions say where to go on. */
export function complete(turn: Turn, scope: Scope): void {
  const frame = topOf(turn.run);
  const step = stepOf(turn.plan, frame);
  frame.outputs[step.id] = step.outputs?.(scope) ?? {};
  const after: Scope = { ...scope, steps: frame.outputs };
  if (step.compensation !== undefined) {
    const { workflow, inputs } = step.compensation;
    frame.undo.push({ step: step.id, path: `${visitOf(frame)}~`, workflow, inputs: inputs(after) });
  }
  leave(frame, step.id);
  if (frame.back !== undefined) {
    frame.step = frame.back;
    delete frame.back;
    ready(turn);
    return;
  }
  const action = chosen(step.onSuccess, after);
  if (action === undefined) {
    next(turn);
    return;
  }
  if (action.type === 'end') {
    succeed(turn);
    return;
  }
  follow(turn, action, after);
}

/** Forgets what belongs to one visit. */
function leave(frame: Frame, step: string): void {
  frame.attempts = 0;
  frame.approved = frame.approved.filter((id) => id !== step);
  for (const name of Object.keys(frame.retries)) if (name.startsWith(`${step} `)) delete frame.retries[name];
}

function chosen(actions: readonly ActionPlan[] | undefined, scope: Scope): ActionPlan | undefined {
  return actions?.find(({ criteria }) => (criteria ?? []).every((holds) => holds(scope)));
}

function next(turn: Turn): void {
  const frame = topOf(turn.run);
  const { steps } = workflowOf(turn.plan, frame.workflow);
  const following = steps[steps.findIndex(({ id }) => id === frame.step) + 1];
  if (following === undefined) {
    succeed(turn);
    return;
  }
  visit(turn, following.id);
}

function visit(turn: Turn, step: string): void {
  const frame = topOf(turn.run);
  delete frame.back;
  frame.step = step;
  frame.visits[step] = (frame.visits[step] ?? 0) + 1;
  ready(turn);
}

/** `goto`: a step of the same workflow, or another workflow in place of this one. */
function follow(turn: Turn, action: ActionPlan, scope: Scope, failing?: FlowFailure): void {
  if (action.step !== undefined) {
    visit(turn, action.step);
    return;
  }
  if (action.transfer === undefined) throw new Stuck(`action ${action.name} leads nowhere`);
  const { workflow, inputs } = action.transfer;
  const frame = topOf(turn.run);
  const { purpose, undo } = frame;
  const replacing = newFrame(turn.plan, {
    workflow,
    inputs: inputs(scope),
    purpose,
    path: `${visitOf(frame)}>${workflow}`,
    undo,
  });
  if (failing !== undefined) replacing.failing = failing;
  turn.run.state.frames.pop();
  turn.run.state.frames.push(replacing);
  ready(turn);
}

/** The step has failed: the first action that fits is taken; without one the workflow fails. */
export function fail(
  turn: Turn,
  failure: FlowFailure,
  scope: Scope = scopeOf(topOf(turn.run)),
  retryAfterMs?: number,
): void {
  const frame = topOf(turn.run);
  const step = stepOf(turn.plan, frame);
  frame.attempts = 0;
  const fits = (action: ActionPlan): boolean =>
    action.type !== 'retry' ||
    // A person's no is no hiccup.
    (failure.kind !== 'rejected' && (frame.retries[nameOf(step, action)] ?? 0) < (action.retryLimit ?? 1));
  const action = chosen(step.onFailure?.filter(fits), scope);
  if (action?.type === 'retry') {
    retry(turn, action, scope, retryAfterMs);
    return;
  }
  leave(frame, step.id);
  if (action?.type === 'goto') {
    follow(turn, action, scope, action.step === undefined ? failure : undefined);
    return;
  }
  unwind(turn, failure);
}

const nameOf = (step: Step, action: ActionPlan): string => `${step.id} ${action.name}`;

function retry(turn: Turn, action: ActionPlan, scope: Scope, retryAfterMs = action.retryAfterMs ?? 0): void {
  const frame = topOf(turn.run);
  const name = nameOf(stepOf(turn.plan, frame), action);
  frame.retries[name] = (frame.retries[name] ?? 0) + 1;
  if (action.transfer !== undefined) {
    const { workflow, inputs } = action.transfer;
    const path = `${visitOf(frame)}.${frame.retries[name]}/${workflow}`;
    frame.phase = 'inside';
    push(turn, newFrame(turn.plan, { workflow, inputs: inputs(scope), purpose: 'excursion', path, undo: [] }));
    wait(turn, 'pausing', turn.now + retryAfterMs);
    return;
  }
  // What another workflow had done is undone by now: it begins anew, under keys of its own.
  if (stepOf(turn.plan, frame).kind === 'workflow') frame.visits[frame.step] = (frame.visits[frame.step] ?? 0) + 1;
  if (action.step !== undefined && action.step !== frame.step) {
    frame.back ??= frame.step;
    frame.step = action.step;
    frame.visits[action.step] = (frame.visits[action.step] ?? 0) + 1;
    // What was sent before the excursion is not what will be sent after it.
    frame.visits[frame.back] = (frame.visits[frame.back] ?? 0) + 1;
  }
  wait(turn, 'pausing', turn.now + retryAfterMs);
}

/** The workflow has ended as it should, or has cleaned up after a failure. */
function succeed(turn: Turn): void {
  const { run, plan } = turn;
  const frame = topOf(run);
  if (frame.failing !== undefined) {
    run.state.undone = true;
    unwind(turn, frame.failing, true);
    return;
  }
  const outputs = workflowOf(plan, frame.workflow).outputs(scopeOf(frame));
  run.state.frames.pop();
  const parent = run.state.frames.at(-1);
  if (parent === undefined) {
    end(turn, 'completed', { outputs });
    return;
  }
  if (frame.purpose === 'undo') {
    unwind(turn, parent.failing as FlowFailure, true);
    return;
  }
  if (frame.purpose === 'excursion') {
    ready(turn);
    return;
  }
  parent.undo.push(...frame.undo);
  const scope: Scope = { ...scopeOf(parent), outputs };
  const step = stepOf(plan, parent);
  if ((step.criteria ?? []).every((holds) => holds(scope))) {
    complete(turn, scope);
    return;
  }
  fail(turn, failureAt(parent, 'permanent', `the outputs of ${frame.workflow} do not meet the criteria`), scope);
}

/** The workflow has failed: what its steps declare is undone, the latest first, and then it fails its caller. */
function unwind(turn: Turn, failure: FlowFailure, isCleaned = false): void {
  const { run } = turn;
  const frame = topOf(run);
  if (frame.failing !== undefined && !isCleaned) throw new Stuck(`what should undo has failed: ${failure.reason}`);
  frame.failing = failure;
  const undo = frame.undo.pop();
  if (undo !== undefined) {
    run.state.undone = true;
    frame.phase = 'inside';
    const { workflow, inputs, path } = undo;
    const undoing = { workflow, inputs, purpose: 'undo', path: `${path}/${workflow}` } as const;
    push(turn, newFrame(turn.plan, { ...undoing, undo: [] }));
    return;
  }
  if (frame.purpose === 'undo') throw new Stuck(`what should undo has failed: ${failure.reason}`);
  run.state.frames.pop();
  const parent = run.state.frames.at(-1);
  if (parent === undefined) {
    end(turn, run.state.undone ? 'compensated' : 'failed', { failure });
    return;
  }
  const reason = `${failure.workflow} failed at ${failure.step}: ${failure.reason}`;
  fail(turn, failureAt(parent, failure.kind, reason));
}

function end({ run }: Turn, status: Run['status'], result: Pick<Run['state'], 'outputs' | 'failure'>): void {
  Object.assign(run.state, result);
  run.state.inbox = [];
  run.status = status;
  run.dueAt = undefined;
}

/** Ends a run that can go no further. Its frames stay for whoever looks. */
export function halt({ run }: Turn, reason: string): void {
  const { workflow = '', step = '' } = run.state.frames.at(-1) ?? {};
  run.state.failure = { workflow, step, kind: 'poison', reason: reason.slice(0, flowLimits.reasonCharactersMax) };
  run.state.inbox = [];
  run.status = 'failed';
  run.dueAt = undefined;
}
