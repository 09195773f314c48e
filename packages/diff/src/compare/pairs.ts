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

/** What is left, where one covers the other: a range in place of its members, or the other way round. */
export interface Covered<T> {
  readonly widened: readonly (readonly [base: T, revision: T])[];
  readonly narrowed: readonly (readonly [base: T, revision: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * `rangesOf` names every range that covers an item, so that the search stays linear. A range takes the place of all that it
 * covers, also where both versions have it.
 */
export function pairCovered<T>(
  { both, removed, added }: Pairs<T>,
  key: (item: T) => string,
  rangesOf: (item: T) => readonly string[],
): Covered<T> {
  const kept = (side: 0 | 1): readonly T[] => both.map((pair) => pair[side]);
  const widened = pairByRange(removed, [...kept(1), ...added], key, rangesOf);
  const narrowed = pairByRange(added, [...kept(0), ...removed], key, rangesOf).map(
    ([after, before]) => [before, after] as const,
  );
  const found = new Set<T>([...widened, ...narrowed].flat());
  // What gave way to a part of it is not asked what covers it.
  const [wide, narrow] = [new Set(widened.map(([, after]) => after)), new Set(narrowed.map(([before]) => before))];
  return {
    widened: widened.filter(([before]) => !narrow.has(before)),
    narrowed: narrowed.filter(([, after]) => !wide.has(after)),
    removed: removed.filter((item) => !found.has(item)),
    added: added.filter((item) => !found.has(item)),
  };
}

/** Items with the range that covers them, the closest where there are several. */
function pairByRange<T>(
  items: readonly T[],
  ranges: readonly T[],
  key: (item: T) => string,
  rangesOf: (item: T) => readonly string[],
): readonly (readonly [item: T, range: T])[] {
  const known = new Map(ranges.map((range) => [key(range), range] as const));
  return items.flatMap((item) => {
    const name = rangesOf(item).find((range) => range !== key(item) && known.has(range));
    return name === undefined ? [] : [[item, known.get(name) as T] as const];
  });
}
