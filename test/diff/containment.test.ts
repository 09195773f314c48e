import { globSync, readFileSync } from 'node:fs';
import type { JsonObject } from '@millwright/contract';
import { relate } from '@millwright/diff';
import { expect, it } from 'vitest';
import { describeCorpus } from '../corpora/corpus.ts';

interface Question {
  readonly id: number;
  readonly schema1: JsonObject | boolean;
  readonly schema2: JsonObject | boolean;
  readonly tests: { readonly s1SubsetEqOfs2?: boolean; readonly s2SubsetEqOfs1?: boolean };
}

type Exceptions = Readonly<Record<string, string>>;

function exceptions(name: string): Exceptions {
  return JSON.parse(readFileSync(new URL(`${name}-exceptions.json`, import.meta.url), 'utf8')) as Exceptions;
}

/** Counts of a suite, and what was decided against its labels. */
class Score {
  readonly wrong: string[] = [];
  right = 0;
  undecided = 0;
  unproved = 0;

  add(label: string, wanted: boolean, got: boolean | null, hasWitness: boolean): void {
    if (got === null) this.undecided += 1;
    else if (got === wanted) this.right += 1;
    else this.wrong.push(label);
    if (got === false && !hasWitness) this.unproved += 1;
  }

  /** No verdict is wrong but for the corpus' own mistakes, each of which still shows; every refusal has its witness. */
  check(known: Exceptions, undecidedShareMax: number): void {
    expect(this.wrong.filter((label) => known[label] === undefined)).toEqual([]);
    expect(Object.keys(known).filter((label) => !this.wrong.includes(label))).toEqual([]);
    expect(this.unproved).toBe(0);
    expect(this.undecided / (this.right + this.undecided)).toBeLessThan(undecidedShareMax);
  }
}

describeCorpus('json-schema-containment', (folder) => {
  it('is decided without a wrong verdict, under 1% undecided, every refusal with a verified witness', {
    timeout: 240_000,
  }, () => {
    const score = new Score();
    for (const file of globSync(`${folder}draft*/**/*.json`).sort()) {
      const name = file.slice(folder.length);
      const dialect = name.startsWith('draft7') ? 'draft-07' : '2020-12';
      for (const { id, schema1, schema2, tests } of JSON.parse(readFileSync(file, 'utf8')) as readonly Question[]) {
        const { baseInRevision, revisionInBase, witness } = relate(schema1, schema2, { dialect });
        const label = `${name} ${id}`;
        if (tests.s1SubsetEqOfs2 !== undefined)
          score.add(label, tests.s1SubsetEqOfs2, baseInRevision, 'onlyInBase' in witness);
        if (tests.s2SubsetEqOfs1 !== undefined)
          score.add(label, tests.s2SubsetEqOfs1, revisionInBase, 'onlyInRevision' in witness);
      }
    }
    score.check(exceptions('containment'), 0.01);
    expect(score.right).toBeGreaterThan(2_500);
  });
});

interface DirectedQuestion {
  readonly test: string;
  readonly op: 'sub' | 'eq';
  readonly s1: JsonObject;
  readonly s2: JsonObject;
  readonly expected: boolean;
}

/** Draft 4 wrote exclusive bounds as flags. */
function asDraft7(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asDraft7);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $schema: _, ...members } = schema as Record<string, unknown>;
  const changed = Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, name === 'enum' ? value : asDraft7(value)]),
  );
  for (const [bound, flag] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof changed[flag] !== 'boolean') continue;
    const isExclusive = changed[flag];
    delete changed[flag];
    if (!isExclusive || changed[bound] === undefined) continue;
    changed[flag] = changed[bound];
    delete changed[bound];
  }
  return changed;
}

describeCorpus('jsonsubschema', (folder) => {
  it('is decided without a wrong verdict', { timeout: 120_000 }, () => {
    const score = new Score();
    for (const line of readFileSync(`${folder}cases.jsonl`, 'utf8').trim().split('\n')) {
      const { test, op, s1, s2, expected } = JSON.parse(line) as DirectedQuestion;
      const relation = relate(asDraft7(s1) as JsonObject, asDraft7(s2) as JsonObject, { dialect: 'draft-07' });
      const { baseInRevision, revisionInBase, witness } = relation;
      if (op === 'sub') score.add(test, expected, baseInRevision, 'onlyInBase' in witness);
      else {
        const isRefuted = baseInRevision === false || revisionInBase === false;
        const both = baseInRevision === true && revisionInBase === true;
        score.add(test, expected, isRefuted ? false : both ? true : null, Object.keys(witness).length > 0);
      }
    }
    score.check(exceptions('jsonsubschema'), 0.02);
    expect(score.right).toBeGreaterThan(550);
  });
});
