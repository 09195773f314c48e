import { diff, diffRules, relate } from '@millwright/diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageContract } from './message-contract.ts';
import { schemaPair } from './random-schemas.ts';

const format = 'application/schema+json;version=2020-12';

const codes = new Set(diffRules.map(({ code }) => code));

describe('judgement of random pairs of small schemas', () => {
  it('hides no break and invents none: findings agree with containment of the whole', {
    timeout: 120_000,
  }, async () => {
    const wrong: string[] = [];
    let judged = 0;
    for (const [base, revision] of fc.sample(schemaPair, { numRuns: 400, seed: 20_261_124 })) {
      const { baseInRevision, revisionInBase } = relate(base, revision);
      for (const [action, isSafe] of [
        ['receive', baseInRevision],
        ['send', revisionInBase],
      ] as const) {
        const before = await messageContract(base, action, format);
        const after = await messageContract(revision, action, format);
        if (isSafe === null || before === undefined || after === undefined) continue;
        judged += 1;
        const { findings } = diff(before, after);
        expect(findings.filter(({ code }) => !codes.has(code))).toEqual([]);
        const noticed = findings.filter(({ severity, proof }) => severity !== 'info' && proof.kind !== 'structural');
        const isWrong = isSafe ? noticed.some(({ proof }) => proof.kind === 'witness') : noticed.length === 0;
        if (isWrong) wrong.push(`${action} ${JSON.stringify(base)} ${JSON.stringify(revision)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(700);
  });
});
