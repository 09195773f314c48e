import type { JsonValue } from '@millwright/contract';

/** What the search for a value found. */
export type Outcome =
  | { readonly kind: 'witness'; readonly value: JsonValue }
  /** No value fits. `assumed`: the shallowest open question that this rests on; Infinity when it rests on none. */
  | { readonly kind: 'empty'; readonly assumed: number }
  | { readonly kind: 'unknown'; readonly reason: string };

export const empty: Outcome = { kind: 'empty', assumed: Infinity };
export const unknown = (reason: string): Outcome => ({ kind: 'unknown', reason });
export const witness = (value: JsonValue): Outcome => ({ kind: 'witness', value });

/** Nothing fits any of the alternatives, or it is not known of some: the first witness ends the search. */
export function firstWitness(alternatives: Iterable<() => Outcome>): Outcome {
  let result: Outcome = empty;
  for (const alternative of alternatives) {
    const outcome = alternative();
    if (outcome.kind === 'witness') return outcome;
    result = weaker(result, outcome);
  }
  return result;
}

/** The weaker of two outcomes without a witness. */
export function weaker(left: Outcome, right: Outcome): Outcome {
  if (left.kind === 'unknown') return left;
  if (right.kind === 'unknown') return right;
  return left.kind === 'empty' && right.kind === 'empty'
    ? { kind: 'empty', assumed: Math.min(left.assumed, right.assumed) }
    : left;
}
