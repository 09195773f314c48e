import type { JsonValue, Sourced } from '@millwright/contract';
import type { PolicyFact } from './annotations.ts';

/** Levels of `x-stability-level`, from the least to the most. */
const levels = ['draft', 'alpha', 'beta', 'stable'];

type Rated = Partial<Sourced> & { readonly extensions?: ReadonlyMap<string, JsonValue> };

/** What a contract promises of how long something stays as it is; a level that nobody knows promises nothing. */
export function stabilityFacts(base: Rated, revision: Rated): readonly PolicyFact[] {
  const [before, after] = [base, revision].map(({ extensions }) => {
    const level = extensions?.get('x-stability-level');
    return typeof level === 'string' && levels.includes(level) ? level : undefined;
  });
  if (before === after) return [];
  if (before === undefined) return [{ kind: 'stability-declared', after: after as string }];
  if (after === undefined) return [{ kind: 'stability-undeclared', before }];
  const isRaised = levels.indexOf(after) > levels.indexOf(before);
  return [{ kind: `stability-${isRaised ? 'raised' : 'lowered'}`, before, after }];
}
