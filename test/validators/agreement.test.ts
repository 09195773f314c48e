import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameSchemas } from '@millwright/codegen';
import { type Contract, loadContract, type Schema, toJsonSchema, tolerantSchema } from '@millwright/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeCorpus } from '../corpora/corpus.ts';
import { type Answer, judge, type Question } from './judge.ts';
import { neighbours } from './mutate.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modes = ['strict', 'tolerant'] as const;

async function load(entries: readonly string[], duplicateKeys: 'error' | 'warning' = 'error'): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({ entries, duplicateKeys });
  if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return contract;
}

/** The independent judge: ajv on the schema as it stands, or on that of a tolerant reader. */
function verdictsOfAjv(schema: Schema, mode: 'strict' | 'tolerant', values: readonly unknown[]): readonly boolean[] {
  const ajv = new Ajv2020({ strict: false, logger: false, ownProperties: true, validateFormats: true });
  formatsPlugin.default(ajv);
  const printed = toJsonSchema(schema);
  const validate = ajv.compile(mode === 'strict' ? printed : tolerantSchema(printed));
  return values.map((value) => validate(value) as boolean);
}

interface Case {
  readonly label: string;
  readonly schema: Schema;
  readonly question: Question;
}

function casesOf(contract: Contract, label: string, name: string, values: readonly unknown[]): readonly Case[] {
  const schema = nameSchemas(contract).byName.get(name);
  if (schema === undefined) throw new Error(`${label}: there is no schema ${name}`);
  return modes.map((mode) => ({ label: `${label} ${mode}`, schema, question: { contract, name, mode, values } }));
}

/** Where quick check, explanation and ajv do not say the same. */
function disagreements(cases: readonly Case[], answers: readonly (readonly Answer[])[]): readonly string[] {
  return cases.flatMap(({ label, schema, question }, index) => {
    const expected = verdictsOfAjv(schema, question.mode, question.values);
    return (answers[index] ?? []).flatMap(([valid, violations], at) =>
      valid === expected[at] && (violations.length === 0) === valid
        ? []
        : [
            `${label}: ${JSON.stringify(question.values[at])?.slice(0, 400)}: ajv ${expected[at]}, quick ${valid}, explained ${JSON.stringify(violations)}`,
          ],
    );
  });
}

it('agree with ajv on every canonical object: examples, and values with one or two changes', {
  timeout: 240_000,
}, async () => {
  const contract = await load(globSync(`${root}schemas/{objects,common,vocabularies}/*.yaml`));
  const cases = globSync(`${root}schemas/objects/*.yaml`).flatMap((file, index) => {
    const object = basename(file, '.yaml');
    const name = object.replaceAll(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
    const valid = globSync(`${root}schemas/examples/${object}/valid/*.json`).map(read);
    const invalid = globSync(`${root}schemas/examples/${object}/invalid/*.json`).map(
      (path) => (read(path) as { readonly instance: unknown }).instance,
    );
    return casesOf(contract, object, name, [...valid, ...invalid, ...neighbours(valid, 150, index + 1)]);
  });
  const answers = judge(cases.map(({ question }) => question));
  expect(disagreements(cases, answers)).toEqual([]);
  expect(refusedByTolerantOnly(cases, answers)).toEqual([]);
  const verdicts = answers.flat().map(([valid]) => valid);
  // A judge that always says yes would agree as well.
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(verdicts.length / 10);
  expect(verdicts.filter((valid) => !valid).length).toBeGreaterThan(verdicts.length / 10);
});

/** The tolerant reader accepts whatever the strict one accepts. */
function refusedByTolerantOnly(cases: readonly Case[], answers: readonly (readonly Answer[])[]): readonly string[] {
  return cases.flatMap(({ label, question }, index) =>
    question.mode === 'tolerant'
      ? []
      : (answers[index] ?? []).flatMap(([valid], at) =>
          valid && answers[index + 1]?.[at]?.[0] !== true ? [`${label}: ${JSON.stringify(question.values[at])}`] : [],
        ),
  );
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describeCorpus('epcis', (folder) => {
  it('gives the verdict of ajv on every document, and refuses what openepcis labels invalid', {
    timeout: 240_000,
  }, async () => {
    const contract = await load([`${folder}EPCIS-JSON-Schema.json`]);
    const files = globSync(`${folder}**/*.{json,jsonld}`)
      .filter((file) => !file.endsWith('EPCIS-JSON-Schema.json'))
      .sort();
    const values = files.map(read);
    expect(files.length).toBeGreaterThan(20);
    const rootName =
      nameSchemas(contract).nameOf(contract.schemas.find(({ role }) => role === 'document')?.schema as Schema) ?? '';
    const cases = casesOf(contract, 'epcis', rootName, values);
    const answers = judge(cases.map(({ question }) => question));
    expect(disagreements(cases, answers)).toEqual([]);
    const verdicts = files.map((file, at) => [file.slice(folder.length), answers[0]?.[at]?.[0]] as const);
    const below = (part: string): typeof verdicts => verdicts.filter(([file]) => file.includes(part));
    expect(below('JSON/').filter(([file, valid]) => file.startsWith('JSON/') && !valid)).toEqual([]);
    expect(below('/Invalid/').length).toBeGreaterThan(10);
    expect(below('/Invalid/').filter(([, valid]) => valid)).toEqual([]);
  });
});

describeCorpus('data-contract-standard', (folder) => {
  it('gives the verdict of ajv on every example by every released schema', { timeout: 120_000 }, async () => {
    const examples = globSync(`${folder}examples/**/*.yaml`).sort();
    const values = examples.map((file) => parse(readFileSync(file, 'utf8')) as unknown);
    expect(examples.length).toBeGreaterThan(10);
    const cases: Case[] = [];
    for (const file of globSync(`${folder}schema/odcs-json-schema-*.json`).sort()) {
      const contract = await load([file]);
      const root = contract.schemas.find(({ role }) => role === 'document')?.schema as Schema;
      cases.push(...casesOf(contract, basename(file), nameSchemas(contract).nameOf(root) ?? '', values));
    }
    const answers = judge(cases.map(({ question }) => question));
    expect(disagreements(cases, answers)).toEqual([]);
    const latest = cases.findIndex(({ label }) => label.includes('latest') && label.endsWith('strict'));
    expect(answers[latest]?.filter(([valid]) => valid).length).toBeGreaterThan(examples.length / 2);
  });
});
