import type { JsonObject, JsonValue } from '@millwright/contract';
import { type Relation, relate } from '@millwright/diff';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJudge } from './plain-judge.ts';
import { instances, reordered, schemaPair, withDefinition } from './random-schemas.ts';

type SchemaJson = JsonObject | boolean;

const seed = 20_261_124;
const pairs = fc.sample(schemaPair, { numRuns: 2_000, seed });
const budget = { timeMaxMs: 500, stepsMax: 20_000 };
const ajv = new Ajv2020({ strict: false, logger: false, validateSchema: false });

/** Numbers from a seed, the same in every run. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Whether ajv, too, accepts the value on one side and refuses it on the other; where it fails it has no say. */
function isRefuted(accepting: SchemaJson, refusing: SchemaJson, value: JsonValue): boolean {
  try {
    return ajv.validate(accepting as object, value) && !ajv.validate(refusing as object, value);
  } catch {
    return false;
  }
}

const shown = (parts: readonly unknown[]): string => parts.map((part) => JSON.stringify(part)).join('\n  ');

describe('relate, over random pairs of small schemas', () => {
  const relations = new Map<readonly [SchemaJson, SchemaJson], Relation>();
  const relationOf = (pair: readonly [SchemaJson, SchemaJson]): Relation => {
    const relation = relations.get(pair) ?? relate(...pair, budget);
    relations.set(pair, relation);
    return relation;
  };

  it('holds no schema for contained that a value of brute force refutes', { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    for (const [index, pair] of pairs.entries()) {
      const { baseInRevision, revisionInBase } = relationOf(pair);
      if (baseInRevision !== true && revisionInBase !== true) continue;
      const [inBase, inRevision] = [plainJudge(pair[0]), plainJudge(pair[1])];
      for (const value of instances(pair, generator(index))) {
        const [left, right] = [inBase(value), inRevision(value)];
        if (baseInRevision === true && left && !right && isRefuted(pair[0], pair[1], value))
          wrong.push(shown([...pair, value]));
        if (revisionInBase === true && right && !left && isRefuted(pair[1], pair[0], value))
          wrong.push(shown([...pair, value]));
      }
    }
    expect(wrong).toEqual([]);
  });

  it('shows a value for every refusal that a judge by the book accepts on one side only', { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    let refusals = 0;
    for (const pair of pairs) {
      const [inBase, inRevision] = [plainJudge(pair[0]), plainJudge(pair[1])];
      const { baseInRevision, revisionInBase, witness } = relationOf(pair);
      const { onlyInBase, onlyInRevision } = witness;
      if ((baseInRevision === false) !== (onlyInBase !== undefined)) wrong.push(shown(pair));
      if ((revisionInBase === false) !== (onlyInRevision !== undefined)) wrong.push(shown(pair));
      if (onlyInBase !== undefined && !(inBase(onlyInBase) && !inRevision(onlyInBase))) wrong.push(shown(pair));
      if (onlyInRevision !== undefined && !(inRevision(onlyInRevision) && !inBase(onlyInRevision)))
        wrong.push(shown(pair));
      refusals += Object.keys(witness).length;
    }
    expect(wrong).toEqual([]);
    expect(refusals).toBeGreaterThan(1_000);
  });

  it('leaves less than one question in two hundred undecided', { timeout: 120_000 }, () => {
    const verdicts = pairs.flatMap((pair) => [relationOf(pair).baseInRevision, relationOf(pair).revisionInBase]);
    expect(verdicts.filter((verdict) => verdict === null).length / verdicts.length).toBeLessThan(0.005);
  });

  it('finds a schema to be itself, in any order of members and with a part moved into $defs', {
    timeout: 120_000,
  }, () => {
    const wrong: string[] = [];
    for (const [index, [schema]] of pairs.entries()) {
      for (const same of [schema, reordered(schema)]) {
        const { baseInRevision, revisionInBase } = relate(schema, same, budget);
        if (baseInRevision !== true || revisionInBase !== true) wrong.push(shown([schema, same]));
      }
      const moved = withDefinition(schema, index % 5);
      const { baseInRevision, revisionInBase } = relate(schema, moved, budget);
      if (baseInRevision === false || revisionInBase === false) wrong.push(shown([schema, moved]));
    }
    expect(wrong).toEqual([]);
  });

  it('decides the same whatever the order of members', { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    for (const pair of pairs) {
      const before = relationOf(pair);
      const after = relate(reordered(pair[0]), reordered(pair[1]), budget);
      for (const side of ['baseInRevision', 'revisionInBase'] as const)
        if (before[side] !== null && after[side] !== null && before[side] !== after[side]) wrong.push(shown(pair));
    }
    expect(wrong).toEqual([]);
  });
});

describe('relate, over meta-schemas', () => {
  const of2020 = { $ref: 'https://json-schema.org/draft/2020-12/schema' };

  it('follows the dynamic references of a meta-schema, to proofs and to witnesses', () => {
    expect(relate(of2020, { type: ['object', 'boolean'] }).baseInRevision).toBe(true);
    const nested = { $ref: 'https://json-schema.org/draft/2020-12/meta/applicator' };
    expect(relate({ properties: { not: { const: 7 } }, required: ['not'] }, of2020)).toMatchObject({
      baseInRevision: false,
      revisionInBase: false,
    });
    expect(relate(of2020, nested).baseInRevision).toBe(true);
    expect(relate(nested, of2020).baseInRevision).toBe(false);
  });
});
