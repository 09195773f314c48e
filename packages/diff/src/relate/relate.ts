import { type JsonObject, type JsonValue, readSchema, type Schema, toJsonSchema } from '@millwright/contract';
import { all, schema as schemaFormula } from './formula.ts';
import type { Outcome } from './outcome.ts';
import { Prover } from './prover.ts';
import { classify } from './schema-classes.ts';
import { type Judge, type JudgedDialect, judgeOf } from './verify.ts';

export interface RelateOptions {
  /** Dialect of a schema that does not name its own. Default 2020-12. */
  readonly dialect?: '2020-12' | '2019-09' | 'draft-07';
  /** Steps of each search at most. Default 40,000. */
  readonly stepsMax?: number;
  /** Milliseconds of each search at most. Default 2,000. */
  readonly timeMaxMs?: number;
}

/** How the values of two schemas relate. Null means undecided; it is never a guess. */
export interface Relation {
  readonly baseInRevision: boolean | null;
  readonly revisionInBase: boolean | null;
  /** Values that one schema accepts and the other refuses, each checked by an independent validator. */
  readonly witness: { readonly onlyInBase?: JsonValue; readonly onlyInRevision?: JsonValue };
  /** Why a direction is undecided. */
  readonly reasons: readonly string[];
}

/** Whether every value of one schema is a value of the other, in both directions. Formats are annotations. */
export function relate(
  base: JsonObject | boolean,
  revision: JsonObject | boolean,
  options: RelateOptions = {},
): Relation {
  const dialect = options.dialect ?? '2020-12';
  const [left, right] = [base, revision].map((schema) => readSchema(schema, dialect));
  if (left === undefined || right === undefined)
    return { baseInRevision: null, revisionInBase: null, witness: {}, reasons: ['a schema cannot be read'] };
  return relateNodes(left, right, {
    ...options,
    judges: [judgeAsWritten(base, left), judgeAsWritten(revision, right)],
  });
}

/** The schema as it was written, or, where the validator cannot tie its references, as the contract model prints it. */
function judgeAsWritten(schema: JsonObject | boolean, node: Schema): Judge {
  const written = judgeOf(schema, node.dialect as JudgedDialect);
  let printed: Judge | undefined;
  return (value) => {
    const verdict = written(value);
    if (verdict !== undefined) return verdict;
    printed ??= judgeOf(toJsonSchema(node), '2020-12');
    return printed(value);
  };
}

/** The same for schemas of a contract. */
function relateNodes(
  base: Schema,
  revision: Schema,
  options: RelateOptions & { readonly judges?: readonly [Judge, Judge] } = {},
): Relation {
  const judges = options.judges ?? [judgeOf(toJsonSchema(base), '2020-12'), judgeOf(toJsonSchema(revision), '2020-12')];
  const classes = classify([base, revision]);
  const [left, right] = [classes.classOf(base), classes.classOf(revision)];
  if (left === right) return { baseInRevision: true, revisionInBase: true, witness: {}, reasons: [] };
  const budget = { stepsMax: options.stepsMax ?? 40_000, timeMaxMs: options.timeMaxMs ?? 2_000 };
  const search = (inside: number, outside: number): Outcome =>
    new Prover(classes, { formats: false }, budget).find(
      all([schemaFormula(inside, true), schemaFormula(outside, false)]),
    );
  const forth = decide(search(left, right), judges[0], judges[1]);
  const back = decide(search(right, left), judges[1], judges[0]);
  return {
    baseInRevision: forth.contained,
    revisionInBase: back.contained,
    witness: {
      ...(forth.witness === undefined ? {} : { onlyInBase: forth.witness }),
      ...(back.witness === undefined ? {} : { onlyInRevision: back.witness }),
    },
    reasons: [...new Set([forth.reason, back.reason].filter((reason) => reason !== undefined))],
  };
}

interface Decision {
  readonly contained: boolean | null;
  readonly witness?: JsonValue;
  readonly reason?: string;
}

/** A witness counts only after the validator has accepted it on one side and refused it on the other. */
function decide(outcome: Outcome, accepts: Judge, refuses: Judge): Decision {
  if (outcome.kind === 'empty') return { contained: true };
  if (outcome.kind === 'unknown') return { contained: null, reason: outcome.reason };
  const { value } = outcome;
  return accepts(value) === true && refuses(value) === false
    ? { contained: false, witness: value }
    : { contained: null, reason: 'the value that was found did not pass the independent check' };
}
