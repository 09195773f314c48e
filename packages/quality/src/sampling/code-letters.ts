import type { AqlLevel } from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';

/** Sample size code letters in their order; S has a row in the table of tightened inspection only. */
export type CodeLetter = keyof typeof letterOrder;

const letterOrder = {
  A: 0,
  B: 1,
  C: 2,
  D: 3,
  E: 4,
  F: 5,
  G: 6,
  H: 7,
  J: 8,
  K: 9,
  L: 10,
  M: 11,
  N: 12,
  P: 13,
  Q: 14,
  R: 15,
  S: 16,
};

export const codeLetters = Object.keys(letterOrder) as readonly CodeLetter[];

const levels: readonly AqlLevel[] = [
  'special-1',
  'special-2',
  'special-3',
  'special-4',
  'general-1',
  'general-2',
  'general-3',
];

/** MIL-STD-105E, Table I: the largest lot of a row, and its letters for S-1, S-2, S-3, S-4, I, II, III. */
const rows: readonly (readonly [lotSizeMax: number, letters: string])[] = [
  [8, 'AAAAAAB'],
  [15, 'AAAAABC'],
  [25, 'AABBBCD'],
  [50, 'ABBCCDE'],
  [90, 'BBCCCEF'],
  [150, 'BBCDDFG'],
  [280, 'BCDEEGH'],
  [500, 'BCDEFHJ'],
  [1200, 'CCEFGJK'],
  [3200, 'CDEGHKL'],
  [10_000, 'CDFGJLM'],
  [35_000, 'CDFHKMN'],
  [150_000, 'DEGJLNP'],
  [500_000, 'DEGJMPQ'],
  [Number.POSITIVE_INFINITY, 'DEHKNQR'],
];

/**
 * Code letter of a lot (MIL-STD-105E, Table I).
 * @throws QualityError `lot-size-unusable` for a lot of fewer than 2 pieces, with which the table begins, or of no whole number
 */
export function codeLetterOf(lotSize: number, level: AqlLevel): CodeLetter {
  if (!Number.isSafeInteger(lotSize) || lotSize < 2)
    throw new QualityError('lot-size-unusable', `a lot of ${lotSize} pieces has no code letter`, {
      remedy: 'The table begins with lots of 2 whole pieces; give smaller lots a fixed or percent sample rule.',
    });
  const row = rows.find(([lotSizeMax]) => lotSize <= lotSizeMax);
  return row?.[1][levels.indexOf(level)] as CodeLetter;
}
