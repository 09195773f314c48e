import type { FlowPlan, Scope, StepPlan, WorkflowPlan } from './plan.ts';
import { type FlowFailure, type Frame, flowLimits, type Run } from './state.ts';

/** A plan whose types do not matter. */
export type AnyPlan = FlowPlan<never, unknown, never>;

export type Step = StepPlan<never>;

/** What one transition works on. The functions of this file change `run` and nothing else. */
export interface Turn {
  readonly plan: AnyPlan;
  readonly run: Run;
  readonly now: number;
}

/** The run can go no further, and nothing tells what to undo: a person has to look. */
export class Stuck extends Error {
  override readonly name = 'Stuck';
}

export function topOf({ state }: Run): Frame {
  const frame = state.frames.at(-1);
  if (frame === undefined) throw new Stuck('the run has ended');
  return frame;
}

export function workflowOf(plan: AnyPlan, id: string): WorkflowPlan<never> {
  const workflow = Object.hasOwn(plan.workflows, id) ? plan.workflows[id] : undefined;
  if (workflow === undefined) throw new Stuck(`the plan has no workflow ${id}`);
  return workflow;
}

export function stepOf(plan: AnyPlan, frame: Frame): Step {
  const step = workflowOf(plan, frame.workflow).steps.find(({ id }) => id === frame.step);
  if (step === undefined) throw new Stuck(`the plan has no step ${frame.step} in ${frame.workflow}`);
  return step;
}

export function scopeOf({ inputs, outputs }: Frame): Scope {
  return { inputs, steps: outputs };
}

function firstStep(plan: AnyPlan, workflow: string): string {
  const [step] = workflowOf(plan, workflow).steps;
  if (step === undefined) throw new Stuck(`workflow ${workflow} has no steps`);
  return step.id;
}

export function newFrame(
  plan: AnyPlan,
  given: Pick<Frame, 'workflow' | 'inputs' | 'purpose' | 'path' | 'undo'>,
): Frame {
  const step = firstStep(plan, given.workflow);
  return {
    ...given,
    ...{ step, phase: 'ready', outputs: {}, visits: { [step]: 1 }, retries: {}, attempts: 0, approved: [] },
  };
}

/** A run before its first step. */
export function begin(plan: AnyPlan, inputs: Frame['inputs'], now: number): Run {
  const { name: workflow, version } = plan;
  const frame = newFrame(plan, { workflow, inputs, purpose: 'run', path: workflow, undo: [] });
  return {
    status: 'running',
    dueAt: now,
    state: { plan: version, frames: [frame], inbox: [], seen: [], correlations: [], transitions: 0, undone: false },
  };
}

export function wait(turn: Turn, phase: Frame['phase'], dueAt: number | undefined): void {
  topOf(turn.run).phase = phase;
  turn.run.status = phase === 'calling' || phase === 'ready' ? 'running' : 'waiting';
  turn.run.dueAt = dueAt;
}

export const ready = (turn: Turn): void => wait(turn, 'ready', turn.now);

export function needsDecision(frame: Frame, step: Step): boolean {
  return step.approval !== undefined && !frame.approved.includes(step.id);
}

/** Names one visit of one step of one workflow of a run. */
export function visitOf({ path, step, visits }: Frame): string {
  return `${path}.${step}.${visits[step] ?? 1}`;
}

export function push(turn: Turn, frame: Frame): void {
  if (turn.run.state.frames.length >= flowLimits.framesMax)
    throw new Stuck(`more than ${flowLimits.framesMax} workflows run inside each other`);
  turn.run.state.frames.push(frame);
  ready(turn);
}

/** A text that messages can be found by; undefined for what is none. */
export function correlationText(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

export function failureAt({ workflow, step }: Frame, kind: FlowFailure['kind'], reason: string): FlowFailure {
  return { workflow, step, kind, reason: reason.slice(0, flowLimits.reasonCharactersMax) };
}

export const poison = (frame: Frame, reason: string): FlowFailure => failureAt(frame, 'poison', reason);

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
