import type { AuditRecord, ProcessState, Store } from '@millwright/runtime/messaging';
import type { MemoryConnection } from '@millwright/runtime/stores/memory';
import type { Committed, StoreWatch } from './faulty-store.ts';
import { flowName } from './flow.ts';
import type { Laws } from './laws.ts';

/** What somebody has said to a run, and what came of it as far as he knows. */
export interface Attempt {
  readonly number: number;
  readonly run: string;
  readonly by: string;
  readonly decision: 'approve' | 'reject';
  outcome: 'unknown' | 'taken' | 'refused' | 'unauthorised';
}

export const intruder = 'intruder';

interface Flow {
  readonly transitions: number;
}

const idOf = ({ attributes }: Committed['enqueued'][number]): string => String(attributes['id']);

/** What must hold in every transaction of a host. */
export class FlowLaws {
  /** Messages that runs have sent, by the id, with how often they were put into the outbox. */
  readonly sent = new Map<string, number>();
  readonly #laws: Laws;
  readonly #versions = new Map<string, number>();

  constructor(laws: Laws) {
    this.#laws = laws;
  }

  watch(): StoreWatch {
    return { ...this.#laws.watch(), committed: (done) => this.#committed(done) };
  }

  #committed({ saved, enqueued, admitted }: Committed): void {
    for (const row of saved) this.#saved(row);
    for (const message of enqueued) {
      const id = idOf(message);
      const count = (this.sent.get(id) ?? 0) + 1;
      this.sent.set(id, count);
      if (count > 1) this.#laws.broken(`flow: ${id} was sent ${count} times`);
      if (!saved.some(({ process, key }) => process === flowName && id.startsWith(`${key}/`)))
        this.#laws.broken(`flow: ${id} was sent in a transaction without its transition`);
    }
    if (admitted.length > 0 && saved.length === 0)
      this.#laws.broken(`flow: ${admitted[0]?.id} was admitted in a transaction without a transition`);
  }

  #saved({ process, key, version, state }: ProcessState): void {
    const name = `${process} ${key}`;
    const last = this.#versions.get(name) ?? 0;
    if (version !== last + 1) this.#laws.broken(`flow: ${name} has version ${version} after ${last}`);
    this.#versions.set(name, version);
    if (process !== flowName) return;
    const { transitions } = state as Flow;
    if (transitions !== version)
      this.#laws.broken(`flow: ${name} has version ${version} and ${transitions} transitions`);
  }
}

/** The trail of the host's store against what people have said: nothing invented, nothing lost. */
export async function decisionProblems(
  { audit }: Store<MemoryConnection>,
  attempts: readonly Attempt[],
): Promise<{ readonly problems: readonly string[]; readonly decided: ReadonlyMap<string, Attempt['decision']> }> {
  const trail = await audit.read({ limit: 10_000 });
  const entries = trail.filter(({ action }) => action === 'decided');
  const decided = new Map(entries.map(({ subject, details }) => [runOf(subject), details['decision'] as 'approve']));
  return { decided, problems: [...inventions(entries, attempts), ...losses(trail, attempts)] };
}

const runOf = (subject: string): string => subject.slice(flowName.length + 1);
const attemptOf = ({ details }: AuditRecord): unknown => details['signature.attempt'];

function inventions(entries: readonly AuditRecord[], attempts: readonly Attempt[]): readonly string[] {
  const perRun = Map.groupBy(entries, ({ subject }) => runOf(subject));
  return [
    ...[...perRun].flatMap(([run, { length }]) => (length > 1 ? [`run ${run} was decided ${length} times`] : [])),
    ...entries.flatMap((entry) => {
      const { subject, actor, details } = entry;
      const said = attempts.find(({ number }) => number === attemptOf(entry));
      const isSo =
        said?.run === runOf(subject) &&
        said.by === actor &&
        said.decision === details['decision'] &&
        actor !== intruder;
      return isSo ? [] : [`run ${runOf(subject)}: ${actor} has not said ${String(details['decision'])}`];
    }),
  ];
}

function losses(trail: readonly AuditRecord[], attempts: readonly Attempt[]): readonly string[] {
  return attempts.flatMap(({ number, run, by, decision, outcome }) => {
    const actions = trail.filter((entry) => attemptOf(entry) === number).map(({ action }) => action);
    const wanted = { taken: 'decided', refused: '', unauthorised: 'denied', unknown: actions[0] ?? '' }[outcome];
    const isKnown = actions.join() === wanted && (by === intruder ? wanted !== 'decided' : wanted !== 'denied');
    return isKnown
      ? []
      : [`run ${run}: ${by} said ${decision}, was ${outcome}, and the trail says ${actions.join() || 'nothing'}`];
  });
}
