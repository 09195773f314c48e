import { readdirSync, readFileSync } from 'node:fs';
import { type Contract, loadContract } from '@millwright/contract';
import { lint, rules } from '@millwright/lint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Files that are asked for; the first one where absent. */
  readonly entries?: readonly string[];
  /** Pointers of the findings of the rule, in order. */
  readonly want: readonly string[];
}

const folder = new URL('../../packages/lint/src/rules/', import.meta.url);

describe('lint rules', () => {
  it('the list and the folders hold the same rules', () => {
    expect(rules.map(({ id }) => id)).toEqual(
      readdirSync(folder)
        .sort()
        .map((name) => `lint/${name}`),
    );
  });

  for (const { id } of rules) {
    const cases = parse(
      readFileSync(new URL(`${id.slice('lint/'.length)}/cases.yaml`, folder), 'utf8'),
    ) as readonly Case[];
    describe(id, () => {
      it('has a case that fails', () => {
        expect(cases.some(({ want }) => want.length > 0)).toBe(true);
      });
      for (const given of cases) {
        it(given.name, async () => {
          const found = (await findingsOf(given.files, {}, given.entries)).filter(({ code }) => code === id);
          expect(found.map(({ location }) => location.pointer)).toEqual(given.want);
        });
      }
    });
  }
});

async function findingsOf(
  files: Readonly<Record<string, string>>,
  config = {},
  entries: readonly string[] = [Object.keys(files)[0] as string],
): Promise<ReturnType<typeof lint>> {
  const [contract, diagnostics] = await loadContract({
    entries,
    files: new Map(Object.entries(files)),
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return lint(contract as Contract, config);
}

describe('lint configuration', () => {
  const files = { 'a.yaml': 'type: string\nexamples: [1]\n' };
  const codes = async (config: object): Promise<readonly string[]> =>
    (await findingsOf(files, config)).map(({ code, severity }) => `${code} ${severity}`);

  it('changes a severity, and switches a rule off', async () => {
    expect(await codes({ rules: { 'lint/examples-valid': 'info' } })).toEqual(['lint/examples-valid info']);
    expect(await codes({ rules: { 'lint/examples-valid': 'off' } })).toEqual([]);
  });

  it('every rule can be given another severity and be switched off', async () => {
    const named = (severity: string): object => ({ rules: Object.fromEntries(rules.map(({ id }) => [id, severity])) });
    expect(await codes(named('info'))).toEqual(['lint/examples-valid info']);
    expect(await codes(named('off'))).toEqual([]);
  });

  it('a severity for a rule that does not exist is told', async () => {
    expect(await codes({ rules: { 'examples-valid': 'off' } })).toEqual([
      'lint/examples-valid error',
      'lint/rule-unknown warning',
    ]);
  });

  it('an ignore needs a reason and a use', async () => {
    expect(await codes({ ignores: [{ rule: 'lint/examples-valid', reason: 'shows a refusal' }] })).toEqual([]);
    expect(await codes({ ignores: [{ rule: 'lint/examples-valid', reason: ' ' }] })).toEqual([
      'lint/ignore-without-reason error',
    ]);
    expect(await codes({ ignores: [{ rule: 'lint/schema-used', reason: 'later' }] })).toEqual([
      'lint/examples-valid error',
      'lint/ignore-unused warning',
    ]);
  });

  it('a node accepts a finding with a reason only', async () => {
    const accepted = await findingsOf({
      'a.yaml': 'type: string\nexamples: [1]\nx-lint-ignore: [{rule: lint/examples-valid, reason: shows a refusal}]\n',
    });
    expect(accepted).toEqual([]);
    const unreasoned = await findingsOf({
      'a.yaml': 'type: string\nexamples: [1]\nx-lint-ignore: [{rule: lint/examples-valid}]\n',
    });
    expect(unreasoned).toHaveLength(1);
  });
});
