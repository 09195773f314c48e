import type { ProcessState } from '../store.ts';
import { type AnyPlan, stepOf } from './frames.ts';
import type { FlowView } from './host.ts';
import type { FlowState, Run } from './state.ts';
import { runOf } from './transition.ts';

/** The decision that a run waits for, and whose it is. */
export function approvalOf(plan: AnyPlan, run: Run): FlowView['decision'] {
  const frame = run.state.frames.at(-1);
  if (frame?.phase !== 'approval' || run.status !== 'waiting') return undefined;
  const { approval } = stepOf(plan, frame);
  return { workflow: frame.workflow, step: frame.step, roles: approval?.roles ?? [] };
}

export function viewOf(plan: AnyPlan, row: ProcessState): FlowView {
  const state = row.state as FlowState;
  // A step of another plan may be unknown here.
  const decision = state.plan === plan.version ? approvalOf(plan, runOf(row)) : undefined;
  return {
    ...{ flow: row.process, key: row.key, status: row.status, plan: state.plan },
    at: state.frames.map(({ workflow, step, phase }) => ({ workflow, step, phase })),
    ...(decision === undefined ? {} : { decision }),
    ...(row.dueAt === undefined ? {} : { dueAt: row.dueAt }),
    ...(state.failure === undefined ? {} : { failure: state.failure }),
    ...(state.outputs === undefined ? {} : { outputs: state.outputs }),
  };
}
