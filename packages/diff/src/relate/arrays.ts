import type { JsonValue } from '@millwright/contract';
import { type Atom, all, among, type Formula, negate } from './formula.ts';
import { empty, firstWitness, type Outcome, unknown, weaker, witness } from './outcome.ts';
import type { Search } from './prover.ts';

interface Count {
  readonly of: Formula;
  readonly min: number;
  readonly max: number;
}

interface Demands {
  readonly items: readonly { readonly index: number; readonly of: Formula }[];
  readonly rests: readonly { readonly from: number; readonly of: Formula }[];
  /** Some item from a place on, each. */
  readonly needs: readonly { readonly from: number; readonly of: Formula }[];
  readonly counts: readonly Count[];
  readonly sizeMin: number;
  readonly sizeMax: number;
  readonly isUnique: boolean;
  readonly isRepeated: boolean;
  readonly excluded: readonly JsonValue[];
}

/** Longer arrays are not built. */
const lengthMax = 2_000;
/** Values that are tried for two places that hold one value. */
const copiesMax = 8;
/** Arrays of different items are built up to this length. */
const uniqueLengthMax = 60;

function demandsOf(atoms: readonly Atom[]): Demands {
  const items: { index: number; of: Formula }[] = [];
  const rests: { from: number; of: Formula }[] = [];
  const needs: { from: number; of: Formula }[] = [];
  const counts: Count[] = [];
  const excluded: JsonValue[] = [];
  let [sizeMin, sizeMax, isUnique, isRepeated] = [0, Infinity, false, false];
  for (const atom of atoms) {
    if (atom.kind === 'item') items.push(atom);
    else if (atom.kind === 'rest') rests.push(atom);
    else if (atom.kind === 'some') needs.push(atom);
    else if (atom.kind === 'count') counts.push(atom);
    else if (atom.kind === 'unique') {
      isUnique ||= atom.positive;
      isRepeated ||= !atom.positive;
    } else if (atom.kind === 'not-value') excluded.push(atom.value);
    else if (atom.kind === 'size') {
      sizeMin = Math.max(sizeMin, atom.min);
      sizeMax = Math.min(sizeMax, atom.max);
    }
  }
  return { items, rests, needs, counts, sizeMin, sizeMax, isUnique, isRepeated, excluded };
}

/** An array that fits every atom. */
export function findArray(atoms: readonly Atom[], search: Search): Outcome {
  const demands = demandsOf(atoms);
  if (demands.isUnique && demands.isRepeated) return empty;
  const shape = Math.max(
    0,
    ...demands.items.map(({ index }) => index + 1),
    ...demands.rests.map(({ from }) => from),
    ...demands.needs.map(({ from }) => from),
  );
  // Beyond this length every further item could be left out again: it only repeats what the places before it can be.
  const wanted =
    shape +
    demands.needs.length +
    demands.counts.reduce((sum, { min }) => sum + min, 0) +
    (demands.isRepeated ? 2 : 0) +
    demands.excluded.length;
  const longest = Math.min(demands.sizeMax, Math.max(demands.sizeMin, wanted));
  if (longest > lengthMax && demands.sizeMin > lengthMax) return unknown(`arrays of more than ${lengthMax} items`);
  const lengths = Array.from(
    { length: Math.max(0, longest - demands.sizeMin + 1) },
    (_, index) => demands.sizeMin + index,
  );
  return firstWitness(lengths.map((length) => () => new ArraySearch(demands, search, length).run()));
}

interface Left {
  readonly needs: readonly number[];
  /** Items of each kind that were placed. */
  readonly found: readonly number[];
}

class ArraySearch {
  readonly #demands: Demands;
  readonly #search: Search;
  readonly #length: number;
  /** Outcome of what is left from a place on, by what was done before it. */
  readonly #known = new Map<string, Outcome>();

  constructor(demands: Demands, search: Search, length: number) {
    this.#demands = demands;
    this.#search = search;
    this.#length = length;
  }

  run(): Outcome {
    const { needs, counts, isRepeated, excluded } = this.#demands;
    const left: Left = { needs: needs.map((_, index) => index), found: counts.map(() => 0) };
    const outcome = isRepeated ? this.#withRepetition(left) : this.#from(0, left, [], undefined);
    if (outcome.kind !== 'witness') return outcome;
    const isExcluded = excluded.some((other) => this.#search.holds(among([other]), outcome.value) === true);
    return isExcluded ? this.#different(outcome.value as readonly JsonValue[]) : outcome;
  }

  /** Two places hold one value. */
  #withRepetition(left: Left): Outcome {
    const pairs: (readonly [number, number])[] = [];
    const last = Math.min(this.#length, 12);
    for (let second = 1; second < last; second += 1)
      for (let first = 0; first < second; first += 1) pairs.push([first, second]);
    if (pairs.length === 0) return empty;
    const outcome = firstWitness(pairs.map((pair) => () => this.#from(0, left, [], pair)));
    return outcome.kind === 'empty' && this.#length > last ? unknown('repeated items far apart') : outcome;
  }

  #lawsAt(index: number): Formula {
    return all([
      ...this.#demands.items.filter((item) => item.index === index).map(({ of }) => of),
      ...this.#demands.rests.filter(({ from }) => from <= index).map(({ of }) => of),
    ]);
  }

  /** Items from a place on. `pair`: two places that must hold one value. */
  #from(index: number, left: Left, before: readonly JsonValue[], pair: readonly [number, number] | undefined): Outcome {
    if (!this.#search.step()) return unknown('the search was cut short by its budget');
    const { counts, isUnique } = this.#demands;
    const remaining = this.#length - index;
    if (left.needs.length > remaining) return empty;
    if (counts.some(({ min }, kind) => (left.found[kind] as number) + remaining < min)) return empty;
    if (counts.some(({ max }, kind) => (left.found[kind] as number) > max)) return empty;
    if (remaining === 0) return witness([...before]);
    // What came before matters only through what is left to do, unless items must differ or agree.
    const key = isUnique || pair !== undefined ? undefined : `${index};${left.needs.join()};${left.found.join()}`;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) {
      if (known.kind !== 'witness') return known;
      return witness([...before, ...(known.value as readonly JsonValue[]).slice(index)]);
    }
    const outcome = firstWitness(
      this.#choices(index, left).map((choice) => () => this.#put(index, choice, { left, before, pair })),
    );
    if (key !== undefined && !(outcome.kind === 'empty' && outcome.assumed < Infinity)) this.#known.set(key, outcome);
    return outcome;
  }

  /** Which needs the item meets, and of which kinds it is: kinds that only have a minimum may stay open. */
  #choices(index: number, left: Left): readonly Choice[] {
    const possible = left.needs.filter((need) => (this.#demands.needs[need]?.from ?? 0) <= index);
    const needs: (readonly number[])[] = [[], ...possible.map((need) => [need])];
    if (possible.length > 1) needs.push(possible);
    let kinds: (readonly (boolean | undefined)[])[] = [[]];
    for (const [kind, { min, max }] of this.#demands.counts.entries()) {
      const options: (boolean | undefined)[] = [];
      const isShort = (left.found[kind] as number) < min;
      if (isShort) options.push(true);
      if (max < Infinity) options.push(false, ...(isShort ? [] : [true]));
      else options.push(undefined);
      kinds = kinds.flatMap((list) => options.map((option) => [...list, option]));
    }
    return needs.flatMap((met) => kinds.map((kind) => ({ met, kind })));
  }

  #put(
    index: number,
    { met, kind }: Choice,
    {
      left,
      before,
      pair,
    }: {
      readonly left: Left;
      readonly before: readonly JsonValue[];
      readonly pair: readonly [number, number] | undefined;
    },
  ): Outcome {
    const { needs, counts, isUnique } = this.#demands;
    const asked = [
      this.#lawsAt(index),
      ...met.map((need) => needs[need]?.of as Formula),
      ...kind.flatMap((is, at) =>
        is === undefined ? [] : [is ? (counts[at]?.of as Formula) : negate(counts[at]?.of as Formula)],
      ),
    ];
    if (pair?.[0] === index) asked.push(this.#lawsAt(pair[1]));
    const isCopy = pair?.[1] === index;
    if (isCopy) asked.push(among([before[pair[0]] as JsonValue]));
    if (isUnique && before.length > 0) {
      if (before.length > uniqueLengthMax) return unknown(`more than ${uniqueLengthMax} different items`);
      asked.push(negate(among(before)));
    }
    const next: Left = {
      needs: left.needs.filter((need) => !met.includes(need)),
      found: left.found.map((found, at) => found + (kind[at] === true ? 1 : 0)),
    };
    return this.#withValues(all(asked), pair?.[0] === index, (value) =>
      this.#from(index + 1, next, [...before, value], pair),
    );
  }

  /**
   * Tries values for a place until the places after it find theirs. Where all items differ, as many values as there are places are
   * enough: if the other places can be filled, one of these values is left over. Where nothing depends on the value, one is enough.
   */
  #withValues(asked: Formula, isCopied: boolean, next: (value: JsonValue) => Outcome): Outcome {
    const triesMax = isCopied ? copiesMax : this.#demands.isUnique && !this.#isUniform() ? this.#length : 1;
    const tried: JsonValue[] = [];
    let weakest: Outcome = empty;
    while (tried.length < triesMax) {
      const outcome = this.#search.find(tried.length === 0 ? asked : all([asked, negate(among(tried))]));
      if (outcome.kind !== 'witness') return weaker(weakest, outcome);
      const rest = next(outcome.value);
      if (rest.kind === 'witness') return rest;
      weakest = weaker(weakest, rest);
      if (!this.#search.step()) return unknown('the search was cut short by its budget');
      tried.push(outcome.value);
    }
    return isCopied && weakest.kind === 'empty' ? unknown('repeated items of several kinds') : weakest;
  }

  /** True when every place asks the same: then it does not matter which value went first. */
  #isUniform(): boolean {
    const { items, rests, needs, counts } = this.#demands;
    return items.length === 0 && needs.length === 0 && counts.length === 0 && rests.every(({ from }) => from === 0);
  }

  #different(value: readonly JsonValue[]): Outcome {
    let weakest: Outcome = empty;
    for (const [index, item] of value.entries()) {
      const outcome = this.#search.find(all([this.#lawsAt(index), negate(among([item]))]));
      weakest = weaker(
        weakest,
        outcome.kind === 'witness' ? unknown('arrays that several excluded values leave') : outcome,
      );
      if (outcome.kind !== 'witness' || this.#demands.counts.length > 0 || this.#demands.needs.length > 0) continue;
      const changed = value.map((other, at) => (at === index ? outcome.value : other));
      const isAllowed = this.#demands.excluded.every((other) => this.#search.holds(among([other]), changed) === false);
      if (isAllowed && !this.#demands.isUnique && !this.#demands.isRepeated) return witness(changed);
    }
    return this.#demands.counts.length > 0 || this.#demands.needs.length > 0
      ? unknown('arrays that several excluded values leave')
      : weakest;
  }
}

interface Choice {
  readonly met: readonly number[];
  readonly kind: readonly (boolean | undefined)[];
}
