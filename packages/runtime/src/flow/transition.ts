import type { ProcessState, Transaction } from '../store.ts';
import { halt } from './course.ts';
import { FlowRefused } from './errors.ts';
import { type AnyPlan, reasonOf, type Turn } from './frames.ts';
import { correlationsOf, offer } from './machine.ts';
import { type Keeping, leave, open } from './mailbox.ts';
import { type FlowState, flowLimits, type Run } from './state.ts';

/** Somebody else has saved the run since it was read: nothing that was done here counts. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** A run as it was saved, free to be changed. */
export function runOf({ status, state, dueAt }: ProcessState): Run {
  return { status, state: structuredClone(state) as FlowState, dueAt };
}

/** Throws {@link FlowRefused} when the run follows a plan that this one does not claim to continue. */
export function versionFits({ name, version, compatible }: AnyPlan, row: ProcessState): void {
  const { plan } = row.state as FlowState;
  if (plan !== version && !compatible.includes(plan))
    throw new FlowRefused(
      'plan-changed',
      `run ${row.key} of ${name} follows plan ${plan}, and this is ${version}: let a host with that plan end it, or list it in x-compatible-plans`,
    );
}

/** Does what touches nothing but the run. What goes wrong there would go wrong for ever: the run ends as failed. */
export function purely(turn: Turn, row: Pick<ProcessState, 'state'> | undefined, work: (turn: Turn) => void): void {
  try {
    work(turn);
  } catch (error) {
    if (row === undefined) throw error;
    turn.run.state = structuredClone(row.state) as FlowState;
    halt(turn, reasonOf(error));
  }
}

interface Place {
  readonly key: string;
  /** Version that the run was read at; 0 for a new one. */
  readonly version: number;
  readonly state?: unknown;
}

/**
 * Saves a run inside a transaction, and keeps its mailboxes: what it may wait for is opened before a message can come, so one that
 * comes before its step is kept. Throws {@link Overtaken}.
 */
export async function save(
  transaction: Transaction,
  turn: Turn,
  { key, version, state }: Place,
  keep: Keeping,
): Promise<ProcessState> {
  const { plan, run } = turn;
  const row = version === 0 ? undefined : { state };
  run.state.plan = plan.version;
  run.state.transitions += 1;
  if (run.state.transitions > flowLimits.transitionsMax)
    purely(turn, row, () => {
      throw new RangeError(`more than ${flowLimits.transitionsMax} transitions`);
    });
  await openMailboxes(transaction, turn, { key, row }, keep);
  boundState(turn, row);
  if (hasEnded(run)) {
    for (const correlation of run.state.correlations) await leave(transaction, { flow: plan.name, correlation }, key);
    run.state.correlations = [];
  }
  const saved: ProcessState = {
    ...{ process: plan.name, key, version: version + 1, status: run.status, state: run.state },
    ...(run.dueAt === undefined ? {} : { dueAt: run.dueAt }),
  };
  if (!(await transaction.saveProcess(saved))) throw new Overtaken('the run was changed by somebody else');
  return saved;
}

export const hasEnded = ({ status }: Run): boolean =>
  status === 'completed' || status === 'failed' || status === 'compensated';

/** A message that came early can take the run to where it waits for another correlation. */
async function openMailboxes(
  transaction: Transaction,
  turn: Turn,
  { key, row }: { readonly key: string; readonly row: { readonly state: unknown } | undefined },
  keep: Keeping,
): Promise<void> {
  const { plan, run } = turn;
  for (;;) {
    if (hasEnded(run)) return;
    const correlation = correlationsOf(plan, run).find((text) => !run.state.correlations.includes(text));
    if (correlation === undefined) return;
    const early = await open(transaction, { flow: plan.name, correlation }, key, keep);
    run.state.correlations = [...run.state.correlations, correlation];
    for (const message of early) purely(turn, row, (pure) => offer(pure, message));
    // A run that has failed meanwhile is as it was before, and leaves this mailbox as well.
    run.state.correlations = [...new Set([...run.state.correlations, correlation])];
    if (run.state.inbox.length > flowLimits.inboxMax)
      purely(turn, row, () => {
        throw new RangeError(`more than ${flowLimits.inboxMax} messages wait for their steps`);
      });
  }
}

function boundState(turn: Turn, row: { readonly state: unknown } | undefined): void {
  const { length } = JSON.stringify(turn.run.state);
  if (length <= flowLimits.stateCharactersMax) return;
  const reason = `the state has ${length} characters, ${flowLimits.stateCharactersMax} may be kept`;
  if (row === undefined) throw new FlowRefused('inputs-invalid', reason);
  const { correlations } = turn.run.state;
  turn.run.state = structuredClone(row.state) as FlowState;
  turn.run.state.correlations = correlations;
  halt(turn, reason);
}
