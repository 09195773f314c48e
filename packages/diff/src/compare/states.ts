import { isJsonObject, type JsonValue } from '@millwright/contract';
import type { PolicyFact } from './annotations.ts';
import { listDifference } from './facts.ts';
import { textsOf } from './values.ts';

interface Machine {
  readonly property: string;
  readonly initial: readonly string[];
  readonly final: readonly string[];
  readonly states: ReadonlySet<string>;
  /** `from -> to`. */
  readonly transitions: readonly string[];
}

/** A machine as far as it is one; what is malformed was reported by lint. */
function machineOf(value: JsonValue | undefined): Machine | undefined {
  if (!isJsonObject(value)) return undefined;
  const listed = value['transitions'];
  const steps = (Array.isArray(listed) ? (listed as readonly JsonValue[]) : []).flatMap((step) =>
    isJsonObject(step) && typeof step['from'] === 'string' && typeof step['to'] === 'string'
      ? [[step['from'], step['to']] as const]
      : [],
  );
  const [initial, final] = [textsOf(value['initial']), textsOf(value['final'])];
  return {
    property: String(value['property'] ?? ''),
    initial,
    final,
    states: new Set([...steps.flat(), ...initial, ...final]),
    transitions: steps.map(([from, to]) => `${from} -> ${to}`),
  };
}

/** `x-states`: changes of status that are allowed. What a state takes with it when it goes or comes is not told apart. */
export function stateFacts(base: JsonValue | undefined, revision: JsonValue | undefined): readonly PolicyFact[] {
  const [before, after] = [machineOf(base), machineOf(revision)];
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind: 'state-machine-added' }];
  if (after === undefined) return [{ kind: 'state-machine-removed' }];
  const facts: PolicyFact[] = [];
  if (before.property !== after.property)
    facts.push({ kind: 'state-property-changed', before: before.property, after: after.property });
  const told = (kind: string, names: readonly string[]): void => {
    facts.push(...names.map((name) => ({ kind, name })));
  };
  const states = listDifference([...before.states], [...after.states]);
  told('state-removed', states.removed);
  told('state-added', states.added);
  const isNew = (name: string): boolean => name.split(' -> ').some((state) => states.added.includes(state));
  const isGone = (name: string): boolean => name.split(' -> ').some((state) => states.removed.includes(state));
  const transitions = listDifference(before.transitions, after.transitions);
  told(
    'transition-removed',
    transitions.removed.filter((name) => !isGone(name)),
  );
  told(
    'transition-added',
    transitions.added.filter((name) => !isNew(name)),
  );
  for (const end of ['initial', 'final'] as const) {
    const ends = listDifference(before[end], after[end]);
    told(
      `${end}-state-removed`,
      ends.removed.filter((name) => !isGone(name)),
    );
    told(
      `${end}-state-added`,
      ends.added.filter((name) => !isNew(name)),
    );
  }
  return facts;
}
