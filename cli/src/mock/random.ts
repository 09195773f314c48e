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

/** A UUID of version 4 as far as its form goes; chance decides the rest. */
export function uuidOf(chance: Chance): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => chance.between(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}
