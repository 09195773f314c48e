import type { JsonValue } from '@millwright/contract';
import { findArray } from './arrays.ts';
import { type Atom, all, type Formula, negate, type ValueType, valueTypes } from './formula.ts';
import { holds, typeOf } from './holds.ts';
import { type Automaton, findWord, languageOf } from './languages.ts';
import { findNumber } from './numbers.ts';
import { findObject, refusedMember } from './objects.ts';
import { empty, firstWitness, type Outcome, unknown, witness } from './outcome.ts';
import type { SchemaClasses } from './schema-classes.ts';
import { type UnfoldOptions, unfold } from './unfold.ts';

export interface Budget {
  /** Steps of the search at most. */
  readonly stepsMax: number;
  /** Milliseconds at most. */
  readonly timeMaxMs: number;
}

/** Asks for a value that fits a formula; what arrays and objects need of their parts. */
export interface Search {
  readonly find: (formula: Formula) => Outcome;
  readonly findString: (formula: Formula) => Outcome;
  readonly holds: (formula: Formula, value: JsonValue) => boolean | undefined;
  /** Counts a step; false when the budget is used up. */
  readonly step: () => boolean;
}

/** Answers that are kept from one question to the next at most. */
const answersMax = 20_000;

const exhausted = 'the search was cut short by its budget';

/**
 * Looks for a value that fits a conjunction of schemas and opposites of schemas. It chooses a type, unfolds what the schemas
 * ask of that type, tries the alternatives one after the other, and asks the same question of items and members.
 *
 * Values are finite, so a question that comes up again while it is still being answered has no answer on that way
 * (least fixpoint). An `empty` that rests on such a question is kept only after the question itself has been answered.
 */
export class Prover implements Search {
  readonly #classes: SchemaClasses;
  readonly #options: UnfoldOptions;
  #budget: Budget;
  #deadline: number;
  readonly #unfolded = new Map<string, Formula>();
  readonly #answers = new Map<string, Outcome>();
  readonly #open = new Map<string, number>();
  #steps = 0;

  constructor(classes: SchemaClasses, options: UnfoldOptions, budget: Budget) {
    this.#classes = classes;
    this.#options = options;
    this.#budget = budget;
    this.#deadline = performance.now() + budget.timeMaxMs;
  }

  /** Another question with a budget of its own; what was found out before is kept. */
  ask(formula: Formula, budget: Budget): Outcome {
    this.#budget = budget;
    this.#deadline = performance.now() + budget.timeMaxMs;
    this.#steps = 0;
    if (this.#answers.size > answersMax) this.#answers.clear();
    for (const [key, { kind }] of this.#answers) if (kind === 'unknown') this.#answers.delete(key);
    return this.find(formula);
  }

  step(): boolean {
    this.#steps += 1;
    return this.#steps <= this.#budget.stepsMax && (this.#steps % 64 !== 0 || performance.now() <= this.#deadline);
  }

  holds(formula: Formula, value: JsonValue): boolean | undefined {
    return holds(formula, value, (id, positive, type) => this.#unfold(id, positive, type));
  }

  find(formula: Formula): Outcome {
    return this.#asked(formula.key, () =>
      firstWitness(
        valueTypes.map((type) => () => this.#asked(`${type}:${formula.key}`, () => this.#ofType(type, [formula]))),
      ),
    );
  }

  findString(formula: Formula): Outcome {
    return this.#asked(`string:${formula.key}`, () => this.#ofType('string', [formula]));
  }

  #asked(key: string, answer: () => Outcome): Outcome {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const open = this.#open.get(key);
    if (open !== undefined) return { kind: 'empty', assumed: open };
    if (!this.step()) return unknown(exhausted);
    const depth = this.#open.size;
    this.#open.set(key, depth);
    const outcome = answer();
    this.#open.delete(key);
    if (outcome.kind !== 'empty') {
      this.#answers.set(key, outcome);
      return outcome;
    }
    // What rests on this very question is settled by its answer; what rests on an outer one is not.
    if (outcome.assumed < depth) return outcome;
    this.#answers.set(key, empty);
    return empty;
  }

  #unfold(id: number, positive: boolean, type: ValueType): Formula {
    const key = `${id}:${type}`;
    let formula = this.#unfolded.get(key);
    if (formula === undefined) {
      formula = unfold(this.#classes.schemaOf(id), type, this.#classes, this.#options);
      this.#unfolded.set(key, formula);
    }
    return positive ? formula : negate(formula);
  }

  /** Unfolds until only atoms and alternatives are left, then tries the alternatives. */
  #ofType(type: ValueType, formulas: readonly Formula[]): Outcome {
    const atoms = new Map<string, Atom>();
    const choices = new Map<string, readonly Formula[]>();
    const seen = new Set<string>();
    return this.#branch(type, formulas, { atoms, choices, seen });
  }

  #branch(type: ValueType, added: readonly Formula[], before: Conjunction): Outcome {
    if (!this.step()) return unknown(exhausted);
    const state: Conjunction = {
      atoms: new Map(before.atoms),
      choices: new Map(before.choices),
      seen: new Set(before.seen),
    };
    const waiting = [...added];
    const fresh: Atom[] = [];
    for (let formula = waiting.pop(); formula !== undefined; formula = waiting.pop()) {
      if (formula.kind === 'false') return empty;
      if (formula.kind === 'true' || state.seen.has(formula.key)) continue;
      state.seen.add(formula.key);
      if (state.seen.has(negate(formula).key)) return empty;
      if (formula.kind === 'all') waiting.push(...formula.parts);
      else if (formula.kind === 'any') state.choices.set(formula.key, formula.parts);
      else if (formula.kind === 'schema') waiting.push(this.#unfold(formula.id, formula.positive, type));
      else if (formula.kind === 'is') {
        if ((formula.type === type) !== formula.positive) return empty;
      } else {
        state.atoms.set(formula.key, formula);
        fresh.push(formula);
      }
    }
    const atoms = [...state.atoms.values()];
    if (!isConsistent(type, atoms)) return empty;
    return (type === 'object' ? refusedMember(atoms, fresh, this) : undefined) ?? this.#choose(type, state);
  }

  #choose(type: ValueType, state: Conjunction): Outcome {
    // An alternative that is already granted settles its choice; one that is ruled out drops from it.
    const open: (readonly [key: string, parts: readonly Formula[]])[] = [];
    for (const [key, parts] of state.choices) {
      if (parts.some((part) => state.seen.has(part.key) && part.kind !== 'any')) continue;
      const left = parts.filter((part) => !state.seen.has(negate(part).key));
      if (left.length === 0) return empty;
      open.push([key, left]);
    }
    if (open.length === 0) return this.#leaf(type, [...state.atoms.values()]);
    open.sort(([, left], [, right]) => left.length - right.length);
    const [[key, parts]] = open as [[string, readonly Formula[]]];
    const choices = new Map(open.slice(1));
    choices.delete(key);
    // Later alternatives may take for granted that the earlier ones fail: no value is tried twice.
    return firstWitness(parts.map((part) => () => this.#branch(type, [part], { ...state, choices })));
  }

  #leaf(type: ValueType, atoms: readonly Atom[]): Outcome {
    const listed = atoms.find((atom) => atom.kind === 'among');
    if (listed?.kind === 'among')
      return this.#amongValues(
        listed.values.filter((value) => typeOf(value) === type),
        atoms,
      );
    switch (type) {
      case 'null':
        return this.#amongValues([null], atoms);
      case 'boolean':
        return this.#amongValues([false, true], atoms);
      case 'number':
        return found(findNumber(atoms));
      case 'string':
        return ofString(atoms);
      case 'array':
        return findArray(atoms, this);
      case 'object':
        return findObject(atoms, this);
    }
  }

  #amongValues(values: readonly JsonValue[], atoms: readonly Atom[]): Outcome {
    const formula = all(atoms.filter(({ kind }) => kind !== 'opaque'));
    const verdicts = values.map((value) => this.holds(formula, value));
    const index = verdicts.indexOf(true);
    if (index >= 0) return witness(values[index] as JsonValue);
    const unsure = verdicts.indexOf(undefined);
    return unsure >= 0 ? witness(values[unsure] as JsonValue) : empty;
  }
}

interface Conjunction {
  readonly atoms: Map<string, Atom>;
  readonly choices: Map<string, readonly Formula[]>;
  /** Keys of everything that is granted. */
  readonly seen: Set<string>;
}

/** Cheap contradictions, so that hopeless branches end early. */
function isConsistent(type: ValueType, atoms: readonly Atom[]): boolean {
  let [min, max] = [0, Infinity];
  for (const atom of atoms) {
    if (atom.kind !== 'size') continue;
    min = Math.max(min, atom.min);
    max = Math.min(max, atom.max);
  }
  if (min > max) return false;
  return (
    type !== 'number' || findNumber(atoms.filter(({ kind }) => kind === 'above' || kind === 'below')) !== undefined
  );
}

function found(value: JsonValue | 'unknown' | undefined): Outcome {
  if (value === undefined) return empty;
  return value === 'unknown' ? unknown('numbers that are multiples of much and not of much else') : witness(value);
}

function ofString(atoms: readonly Atom[]): Outcome {
  let [lengthMin, lengthMax] = [0, Infinity];
  const inside: Automaton[] = [];
  const outside: Automaton[] = [];
  const excluded: string[] = [];
  for (const atom of atoms) {
    if (atom.kind === 'size') {
      lengthMin = Math.max(lengthMin, atom.min);
      lengthMax = Math.min(lengthMax, atom.max);
    } else if (atom.kind === 'not-value' && typeof atom.value === 'string') excluded.push(atom.value);
    else if (atom.kind === 'pattern') {
      const language = languageOf(atom.source);
      if (!('automaton' in language)) return unknown(language.reason);
      (atom.positive ? inside : outside).push(language.automaton);
    }
  }
  const word = findWord({ inside, outside, lengthMin, lengthMax, excluded });
  if (word === undefined) return empty;
  return word === 'unknown' ? unknown('a text of patterns with too many states') : witness(word);
}
