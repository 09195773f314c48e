import { isJsonObject, type JsonValue, type Schema } from '@millwright/contract';
import { alongReferences } from './along-references.ts';
import { Problem } from './problem.ts';

interface States {
  readonly property: string;
  readonly transitions: readonly { readonly from: string; readonly to: string }[];
}

/** `x-states` of a schema or of what it refers to. */
function statesOf(schema: Schema | undefined): States | undefined {
  const states = alongReferences(schema, (at) => at.extensions?.get('x-states'));
  if (!isJsonObject(states)) return undefined;
  const { property, transitions } = states;
  if (typeof property !== 'string' || !Array.isArray(transitions)) return undefined;
  const known = transitions.filter(isJsonObject).map(({ from, to }) => ({ from: String(from), to: String(to) }));
  return { property, transitions: known };
}

/** Throws a {@link Problem} where an object changes into a state that `x-states` does not lead to. What is new may be in any. */
export function checkStates(schema: Schema | undefined, before: JsonValue | undefined, after: JsonValue): void {
  const states = statesOf(schema);
  if (states === undefined || !isJsonObject(before) || !isJsonObject(after)) return;
  const { property, transitions } = states;
  const [from, to] = [before[property], after[property]];
  if (from === undefined || to === undefined || from === to) return;
  if (transitions.some((transition) => transition.from === from && transition.to === to)) return;
  const next = transitions.filter((transition) => transition.from === from).map((transition) => transition.to);
  const way = next.length === 0 ? `${String(from)} is final` : `next is ${next.join(' or ')}`;
  throw new Problem(409, `${property} ${String(from)} does not become ${String(to)}; ${way}`);
}
