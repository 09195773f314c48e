import { readFileSync } from 'node:fs';
import { type Contract, loadContract } from '@millwright/contract';
import { diff, diffRules } from '@millwright/diff';
import { expect, it } from 'vitest';
import { describeCorpus } from '../corpora/corpus.ts';

interface Pair {
  readonly base: string;
  readonly revision: string;
  readonly level: 'breaking' | 'warning' | 'compatible';
}

/**
 * Where we and the corpus differ. `underivable`: base and revision are one file, which oasdiff's tests changed in code.
 * `unreadable`: a document that is no OpenAPI. `contained`: nothing can break, by proof. `warned`: it is found, as a warning by our
 * policy. `witness`: something breaks, and the value that shows it is there. `structural`: something breaks that is no schema.
 */
interface Exception {
  readonly kind: 'underivable' | 'unreadable' | 'contained' | 'warned' | 'witness' | 'structural';
  readonly reason: string;
}

const outcomes: Readonly<Record<Exception['kind'], string>> = {
  underivable: 'one file',
  unreadable: 'unreadable',
  contained: 'breaking for them, no error for us',
  warned: 'breaking for them, no error for us',
  witness: 'no break for them, an error for us',
  structural: 'no break for them, an error for us',
};

const exceptions = JSON.parse(
  readFileSync(new URL('breaking-pairs-exceptions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Exception>>;

const codes = new Set(diffRules.map(({ code }) => code));

describeCorpus('openapi-breaking-pairs', (folder) => {
  const load = async (file: string): Promise<Contract | undefined> =>
    (await loadContract({ entries: [folder + file] }))[0];

  it('is judged as its authors judge it, but for what is listed with its reason', { timeout: 60_000 }, async () => {
    const differing: [string, string][] = [];
    const pairs = JSON.parse(readFileSync(`${folder}cases.json`, 'utf8')) as readonly Pair[];
    for (const { base, revision, level } of pairs) {
      const label = `${base} -> ${revision}`;
      const [before, after] = [await load(base), await load(revision)];
      if (before === undefined || after === undefined) differing.push([label, outcomes.unreadable]);
      else {
        const { findings } = diff(before, after);
        // A code that no rule stands for would have no page.
        expect(findings.filter(({ code }) => !codes.has(code))).toEqual([]);
        const isBreaking = findings.some(({ severity }) => severity === 'error');
        if (isBreaking !== (level === 'breaking'))
          differing.push([
            label,
            base === revision ? outcomes.underivable : isBreaking ? outcomes.witness : outcomes.contained,
          ]);
      }
    }
    const listed = Object.entries(exceptions).map(([label, { kind }]) => [label, outcomes[kind]] as const);
    expect(Object.fromEntries(differing)).toEqual(Object.fromEntries(listed));
  });

  it('differs only with a proof, a value that shows the break, or a warning', { timeout: 60_000 }, async () => {
    for (const [label, { kind }] of Object.entries(exceptions)) {
      if (kind === 'unreadable' || kind === 'underivable') continue;
      const [base, revision] = label.split(' -> ') as [string, string];
      const { findings } = diff((await load(base)) as Contract, (await load(revision)) as Contract);
      const holds = {
        contained: findings.every(({ severity, proof }) => severity === 'info' && !/witness|unproven/.test(proof.kind)),
        warned: findings.some(({ severity }) => severity === 'warning'),
        witness: findings.some(({ severity, proof }) => severity === 'error' && proof.kind === 'witness'),
        structural: findings.some(({ severity, proof }) => severity === 'error' && proof.kind === 'structural'),
      }[kind];
      expect([label, holds]).toEqual([label, true]);
    }
  });
});
