import { type JsonValue, type Schema, toJsonSchema } from '@millwright/contract';
import type { Change, Focus, SchemaChange, Step } from '../change.ts';
import {
  all,
  always,
  among,
  any,
  everyMember,
  type Formula,
  has,
  isType,
  item,
  negate,
  pattern,
  schema as schemaFormula,
  size,
  some,
  someMember,
  type ValueType,
} from '../relate/formula.ts';
import { type Budget, Prover } from '../relate/prover.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { type Judge, judgeOf } from '../relate/verify.ts';
import { bearingOf, ClosedWorlds, declaredPart, partsOfValue, usesUndeclared } from './declared.ts';
import { hiddenAsWanted } from './hidden-members.ts';

/** Why a verdict holds: a value that shows the break, containment, or the honest statement that it is not known. */
export type Proof =
  | {
      readonly kind: 'witness';
      readonly instance: JsonValue;
      readonly acceptedBy: 'base' | 'revision';
      readonly rejectedBy: 'base' | 'revision';
      readonly reason: string;
    }
  | { readonly kind: 'contained' }
  | { readonly kind: 'structural' }
  | { readonly kind: 'unproven'; readonly reason: string };

const budget: Budget = { stepsMax: 15_000, timeMaxMs: 800 };
const quickBudget: Budget = { stepsMax: 4_000, timeMaxMs: 200 };

/** Asks whether a change of a schema can be noticed by a value that travels. */
export class Proofs {
  readonly #classes: ClosedWorlds;
  readonly #prover: Prover;
  readonly #judges = new Map<Schema, Judge>();
  readonly #known = new Map<string, Proof>();
  readonly #never = new Map<string, boolean>();

  constructor(classes: SchemaClasses) {
    this.#classes = new ClosedWorlds(classes);
    this.#prover = new Prover(this.#classes, { formats: false }, budget);
  }

  /**
   * A value that one side accepts and the other refuses, and that looks at its place as the change says. One that uses only what
   * the base declares is preferred. Where scalars are read whatever their type is, none of them shows the change.
   */
  prove(
    change: Change,
    { usage, path }: SchemaChange['reached'][number],
    { towards, areScalarsRead }: { readonly towards: 'in' | 'out'; readonly areScalarsRead: boolean },
  ): Proof {
    const { base, revision } = change.schema as SchemaChange;
    const [inside, outside] = towards === 'in' ? [usage.base, usage.revision] : [usage.revision, usage.base];
    const [from, to] = towards === 'in' ? [base, revision] : [revision, base];
    const sides = { inside, outside, towards };
    const asShown = all([
      ofFocus(focusOf(change, towards)),
      ofKind(change.kind),
      areScalarsRead ? negate(scalar) : always,
    ]);
    const differing = (accepting: Schema, refusing: Schema): Proof => {
      const asWanted = hiddenAsWanted([accepting, refusing], usage.direction, (schema) => this.#is(schema, true));
      const local = all([this.#is(accepting, true), this.#is(refusing, false), asShown, asWanted]);
      return this.#at(path, local, usage.base, sides);
    };
    const proof = differing(from, to);
    const bearing = proof.kind === 'contained' ? bearingOf([usage.base, usage.revision], path) : 'plain';
    if (bearing === 'plain') return proof;
    const turned = differing(to, from);
    return turned.kind === 'contained' && bearing === 'evaluating' ? this.#at([], always, usage.base, sides) : turned;
  }

  /** True when what a schema speaks of in a part of a value is refused by itself, without what it does not speak of. */
  isRefusedWithout(schema: Schema, value: JsonValue, path: readonly Step[]): boolean {
    const judge = this.#judge(schema);
    return partsOfValue(value, path).some((part) => judge(declaredPart([schema], part)) === false);
  }

  /** True when a schema takes the text of every scalar that another takes. */
  takesTexts(from: Schema, to: Schema): boolean {
    if (this.#isNever(all([isType('string'), this.#is(to, false)]))) return true;
    return scalarsOf(from)?.every((value) => this.#judge(to)(String(value)) === true) === true;
  }

  /** True when a schema takes, as the only item of a list, every scalar that another takes. */
  takesAlone(from: Schema, to: Schema): boolean {
    const alone = all([isType('array'), size(1, 1), item(0, all([scalar, this.#is(from, true)])), this.#is(to, false)]);
    return this.#isNever(alone);
  }

  #isNever(question: Formula): boolean {
    let isNever = this.#never.get(question.key);
    if (isNever === undefined) {
      isNever = this.#prover.ask(question, quickBudget).kind === 'empty';
      this.#never.set(question.key, isNever);
    }
    return isNever;
  }

  #at(path: readonly Step[], local: Formula, base: Schema, sides: Sides): Proof {
    const shown = all([this.#is(sides.inside, true), at(path, local)]);
    const key = `${sides.towards} ${shown.key} ${this.#is(sides.outside, false).key}`;
    let proof = this.#known.get(key);
    if (proof === undefined) {
      // Where no part shows the change, no whole does.
      const isNowhere = this.#prover.ask(local, budget).kind === 'empty';
      proof = isNowhere ? { kind: 'contained' } : this.#search(shown, base, sides);
      this.#known.set(key, proof);
    }
    return proof;
  }

  /**
   * First a value that shows the change, without asking that the other side refuses it: mostly it does, and there is less to
   * search. Then the whole question; and once more in the closed world, where the answer was a value with undeclared members.
   */
  #search(shown: Formula, base: Schema, sides: Sides): Proof {
    const closed = this.#is(this.#classes.closed([base]), true);
    const quick = this.#answer(all([shown, closed]), sides, quickBudget);
    if (quick.kind === 'witness') return quick;
    const question = all([shown, this.#is(sides.outside, false)]);
    const proof = this.#answer(question, sides, budget);
    if (proof.kind === 'contained' || (proof.kind === 'witness' && !usesUndeclared([base], proof.instance)))
      return proof;
    const declared = this.#answer(all([question, closed]), sides, budget);
    return declared.kind === 'witness' ? declared : proof;
  }

  #is(schema: Schema, positive: boolean): Formula {
    if (schema.boolean !== undefined) return schema.boolean === positive ? always : negate(always);
    return schemaFormula(this.#classes.classOf(schema), positive);
  }

  #answer(question: Formula, { inside, outside, towards }: Sides, limits: Budget): Proof {
    const outcome = this.#prover.ask(question, limits);
    if (outcome.kind === 'empty') return { kind: 'contained' };
    if (outcome.kind === 'unknown') return { kind: 'unproven', reason: outcome.reason };
    const refused = this.#judge(outside)(outcome.value);
    if (this.#judge(inside)(outcome.value) !== true || refused !== false)
      return { kind: 'unproven', reason: 'the value that was found did not pass the independent check' };
    const [acceptedBy, rejectedBy] =
      towards === 'in' ? (['base', 'revision'] as const) : (['revision', 'base'] as const);
    return {
      kind: 'witness',
      instance: outcome.value,
      acceptedBy,
      rejectedBy,
      reason: `is refused by the ${rejectedBy}`,
    };
  }

  #judge(schema: Schema): Judge {
    let judge = this.#judges.get(schema);
    if (judge === undefined) {
      judge = judgeOf(toJsonSchema(schema), '2020-12');
      this.#judges.set(schema, judge);
    }
    return judge;
  }
}

/** Scalars of a schema that lists its values. */
function scalarsOf(schema: Schema): readonly (string | number | boolean)[] | undefined {
  const isFlag = schema.type?.length === 1 && schema.type[0] === 'boolean';
  const values = 'const' in schema ? [schema.const] : (schema.enum ?? (isFlag ? [true, false] : undefined));
  const scalars = values?.filter((value) => typeof value !== 'object' && value !== undefined);
  return scalars?.length === values?.length ? scalars : undefined;
}

const scalar = any([isType('string'), isType('number'), isType('boolean')]);

interface Sides {
  readonly inside: Schema;
  readonly outside: Schema;
  readonly towards: 'in' | 'out';
}

/** Changes of keywords that speak of one type only can be shown only by values of that type. */
const typesOfKinds: readonly (readonly [kinds: RegExp, type: ValueType])[] = [
  [/^((exclusive-)?(minimum|maximum)|multiple-of)-/, 'number'],
  [/^((min|max)-length|pattern)-(added|removed|changed|increased|decreased)$/, 'string'],
  [/^((min|max)-(items|contains)|(unique|unevaluated)-items|items|contains|tuple)-/, 'array'],
  [/^((min|max|pattern|additional|unevaluated)-properties|property-names|dependent-(required|schemas))-/, 'object'],
];

/**
 * Who is asked for a member may leave it out; who reads gets it. A reader who was promised a member that is gone misses it, or
 * finds something else under its name.
 */
function focusOf({ kind, name, schema }: Change, towards: 'in' | 'out'): Focus | undefined {
  if (towards === 'in' || name === undefined) return schema?.focus;
  if (kind === 'required-property-added' && schema !== undefined && heedsOthers(schema.base)) return { has: name };
  return kind === 'required-property-removed' ? { type: 'object' } : schema?.focus;
}

/** True when an object may refuse members that it does not declare. */
const heedsOthers = (schema: Schema): boolean =>
  Object.keys(schema).some(
    (keyword) => !/^(properties|required|type|dialect|document|pointer|raw|kind|resource)$/.test(keyword),
  );

function ofKind(kind: string): Formula {
  const found = typesOfKinds.find(([kinds]) => kinds.test(kind));
  return found === undefined ? always : isType(found[1]);
}

function ofFocus(focus: Focus | undefined): Formula {
  if (focus === undefined) return always;
  return all([
    ...(focus.has === undefined ? [] : [isType('object'), has(focus.has, true)]),
    ...(focus.lacks === undefined ? [] : [isType('object'), has(focus.lacks, false)]),
    ...('value' in focus ? [among([focus.value as JsonValue])] : []),
    ...(focus.type === undefined ? [] : [isType(focus.type === 'integer' ? 'number' : focus.type)]),
  ]);
}

/** The formula on the part that a path leads to, as a formula on the whole. */
function at(path: readonly Step[], formula: Formula): Formula {
  return path.reduceRight<Formula>((inner, step) => atStep(step, inner), formula);
}

function atStep(step: Step, inner: Formula): Formula {
  switch (step.kind) {
    case 'property':
      return all([isType('object'), has(step.name, true), everyMember(among([step.name]), inner)]);
    case 'items':
      return all([isType('array'), some(step.from, inner)]);
    case 'item':
      return all([isType('array'), size(step.index + 1, Infinity), item(step.index, inner)]);
    case 'others': {
      const declared = [...new Set(step.declared)];
      const names = [
        ...(declared.length === 0 ? [] : [negate(among(declared))]),
        ...step.patterns.map((source) => pattern(source, false)),
      ];
      return all([isType('object'), someMember(all(names), inner)]);
    }
  }
}
