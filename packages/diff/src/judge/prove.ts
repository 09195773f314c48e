import type { JsonValue, Schema } from '@millwright/contract';
import type { Change, Focus, inValue, MemberFocus, SchemaChange, Step } from '../change.ts';
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
  schema as schemaFormula,
  size,
  some,
  someMember,
  type ValueType,
} from '../relate/formula.ts';
import { type Budget, Prover } from '../relate/prover.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { ofUnevaluatedItems, ofUnevaluatedProperties, otherNames } from '../relate/unevaluated.ts';
import { unfold } from '../relate/unfold.ts';
import { Judges, plain } from '../relate/verify.ts';
import { bearingOf, ClosedWorlds, declaredPart, evaluatingAt, usesUndeclared } from './declared.ts';
import { hiddenAsWanted } from './hidden-members.ts';
import { shrink } from './shrink.ts';

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

/** Steps decide, so that the answer is the same on every machine; the time is for what is slow beyond all measure. */
const budget: Budget = { stepsMax: 15_000, timeMaxMs: 2_400 };
const quickBudget: Budget = { stepsMax: 4_000, timeMaxMs: 600 };

/** Asks whether a change of a schema can be noticed by a value that travels. */
export class Proofs {
  readonly #classes: ClosedWorlds;
  readonly #prover: Prover;
  readonly #judges: Judges;
  readonly #known = new Map<string, Proof>();
  readonly #never = new Map<string, boolean>();

  constructor(classes: SchemaClasses) {
    this.#classes = new ClosedWorlds(classes);
    this.#judges = new Judges(classes.classOf);
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
    const { base, revision, focus } = change.schema as SchemaChange;
    const [inside, outside] = towards === 'in' ? [usage.base, usage.revision] : [usage.revision, usage.base];
    const [from, to] = towards === 'in' ? [base, revision] : [revision, base];
    const sides = { inside, outside, towards };
    const asShown = all([
      this.#ofFocus(focus),
      ofKeyword(focus, base, revision),
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
    if (turned.kind !== 'contained' || bearing !== 'evaluating' || !looksAtMore.test(change.kind)) return turned;
    // A branch that is not fitted looks at nothing; the value is refused for a part that nothing looks at any more.
    const { refuses: _, differ: __, member, ...shown } = focus ?? {};
    const looked = [
      this.#ofFocus(shown),
      ...(member === undefined ? [] : [has(member.name, true)]),
      any(evaluatingAt([outside], path).map((schema) => this.#unevaluated(schema))),
    ];
    return this.#at(path, all([ofKind(change.kind), ...looked]), usage.base, sides);
  }

  /** True when what a schema speaks of in one of these values is refused by itself, without what it does not speak of. */
  isRefusedWithout(schema: Schema, values: readonly JsonValue[]): boolean {
    const judge = this.#judges.of(schema);
    return values.some((value) => judge(declaredPart([schema], value)) === false);
  }

  /** True when a schema takes the text of every scalar that another takes. */
  takesTexts(from: Schema, to: Schema): boolean {
    if (this.#isNever(all([isType('string'), this.#is(to, false)]))) return true;
    return scalarsOf(from)?.every((value) => this.#judges.of(to)(String(value)) === true) === true;
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
    const way = this.#along(path, local);
    const shown = all([this.#is(sides.inside, true), way]);
    const key = `${sides.towards} ${shown.key} ${this.#is(sides.outside, false).key}`;
    let proof = this.#known.get(key);
    if (proof === undefined) {
      // Where no part shows the change, no whole does.
      const isNowhere = this.#prover.ask(local, budget).kind === 'empty';
      proof = isNowhere ? { kind: 'contained' } : this.#shrunk(this.#search(shown, base, sides), way, sides);
      this.#known.set(key, proof);
    }
    return proof;
  }

  /** What is found first often holds more than shows the change at its place. */
  #shrunk(proof: Proof, way: Formula, { inside, outside }: Sides): Proof {
    if (proof.kind !== 'witness') return proof;
    const [accepts, refuses] = [this.#judges.of(inside), this.#judges.of(outside)];
    const shows = (candidate: JsonValue): boolean =>
      refuses(candidate) === false && accepts(candidate) === true && this.#prover.holds(way, candidate) === true;
    return { ...proof, instance: shrink(proof.instance, inside, shows) };
  }

  /**
   * First a value that shows the change, without asking that the other side refuses it: mostly it does, and there is less to
   * search. Then the whole question; and once more in the closed world, where the answer was a value with undeclared members and
   * the change can be shown without.
   */
  #search(shown: Formula, base: Schema, sides: Sides): Proof {
    const closed = this.#is(this.#classes.closed([base]), true);
    const quick = this.#answer(all([shown, closed]), sides, quickBudget);
    if (quick.kind === 'witness') return quick;
    const question = all([shown, this.#is(sides.outside, false)]);
    const proof = this.#answer(question, sides, budget);
    if (
      quick.kind === 'contained' ||
      proof.kind === 'contained' ||
      (proof.kind === 'witness' && !usesUndeclared([base], proof.instance))
    )
      return proof;
    const declared = this.#answer(all([question, closed]), sides, budget);
    return declared.kind === 'witness' ? declared : proof;
  }

  #ofFocus(focus: Focus = {}): Formula {
    const { lacks, member, type, otherThan, notTypes, fits, refuses, differ, overlap, beyond, unevaluatedBy } = focus;
    return all([
      ...(lacks === undefined ? [] : [isType('object'), has(lacks, false)]),
      ...(member === undefined ? [] : [this.#ofMember(member)]),
      ...('value' in focus ? [among([focus.value as JsonValue])] : []),
      ...(type === undefined ? [] : [isType(type === 'integer' ? 'number' : type)]),
      ...(otherThan === undefined ? [] : [negate(among(otherThan))]),
      ...(notTypes ?? []).filter((name) => name !== 'integer').map((name) => isType(name as ValueType, false)),
      ...(fits === undefined ? [] : [this.#is(fits, true)]),
      ...(refuses === undefined ? [] : [this.#is(refuses, false)]),
      ...(differ === undefined ? [] : [this.#fitsOne(...differ)]),
      ...(overlap === undefined ? [] : [any(overlap.flatMap((branches) => this.#fitTwo(branches)))]),
      ...(beyond === undefined ? [] : [hasOthers(beyond)]),
      ...(unevaluatedBy === undefined ? [] : [this.#unevaluated(unevaluatedBy)]),
    ]);
  }

  /** The formula on the part that a path leads to, as a formula on the whole. */
  #along(path: readonly Step[], formula: Formula): Formula {
    return path.reduceRight<Formula>(
      (inner, step) =>
        step.kind === 'where'
          ? all([any(step.conditions.map((condition) => this.#is(condition, step.holds))), inner])
          : atStep(step, inner),
      formula,
    );
  }

  #ofMember({ name, judgedBy, orLacks }: MemberFocus): Formula {
    const refused = judgedBy.map((schema) => everyMember(among([name]), this.#is(schema, false)));
    return all([isType('object'), any([all([has(name, true), any(refused)]), ...(orLacks ? [has(name, false)] : [])])]);
  }

  #fitsOne(left: Schema, right: Schema): Formula {
    return any([
      all([this.#is(left, true), this.#is(right, false)]),
      all([this.#is(left, false), this.#is(right, true)]),
    ]);
  }

  #fitTwo(branches: readonly Schema[]): readonly Formula[] {
    return branches.flatMap((branch, index) =>
      branches.slice(index + 1).map((other) => all([this.#is(branch, true), this.#is(other, true)])),
    );
  }

  #unevaluated(schema: Schema): Formula {
    const of = (part: Schema): Formula => this.#is(part, true);
    const { unevaluatedProperties: members, unevaluatedItems: items } = schema;
    return any([
      ...(members === undefined
        ? []
        : [all([isType('object'), negate(ofUnevaluatedProperties(schema, of(members), of, this.#classes))])]),
      ...(items === undefined
        ? []
        : [all([isType('array'), negate(ofUnevaluatedItems(schema, of(items), of, this.#classes))])]),
    ]);
  }

  #is(schema: Schema, positive: boolean): Formula {
    if (schema.boolean !== undefined) return schema.boolean === positive ? always : negate(always);
    return schemaFormula(this.#classes.classOf(schema), positive);
  }

  #answer(question: Formula, { inside, outside, towards }: Sides, limits: Budget): Proof {
    const outcome = this.#prover.ask(question, limits);
    if (outcome.kind === 'empty') return { kind: 'contained' };
    if (outcome.kind === 'unknown') return { kind: 'unproven', reason: outcome.reason };
    const instance = plain(outcome.value);
    const refused = this.#judges.of(outside)(instance);
    if (this.#judges.of(inside)(instance) !== true || refused !== false)
      return { kind: 'unproven', reason: 'the value that was found did not pass the independent check' };
    const [acceptedBy, rejectedBy] =
      towards === 'in' ? (['base', 'revision'] as const) : (['revision', 'base'] as const);
    return {
      kind: 'witness',
      instance,
      acceptedBy,
      rejectedBy,
      reason: `is refused by the ${rejectedBy}`,
    };
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

/** A value on which one keyword decides otherwise than before: the rest of the two schemas is left out. */
function ofKeyword({ keyword }: Focus = {}, base: Schema, revision: Schema): Formula {
  if (keyword === undefined) return always;
  const { name, type } = keyword as { readonly name: 'pattern'; readonly type: ValueType };
  const [before, after] = [base, revision].map((schema) => {
    const { kind, dialect } = schema;
    const alone = { kind, dialect, ...(schema[name] === undefined ? {} : { [name]: schema[name] }) } as Schema;
    return unfold(alone, type, nothingBelow, { formats: false });
  }) as [Formula, Formula];
  return all([isType(type), any([all([before, negate(after)]), all([negate(before), after])])]);
}

/** Keywords that decide by themselves lead to no schemas. */
const nothingBelow: SchemaClasses = {
  classOf: () => 0,
  schemaOf: (id) => {
    throw new Error(`invariant: a keyword by itself leads nowhere, not to ${id}`);
  },
};

/** Changes by which a part looks at other members or items than before, whether or not it accepts the same. */
const looksAtMore =
  /^(additional-properties|pattern-properties|object|items|tuple|contains|unevaluated-(properties|items)|(any|one)-of|alternatives|if|then|else|dependent-schemas|schema)-|-(property|branch)-(added|removed)$/;

function ofKind(kind: string): Formula {
  const found = typesOfKinds.find(([kinds]) => kinds.test(kind));
  return found === undefined ? always : isType(found[1]);
}

function hasOthers(schemas: readonly Schema[]): Formula {
  const names = otherNames(
    schemas.flatMap(({ properties }) => [...(properties?.keys() ?? [])]),
    schemas.flatMap(({ patternProperties }) => [...(patternProperties?.keys() ?? [])]),
  );
  return all([isType('object'), someMember(names, always)]);
}

function atStep(step: ReturnType<typeof inValue>[number], inner: Formula): Formula {
  switch (step.kind) {
    case 'property':
      return all([isType('object'), has(step.name, true), everyMember(among([step.name]), inner)]);
    case 'items':
      return all([isType('array'), some(step.from, inner)]);
    case 'item':
      return all([isType('array'), size(step.index + 1, Infinity), item(step.index, inner)]);
    case 'others':
      return all([isType('object'), someMember(otherNames(step.declared, step.patterns), inner)]);
  }
}
