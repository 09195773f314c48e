import { type JsonValue, type Schema, toJsonSchema } from '@millwright/contract';
import type { Focus, SchemaChange, Step } from '../change.ts';
import {
  all,
  always,
  among,
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
} from '../relate/formula.ts';
import { Prover } from '../relate/prover.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { type Judge, judgeOf } from '../relate/verify.ts';

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

const budget = { stepsMax: 15_000, timeMaxMs: 800 };

/** Asks whether a change of a schema can be noticed by a value that travels. */
export class Proofs {
  readonly #classes: SchemaClasses;
  readonly #judges = new Map<Schema, Judge>();
  readonly #known = new Map<string, Proof>();

  constructor(classes: SchemaClasses) {
    this.#classes = classes;
  }

  /** A value that one side accepts and the other refuses, and that looks at its place as the change says. */
  prove(
    { base, revision, focus }: SchemaChange,
    { usage, path }: SchemaChange['reached'][number],
    towards: 'in' | 'out',
  ): Proof {
    const [inside, outside] = towards === 'in' ? [usage.base, usage.revision] : [usage.revision, usage.base];
    const [from, to] = towards === 'in' ? [base, revision] : [revision, base];
    const local = all([this.#is(from, true), this.#is(to, false), ofFocus(focus)]);
    const question = all([this.#is(inside, true), this.#is(outside, false), at(path, local)]);
    const key = `${towards} ${question.key}`;
    let proof = this.#known.get(key);
    if (proof === undefined) {
      proof = this.#answer(question, inside, outside, towards);
      this.#known.set(key, proof);
    }
    return proof;
  }

  #is(schema: Schema, positive: boolean): Formula {
    if (schema.boolean !== undefined) return schema.boolean === positive ? always : negate(always);
    return schemaFormula(this.#classes.classOf(schema), positive);
  }

  #answer(question: Formula, inside: Schema, outside: Schema, towards: 'in' | 'out'): Proof {
    const outcome = new Prover(this.#classes, { formats: false }, budget).find(question);
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
