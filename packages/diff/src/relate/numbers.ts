import type { Atom } from './formula.ts';
import {
  add,
  compare,
  floor,
  fromNumber,
  isMultiple,
  leastCommonMultiple,
  multiply,
  type Rational,
  rational,
  toNumber,
} from './rational.ts';

/** Multiples that are looked at before giving up on the ones that are excluded. */
const candidatesMax = 20_000;

interface Bounds {
  readonly low: { readonly limit: Rational; readonly inclusive: boolean } | undefined;
  readonly high: { readonly limit: Rational; readonly inclusive: boolean } | undefined;
}

function boundsOf(atoms: readonly Atom[]): Bounds {
  let low: Bounds['low'];
  let high: Bounds['high'];
  for (const atom of atoms) {
    if (atom.kind === 'above') {
      const order = low === undefined ? 1 : compare(atom.limit, low.limit);
      if (low === undefined || order > 0 || (order === 0 && !atom.inclusive)) low = atom;
    } else if (atom.kind === 'below') {
      const order = high === undefined ? -1 : compare(atom.limit, high.limit);
      if (high === undefined || order < 0 || (order === 0 && !atom.inclusive)) high = atom;
    }
  }
  return { low, high };
}

/** A number that fits every atom; undefined when there is none, `unknown` when the search was cut short. */
export function findNumber(atoms: readonly Atom[]): number | 'unknown' | undefined {
  const bounds = boundsOf(atoms);
  const { low, high } = bounds;
  if (low !== undefined && high !== undefined) {
    const order = compare(low.limit, high.limit);
    if (order > 0 || (order === 0 && !(low.inclusive && high.inclusive))) return undefined;
  }
  const steps = atoms.flatMap((atom) => (atom.kind === 'multiple' && atom.positive ? [atom.of] : []));
  const avoided = atoms.flatMap((atom) => (atom.kind === 'multiple' && !atom.positive ? [atom.of] : []));
  const excluded = new Set(
    atoms.flatMap((atom) =>
      atom.kind === 'not-value' && typeof atom.value === 'number' ? [textOf(fromNumber(atom.value))] : [],
    ),
  );
  const fits = (value: Rational): boolean =>
    isInside(value, bounds) && !avoided.some((of) => isMultiple(value, of)) && !excluded.has(textOf(value));
  const step = steps.reduce<Rational | undefined>(
    (sum, of) => (sum === undefined ? of : leastCommonMultiple(sum, of)),
    undefined,
  );
  return step === undefined ? findReal(bounds, fits) : findMultiple(step, bounds, fits, avoided);
}

const textOf = ({ numerator, denominator }: Rational): string => `${numerator}/${denominator}`;

function isInside(value: Rational, { low, high }: Bounds): boolean {
  if (low !== undefined) {
    const order = compare(value, low.limit);
    if (order < 0 || (order === 0 && !low.inclusive)) return false;
  }
  if (high !== undefined) {
    const order = compare(value, high.limit);
    if (order > 0 || (order === 0 && !high.inclusive)) return false;
  }
  return true;
}

/** Between two different limits the numbers are dense, so what excludes single ones or multiples cannot exclude all. */
function findReal(bounds: Bounds, fits: (value: Rational) => boolean): number | 'unknown' | undefined {
  const { low, high } = bounds;
  if (low !== undefined && high !== undefined && compare(low.limit, high.limit) === 0)
    return fits(low.limit) ? toNumber(low.limit) : undefined;
  const start = low?.limit ?? (high === undefined ? rational(0n) : add(high.limit, rational(-2n)));
  const width =
    low !== undefined && high !== undefined ? add(high.limit, multiply(low.limit, rational(-1n))) : rational(2n);
  // Whole numbers read best in a report.
  for (const whole of [0n, 1n, floor(start), floor(start) + 1n, floor(start) + 2n])
    if (fits(rational(whole))) return toNumber(rational(whole));
  if (low !== undefined && fits(low.limit)) return toNumber(low.limit);
  if (high !== undefined && fits(high.limit)) return toNumber(high.limit);
  for (const parts of [2n, 10n, 100n, 1000n, 7n, 97n, 1009n])
    for (const part of [1n, 3n, parts / 2n + 1n, parts - 1n]) {
      const value = add(start, multiply(width, rational(part, parts)));
      if (fits(value)) return toNumber(value);
    }
  return 'unknown';
}

/** Multiples of a step, from the one nearest to zero inside the bounds outwards. */
function findMultiple(
  step: Rational,
  bounds: Bounds,
  fits: (value: Rational) => boolean,
  avoided: readonly Rational[],
): number | 'unknown' | undefined {
  const inverse = rational(step.denominator, step.numerator);
  const { low, high } = bounds;
  const first = low === undefined ? undefined : -floor(multiply(multiply(low.limit, inverse), rational(-1n)));
  const last = high === undefined ? undefined : floor(multiply(high.limit, inverse));
  if (first !== undefined && last !== undefined && first > last) return undefined;
  // A step that is itself a multiple of what is avoided leaves nothing.
  if (avoided.some((of) => isMultiple(step, of))) return undefined;
  const from = first !== undefined && first > 0n ? first : last !== undefined && last < 0n ? last : 0n;
  for (let distance = 0n; distance < BigInt(candidatesMax); distance += 1n) {
    const candidates = distance === 0n ? [from] : [from + distance, from - distance];
    let isInsideSomewhere = false;
    for (const factor of candidates) {
      if ((first !== undefined && factor < first) || (last !== undefined && factor > last)) continue;
      isInsideSomewhere = true;
      const value = multiply(step, rational(factor));
      if (fits(value)) return toNumber(value);
    }
    if (!isInsideSomewhere && distance > 1n) return undefined;
  }
  return 'unknown';
}
