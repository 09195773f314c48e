import type { FlowFailure } from '@millwright/runtime/flow';
import type { ProcessState, Store } from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import { flowName, type Operation } from './flow.ts';
import { type Attempt, decisionProblems } from './flow-laws.ts';
import type { FlowScenario, PlannedRun } from './flow-plan.ts';
import { type Heard, heardOf } from './partner.ts';
import type { SimulatedService } from './service.ts';

type MemoryStore = Store<MemoryConnection>;

/** Requests that a run makes before it gives up. */
const requestsMax = 3;

/** Where a run has left its traces. */
export interface FlowWorld {
  readonly scenario: FlowScenario;
  readonly service: SimulatedService;
  readonly attempts: readonly Attempt[];
  /** Ids of the messages that runs have sent. */
  readonly sent: Iterable<string>;
  readonly host: MemoryStore;
  readonly partner: MemoryStore;
}

/** All that is known of a run when it has ended. */
interface Trace {
  readonly run: PlannedRun;
  readonly status: ProcessState['status'];
  readonly failure: FlowFailure | undefined;
  readonly decided: Attempt['decision'] | undefined;
  readonly requests: number;
  readonly closed: number;
  readonly counts: Readonly<Record<Operation, number>>;
  /** The host gives up calls, so nobody may know what they have done. */
  readonly isImpatient: boolean;
}

export interface FlowLedger {
  /** How each run has ended. */
  readonly ends: readonly ProcessState['status'][];
  readonly problems: readonly string[];
}

export async function readFlowLedger(world: FlowWorld): Promise<FlowLedger> {
  const { scenario, service, host, partner } = world;
  const { problems, decided } = await decisionProblems(host, world.attempts);
  const [requested, closed] = await partner.transaction(
    ({ connection }) => [heardOf(connection, 'requested'), heardOf(connection, 'closed')] as const,
  );
  const letters = [...(await host.deadLetters.list({ limit: 10 })), ...(await partner.deadLetters.list({ limit: 10 }))];
  const traces = await Promise.all(
    scenario.runs.map(async (run): Promise<Trace | undefined> => {
      const row = await host.processes.find(flowName, run.key);
      if (row === undefined) return undefined;
      const { failure } = row.state as { readonly failure?: FlowFailure };
      const count = (operation: Operation): number =>
        service.effects.filter((effect) => effect.run === run.key && effect.operation === operation).length;
      const heard = (all: readonly Heard[]): number => all.filter((one) => one.run === run.key).length;
      return {
        ...{ run, failure, status: row.status, decided: decided.get(run.key) },
        ...{ requests: heard(requested), closed: heard(closed) },
        counts: { book: count('book'), release: count('release'), cancel: count('cancel') },
        isImpatient: scenario.callAttemptsMax < 100,
      };
    }),
  );
  const all = [
    ...problems,
    ...service.conflicts.map((conflict) => `service: another body under ${conflict}`),
    ...letters.map(({ id, failure }) => `flow: ${id} became a dead letter: ${failure.reason}`),
    ...messageProblems([...requested, ...closed], [...world.sent]),
    ...traces.flatMap((trace) => (trace === undefined ? ['a run was lost'] : runProblems(trace))),
  ];
  return { problems: all, ends: traces.flatMap((trace) => trace?.status ?? []) };
}

/** Each message was heard once, and none that was not sent. */
function messageProblems(heard: readonly Heard[], sent: readonly string[]): readonly string[] {
  const ids = heard.map(({ id }) => id).toSorted();
  return ids.join() === sent.toSorted().join() ? [] : [`flow: sent ${sent.join(' ')}, heard ${ids.join(' ')}`];
}

function runProblems(trace: Trace): readonly string[] {
  const { run, status, failure, decided, requests, closed, counts } = trace;
  const { book, release, cancel } = counts;
  const told = `run ${run.key} ${status} (${failure?.step ?? ''} ${failure?.kind ?? ''}): ${book} booked, ${release} released, ${cancel} cancelled, ${requests} requests, ${closed} closed, ${decided ?? 'nothing'} decided`;
  const laws: readonly (readonly [isKept: boolean, law: string])[] = [
    [Math.max(book, release, cancel, closed) <= 1, 'an effect counts once'],
    [requests <= requestsMax, 'more requests than the flow has'],
    [release === 0 || decided === 'approve', 'nothing is released that nobody has approved'],
    [decided !== 'reject' || failure?.kind === 'rejected' || failure?.step === 'cancel', 'a rejection ends the run'],
    [isRight(trace), 'the end does not fit what has happened'],
  ];
  return laws.filter(([isKept]) => !isKept).map(([, law]) => `${told}: ${law}`);
}

function isRight(trace: Trace): boolean {
  const { run, status, failure, requests, closed, counts, isImpatient } = trace;
  const { book, release, cancel } = counts;
  if (status === 'completed') return book === 1 && release === 1 && cancel === 0 && closed === 1 && requests >= 1;
  if (failure === undefined || closed > 0) return false;
  const isGivenUp = isImpatient && failure.kind === 'transient';
  if (status === 'compensated') return book === 1 && cancel === 1 && (isGivenUp || (release === 0 && hasReason(trace)));
  if (status !== 'failed') return false;
  if (failure.step === 'cancel') return isImpatient && book === 1;
  const isBookRefused = failure.step === 'book' && failure.kind === 'permanent' && run.refuses === 'book';
  return requests + release + cancel === 0 && ((isBookRefused && book === 0) || (failure.step === 'book' && isGivenUp));
}

/** What else makes a run undo what it has done. */
function hasReason({ run, failure, decided, requests }: Trace): boolean {
  if (failure?.kind === 'rejected') return failure.step === 'release' && decided === 'reject';
  if (failure?.kind === 'timeout') return failure.step === 'reply' && requests === requestsMax;
  return failure?.kind === 'permanent' && failure.step === 'release' && run.refuses === 'release';
}
