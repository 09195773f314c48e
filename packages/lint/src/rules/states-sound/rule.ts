import { isJsonObject, type JsonValue } from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';
import { allSchemas, targetOf } from '../../schema-walk.ts';

export const statesSound: LintRule = {
  id: 'lint/states-sound',
  severity: 'error',
  law: 'Every state of a state machine can be reached from an initial one, a final state can be reached from every other, final states have no way out, and the states are those of the property.',
  why: 'An object gets stuck in a state, or carries one that no system knows.',
  fix: 'Add the missing transition, or correct initial, final or the vocabulary.',
  check: ({ contract, report }) => {
    for (const schema of allSchemas(contract)) {
      const machine = schema.extensions?.get('x-states');
      if (!isJsonObject(machine)) continue;
      const at = { document: schema.document, pointer: `${schema.pointer}/x-states` };
      const property = schema.properties?.get(String(machine['property']));
      const states = (property === undefined ? [] : (targetOf(property).enum ?? [])).map(String);
      for (const fault of faultsOf(machine, states)) report(at, fault);
    }
  },
};

type Transition = readonly [from: string, to: string];

function faultsOf(machine: Readonly<Record<string, JsonValue>>, states: readonly string[]): readonly string[] {
  const list = (name: string): readonly JsonValue[] => (Array.isArray(machine[name]) ? machine[name] : []);
  const initial = list('initial').map(String);
  const final = list('final').map(String);
  const transitions = list('transitions')
    .filter(isJsonObject)
    .map(({ from, to }): Transition => [String(from), String(to)]);
  const property = String(machine['property']);
  if (states.length === 0) return [`${property} is no property with an enum`];
  const reached = closure(initial, transitions);
  const leads = new Set(transitions.map(([from]) => from));
  // A machine without an end, such as that of a machine tool, only has to go on.
  const saved = closure(
    final.length === 0 ? leads : final,
    transitions.map(([from, to]) => [to, from]),
  );
  return [
    ...(initial.length === 0 ? ['There is no initial state'] : []),
    ...states.flatMap((state) => [
      ...(reached.has(state) ? [] : [`State ${state} cannot be reached`]),
      ...(saved.has(state)
        ? []
        : [`State ${state} ${leads.has(state) ? 'never leads to a final state' : 'has no way out and is not final'}`]),
      ...(final.includes(state) && leads.has(state) ? [`State ${state} is final but has a way out`] : []),
    ]),
    ...[...new Set([...transitions.flat(), ...initial, ...final])]
      .filter((state) => !states.includes(state))
      .map((state) => `State ${state} is no value of ${property}`),
  ];
}

function closure(roots: Iterable<string>, transitions: readonly Transition[]): ReadonlySet<string> {
  const reached = new Set(roots);
  for (const state of reached) for (const [from, to] of transitions) if (from === state) reached.add(to);
  return reached;
}
