import { readdirSync, readFileSync } from 'node:fs';
import { nameSchemas } from '@millwright/codegen';
import { type Contract, type Dialect, loadContract, type NamedSchema, toJsonSchema } from '@millwright/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
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
function readExceptions(name: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Readonly<Record<string, string>>;
}

/** Every problem is an exception, and every exception of the draft is a problem. */
function expectOnly(exceptions: Readonly<Record<string, string>>, problems: readonly string[], draft: string): void {
  const starts = Object.keys(exceptions).filter((start) => start.startsWith(`${draft}/`));
  expect(problems.filter((problem) => !starts.some((start) => problem.startsWith(start)))).toEqual([]);
  expect(starts.filter((start) => !problems.some((problem) => problem.startsWith(start)))).toEqual([]);
}

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

function rootOf(contract: Contract): NamedSchema | undefined {
  return contract.schemas.find(({ role, schema }) => role === 'document' && schema.document.file.endsWith('root.json'));
}

function rootName(contract: Contract): string {
  const root = rootOf(contract);
  return (root && nameSchemas(contract).nameOf(root.schema)) ?? '';
}

/** Every group of tests of a draft, with a name for messages. */
function groupsOf(draft: string): readonly (Group & { readonly file: string; readonly label: string })[] {
  const folder = new URL(`tests/${draft}/`, suite);
  return filesBelow(folder).flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Group[]).map((group) => ({
      ...group,
      file,
      label: `${draft}/${file}: ${group.description}`,
    })),
  );
}

const drafts: readonly (readonly [folder: string, dialect: Dialect])[] = [
  ['draft2020-12', '2020-12'],
  ['draft2019-09', '2019-09'],
  ['draft7', 'draft-07'],
];

describe.each(drafts)('official test suite, %s', (draft, dialect) => {
  it('agrees in every verdict, quick and explained', { timeout: 300_000 }, async () => {
    const questions: Question[] = [];
    const expected: {
      readonly label: string;
      readonly valid: readonly boolean[];
      readonly tests: readonly string[];
    }[] = [];
    const problems: string[] = [];
    for (const { file, label, schema, tests } of groupsOf(draft)) {
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
    expectOnly(readExceptions('official-suite-exceptions.json'), problems, draft);
  });

  // What is printed has one resource and no dynamic references; formats are left to whoever compiles it.
  it('means the same when it is printed for another validator', async () => {
    const problems: string[] = [];
    for (const { file, label, schema, tests } of groupsOf(draft)) {
      if (file.startsWith('optional/format')) continue;
      const contract = await contractOf(schema, dialect);
      const root = typeof contract === 'string' ? undefined : rootOf(contract);
      if (root === undefined) {
        problems.push(`${label}: ${contract}`);
        continue;
      }
      const validate = new Ajv2020({
        strict: false,
        validateFormats: false,
        validateSchema: false,
        ownProperties: true,
      }).compile(toJsonSchema(root.schema));
      for (const { description, data, valid } of tests)
        if (validate(data) !== valid) problems.push(`${label}: ${description}: wanted ${valid}`);
    }
    expectOnly(readExceptions('official-suite-printed-exceptions.json'), problems, draft);
  });
});
