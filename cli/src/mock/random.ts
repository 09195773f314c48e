/** Chance that is the same for the same seed. */
export interface Chance {
  /** At least 0, below 1. */
  next(): number;
  /** At least `min`, at most `max`; integers. */
  between(min: number, max: number): number;
  /** The list is not empty. */
  pick<Item>(items: readonly Item[]): Item;
}

/** mulberry32 over the hash of a text: what is made for one path does not depend on what was asked before. */
export function chanceOf(seed: string): Chance {
  let state = 2_166_136_261;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return { next, between, pick: (items) => items[between(0, items.length - 1)] as never };
}
