/** Members of two lists put side by side by a key. A key that one list has twice meets the other's in order. */
export interface Pairs<T> {
  readonly both: readonly (readonly [base: T, revision: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

export function pairBy<T>(base: Iterable<T>, revision: Iterable<T>, key: (item: T) => string): Pairs<T> {
  const waiting = new Map<string, T[]>();
  for (const item of revision) {
    const list = waiting.get(key(item));
    if (list === undefined) waiting.set(key(item), [item]);
    else list.push(item);
  }
  const both: (readonly [T, T])[] = [];
  const removed: T[] = [];
  for (const item of base) {
    const partner = waiting.get(key(item))?.shift();
    if (partner === undefined) removed.push(item);
    else both.push([item, partner]);
  }
  return { both, removed, added: [...waiting.values()].flat() };
}

/** Pairs what is left by a second key, so that a renamed member is not reported as removed and added. */
export function pairRest<T>(pairs: Pairs<T>, key: (item: T) => string | undefined): Pairs<T> {
  const named = (items: readonly T[]): readonly T[] => items.filter((item) => key(item) !== undefined);
  const rest = pairBy(named(pairs.removed), named(pairs.added), (item) => key(item) as string);
  const found = new Set<T>(rest.both.flat());
  return {
    both: [...pairs.both, ...rest.both],
    removed: pairs.removed.filter((item) => !found.has(item)),
    added: pairs.added.filter((item) => !found.has(item)),
  };
}
