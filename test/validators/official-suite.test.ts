import { readdirSync, readFileSync } from 'node:fs';
import { nameSchemas } from '@millwright/codegen';
import { type Contract, type Dialect, loadContract } from '@millwright/contract';
import { describe, expect, it } from 'vitest';
import { judge, type Question } from './judge.ts';

interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

const suite = new URL('../suites/json-schema/', import.meta.url);
const host = 'http://localhost:1234/';

/** Tests that are not passed, by file and the beginning of the description, with the reason. */
const exceptions: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('official-suite-exceptions.json', import.meta.url), 'utf8'),
);

function filesBelow(folder: URL, prefix = ''): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(new URL(`${entry.name}/`, folder), `${prefix}${entry.name}/`)
      : [prefix + entry.name],
  );
}

/** Schemas that the tests refer to by URI; those of the dialects come with the reader. */
function remotes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const folder = new URL('remotes/', suite);
  for (const file of filesBelow(folder)) found.set(host + file, readFileSync(new URL(file, folder), 'utf8'));
  return found;
}

const virtual = remotes();

async function contractOf(schema: unknown, dialect: Dialect): Promise<Contract | string> {
  const [contract, diagnostics] = await loadContract({
    entries: ['/suite/root.json'],
    files: new Map([...virtual, ['/suite/root.json', JSON.stringify(schema)]]),
    allowRemote: [host],
    dialect,
  });
  return contract ?? diagnostics.map(({ code, message }) => `${code} ${message}`).join('; ');
}

function rootName(contract: Contract): string {
  const root = contract.schemas.find(
    ({ role, schema }) => role === 'document' && schema.document.file.endsWith('root.json'),
  );
  return (root && nameSchemas(contract).nameOf(root.schema)) ?? '';
}

const drafts: readonly (readonly [folder: string, dialect: Dialect])[] = [
  ['draft2020-12', '2020-12'],
  ['draft2019-09', '2019-09'],
  ['draft7', 'draft-07'],
];

describe.each(drafts)('official test suite, %s', (draft, dialect) => {
  it('agrees in every verdict, quick and explained', { timeout: 300_000 }, async () => {
    const folder = new URL(`tests/${draft}/`, suite);
    const questions: Question[] = [];
    const expected: {
      readonly label: string;
      readonly valid: readonly boolean[];
      readonly tests: readonly string[];
    }[] = [];
    const problems: string[] = [];
    for (const file of filesBelow(folder)) {
      const groups = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Group[];
      for (const { description, schema, tests } of groups) {
        const label = `${draft}/${file}: ${description}`;
        const contract = await contractOf(schema, dialect);
        if (typeof contract === 'string') {
          problems.push(`${label}: ${contract}`);
          continue;
        }
        questions.push({
          contract,
          name: rootName(contract),
          mode: 'strict',
          values: tests.map(({ data }) => data),
          settings: { formats: file.startsWith('optional/format/') },
        });
        expected.push({ label, valid: tests.map(({ valid }) => valid), tests: tests.map((test) => test.description) });
      }
    }
    for (const [index, answers] of judge(questions).entries()) {
      const group = expected[index];
      for (const [at, [valid, violations]] of answers.entries()) {
        const wanted = group?.valid[at];
        if (valid !== wanted || (violations.length === 0) !== wanted)
          problems.push(
            `${group?.label}: ${group?.tests[at]}: wanted ${wanted}, quick ${valid}, explained ${JSON.stringify(violations)}`,
          );
      }
    }
    const unexpected = problems.filter(
      (problem) => !Object.keys(exceptions).some((start) => problem.startsWith(start)),
    );
    expect(unexpected).toEqual([]);
    const stale = Object.keys(exceptions).filter(
      (start) => start.startsWith(`${draft}/`) && !problems.some((problem) => problem.startsWith(start)),
    );
    expect(stale).toEqual([]);
  });
});
