import type { JsonValue } from '@millwright/contract';
import { type Atom, all, among, type Formula, negate } from './formula.ts';
import { empty, firstWitness, type Outcome, unknown, weaker, witness } from './outcome.ts';
import type { Search } from './prover.ts';

/** Every member whose name is of a kind. */
interface Law {
  readonly names: Formula;
  readonly of: Formula;
}

interface Demands {
  readonly laws: readonly Law[];
  /** Some member each. */
  readonly needs: readonly Law[];
  readonly required: readonly string[];
  readonly absent: ReadonlySet<string>;
  /** Names that some demand speaks of: they are tried before new ones are made up. */
  readonly known: readonly string[];
  readonly sizeMin: number;
  readonly sizeMax: number;
  readonly excluded: readonly JsonValue[];
}

function demandsOf(atoms: readonly Atom[]): Demands {
  const laws: Law[] = [];
  const needs: Law[] = [];
  const required = new Set<string>();
  const absent = new Set<string>();
  const known = new Set<string>();
  const excluded: JsonValue[] = [];
  let [sizeMin, sizeMax] = [0, Infinity];
  for (const atom of atoms) {
    if (atom.kind === 'has') (atom.positive ? required : absent).add(atom.name);
    else if (atom.kind === 'size') {
      sizeMin = Math.max(sizeMin, atom.min);
      sizeMax = Math.min(sizeMax, atom.max);
    } else if (atom.kind === 'every-member') laws.push(atom);
    else if (atom.kind === 'some-member') needs.push(atom);
    else if (atom.kind === 'not-value') excluded.push(atom.value);
  }
  for (const { names } of [...laws, ...needs]) for (const name of namesIn(names)) known.add(name);
  for (const name of [...required, ...absent]) known.add(name);
  return { laws, needs, required: [...required], absent, known: [...known], sizeMin, sizeMax, excluded };
}

function namesIn(names: Formula): readonly string[] {
  if (names.kind === 'among') return names.values.filter((value) => typeof value === 'string');
  if (names.kind === 'not-value') return typeof names.value === 'string' ? [names.value] : [];
  return names.kind === 'all' || names.kind === 'any' ? names.parts.flatMap(namesIn) : [];
}

type Members = ReadonlyMap<string, Formula>;

/** An object that fits every atom. */
export function findObject(atoms: readonly Atom[], search: Search): Outcome {
  const demands = demandsOf(atoms);
  const builder = new ObjectSearch(demands, search);
  return builder.run();
}

/**
 * Why no object fits: a member that must be there for which nothing fits. It is looked for before all alternatives are chosen,
 * so that of thirty conditions on one member only those are gone through that fit together. Only members that the fresh atoms
 * speak of are looked at.
 */
export function refusedMember(atoms: readonly Atom[], fresh: readonly Atom[], search: Search): Outcome | undefined {
  const concerned = new Set(fresh.flatMap(namesOf));
  const needed = new Map<string, Formula[]>();
  for (const atom of atoms) {
    const name = neededName(atom);
    if (name === undefined || !concerned.has(name)) continue;
    const parts = needed.get(name) ?? [];
    needed.set(name, atom.kind === 'some-member' ? [...parts, atom.of] : parts);
  }
  for (const [name, needs] of needed) {
    const laws = atoms.flatMap((atom) =>
      atom.kind === 'every-member' && search.holds(atom.names, name) === true ? [atom.of] : [],
    );
    const asked = all([...laws, ...needs]);
    if (asked.kind === 'false') return empty;
    // What a single law asks is seen when the member is built.
    const outcome = laws.length + needs.length < 2 ? undefined : search.find(asked);
    if (outcome?.kind === 'empty') return outcome;
  }
  return undefined;
}

/** The member that an atom demands, where only one can meet it. */
function neededName(atom: Atom): string | undefined {
  if (atom.kind === 'has') return atom.positive ? atom.name : undefined;
  if (atom.kind !== 'some-member' || atom.names.kind !== 'among' || atom.names.values.length !== 1) return undefined;
  const [name] = atom.names.values;
  return typeof name === 'string' ? name : undefined;
}

function namesOf(atom: Atom): readonly string[] {
  if (atom.kind === 'has') return [atom.name];
  return atom.kind === 'every-member' || atom.kind === 'some-member' ? namesIn(atom.names) : [];
}

/** The name of a member that may have any name: the shortest word would be the empty one. */
const readableName = 'other';

class ObjectSearch {
  readonly #demands: Demands;
  readonly #search: Search;

  constructor(demands: Demands, search: Search) {
    this.#demands = demands;
    this.#search = search;
  }

  run(): Outcome {
    const { required, absent, sizeMax } = this.#demands;
    if (required.some((name) => absent.has(name)) || required.length > sizeMax) return empty;
    const members = new Map<string, Formula>();
    for (const name of required) {
      const formula = this.#lawsOf(name);
      if (formula === undefined) return unknown('names that cannot be judged');
      const outcome = this.#search.find(formula);
      if (outcome.kind !== 'witness') return outcome;
      members.set(name, formula);
    }
    return this.#meet(this.#demands.needs, members);
  }

  /** What the laws ask of the member of a name; undefined when a name cannot be judged. */
  #lawsOf(name: string): Formula | undefined {
    const parts: Formula[] = [];
    for (const { names, of } of this.#demands.laws) {
      const concerned = this.#search.holds(names, name);
      if (concerned === undefined) return undefined;
      if (concerned) parts.push(of);
    }
    return all(parts);
  }

  /** Finds a member for each need: one that is there, one whose name is spoken of, or a new one. */
  #meet(needs: readonly Law[], members: Members): Outcome {
    if (!this.#search.step()) return unknown('the search was cut short by its budget');
    const [need, ...others] = needs;
    if (need === undefined) return this.#fill(members);
    return firstWitness([
      ...[...members.keys()].map((name) => () => this.#place(need, name, others, members)),
      ...this.#demands.known
        .filter((name) => !members.has(name) && !this.#demands.absent.has(name))
        .map((name) => () => this.#place(need, name, others, members)),
      () => this.#placeNew(need, others, members),
    ]);
  }

  #place(need: Law, name: string, others: readonly Law[], members: Members): Outcome {
    if (!members.has(name) && members.size >= this.#demands.sizeMax) return empty;
    const fits = this.#search.holds(need.names, name);
    if (fits === false) return empty;
    const laws = members.get(name) ?? this.#lawsOf(name);
    if (fits === undefined || laws === undefined) return unknown('names that cannot be judged');
    const formula = all([laws, need.of]);
    const outcome = this.#search.find(formula);
    return outcome.kind === 'witness' ? this.#meet(others, new Map([...members, [name, formula]])) : outcome;
  }

  #placeNew(need: Law, others: readonly Law[], members: Members): Outcome {
    if (members.size >= this.#demands.sizeMax) return empty;
    return this.#newMembers(need, members, (name, formula) =>
      this.#meet(others, new Map([...members, [name, formula]])),
    );
  }

  /**
   * Members whose names nobody speaks of: for every choice of laws that concern the name and laws that do not, a name of that
   * kind, if there is one, and a value that those laws allow.
   */
  #newMembers(need: Law, members: Members, next: (name: string, formula: Formula) => Outcome): Outcome {
    const taken = [...new Set([...members.keys(), ...this.#demands.known])];
    const fresh = taken.length === 0 ? [] : [negate(among(taken))];
    const laws = this.#demands.laws.filter(({ names }) => names.kind !== 'among');
    const choose = (index: number, names: readonly Formula[], parts: readonly Formula[]): Outcome => {
      const word = this.#search.findString(all(names));
      if (word.kind !== 'witness') return word;
      const law = laws[index];
      if (law !== undefined)
        return firstWitness([
          () => choose(index + 1, [...names, negate(law.names)], parts),
          () => choose(index + 1, [...names, law.names], [...parts, law.of]),
        ]);
      const formula = all(parts);
      const outcome = this.#search.find(formula);
      if (outcome.kind !== 'witness') return outcome;
      return next(
        this.#search.holds(all(names), readableName) === true ? readableName : (word.value as string),
        formula,
      );
    };
    return choose(0, [need.names, ...fresh], [need.of]);
  }

  /** Adds members until there are enough, then chooses the values. */
  #fill(members: Members): Outcome {
    const { sizeMin, known, absent } = this.#demands;
    if (members.size >= sizeMin) return this.#values(members);
    if (!this.#search.step()) return unknown('the search was cut short by its budget');
    let weakest: Outcome = empty;
    for (const name of known) {
      if (members.has(name) || absent.has(name)) continue;
      const formula = this.#lawsOf(name);
      const outcome = formula === undefined ? unknown('names that cannot be judged') : this.#search.find(formula);
      // Any member will do, and one that fits never hinders another.
      if (outcome.kind === 'witness' && formula !== undefined)
        return this.#fill(new Map([...members, [name, formula]]));
      weakest = weaker(weakest, outcome);
    }
    const anything: Law = { names: all([]), of: all([]) };
    const outcome = this.#newMembers(anything, members, (name, formula) =>
      this.#fill(new Map([...members, [name, formula]])),
    );
    return outcome.kind === 'witness' ? outcome : weaker(weakest, outcome);
  }

  #values(members: Members): Outcome {
    const entries: [string, JsonValue][] = [];
    for (const [name, formula] of members) {
      const outcome = this.#search.find(formula);
      if (outcome.kind !== 'witness') return outcome;
      entries.push([name, outcome.value]);
    }
    const value = Object.fromEntries(entries);
    const isExcluded = this.#demands.excluded.some((other) => this.#search.holds(among([other]), value) === true);
    return isExcluded ? this.#different(members, value) : witness(value);
  }

  /** A value that was excluded: another value for one of the members, or one member more. */
  #different(members: Members, value: Readonly<Record<string, JsonValue>>): Outcome {
    const isAllowed = (candidate: JsonValue): boolean =>
      this.#demands.excluded.every((other) => this.#search.holds(among([other]), candidate) === false);
    let weakest: Outcome = empty;
    for (const [name, formula] of members) {
      const outcome = this.#search.find(all([formula, negate(among([value[name] as JsonValue]))]));
      if (outcome.kind === 'witness') {
        const changed = { ...value, [name]: outcome.value };
        if (isAllowed(changed)) return witness(changed);
        weakest = unknown('objects that several excluded values leave');
      } else weakest = weaker(weakest, outcome);
    }
    if (members.size >= this.#demands.sizeMax) return weakest;
    const anything: Law = { names: all([]), of: all([]) };
    const more = this.#meetOptional(anything, members, value, isAllowed);
    return more.kind === 'witness' ? more : weaker(weakest, more);
  }

  #meetOptional(
    anything: Law,
    members: Members,
    value: Readonly<Record<string, JsonValue>>,
    isAllowed: (candidate: JsonValue) => boolean,
  ): Outcome {
    const extended = (name: string, formula: Formula): Outcome => {
      const outcome = this.#search.find(formula);
      if (outcome.kind !== 'witness') return outcome;
      const changed = { ...value, [name]: outcome.value };
      return isAllowed(changed) ? witness(changed) : unknown('objects that several excluded values leave');
    };
    return firstWitness([
      ...this.#demands.known
        .filter((name) => !members.has(name) && !this.#demands.absent.has(name))
        .map((name) => () => {
          const formula = this.#lawsOf(name);
          return formula === undefined ? unknown('names that cannot be judged') : extended(name, formula);
        }),
      () => this.#newMembers(anything, members, extended),
    ]);
  }
}
