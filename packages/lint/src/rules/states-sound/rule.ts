import { isJsonObject, type JsonValue } from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';

export const statesSound: LintRule = {
  id: 'lint/states-sound',
  severity: 'error',
  law: 'Every state of a state machine can be reached, every state that is not final has a way out, and the states are those of the property.',
  why: 'An object gets stuck in a state, or carries one that no system knows.',
  fix: 'Add the missing transition, or correct initial, final or the vocabulary.',
  check: ({ contract, report }) => {
    const texts = (value: JsonValue | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
    for (const { schema } of contract.schemas) {
      const machine = schema.extensions?.get('x-states');
      if (!isJsonObject(machine)) continue;
      const at = { document: schema.document, pointer: `${schema.pointer}/x-states` };
      const property = schema.properties?.get(String(machine['property']));
      const states = ((property?.ref ?? property)?.enum ?? []).map(String);
      const transitions = (Array.isArray(machine['transitions']) ? machine['transitions'] : []).filter(isJsonObject);
      const reached = new Set(texts(machine['initial']));
      for (const state of reached) for (const { from, to } of transitions) if (from === state) reached.add(String(to));
      const final = new Set(texts(machine['final']));
      for (const state of states) {
        if (!reached.has(state)) report(at, `State ${state} cannot be reached`);
        if (!final.has(state) && !transitions.some(({ from }) => from === state))
          report(at, `State ${state} has no way out and is not final`);
      }
      const mentioned = new Set([
        ...transitions.flatMap(({ from, to }) => [String(from), String(to)]),
        ...texts(machine['initial']),
        ...final,
      ]);
      for (const state of mentioned)
        if (!states.includes(state)) report(at, `State ${state} is no value of ${String(machine['property'])}`);
    }
  },
};
