import { globSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonValue, loadContract } from '@millwright/contract';
import { type ContractDiff, type DiffFinding, diff } from '@millwright/diff';
import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeCorpus } from '../corpora/corpus.ts';

/** The released versions of the standard in the order of their releases; what each step means is told in history/notes.md. */
const versions = [
  'v2.2.1',
  'v2.2.2',
  'v3.0.0',
  'v3.0.1',
  'v3.0.2',
  'v3.0.2-strict',
  'v3.1.0',
  'v3.1.0-20260505',
  'latest',
] as const;

type Version = (typeof versions)[number];

const steps = versions.slice(1).map((revision, index) => [versions[index] as Version, revision] as const);
/** Who never took the strict schema goes from the plain one to the next. */
const judgedSteps = [...steps, ['v3.0.2', 'v3.1.0'] as const];

/** A finding as it is kept: where it stands in the schemas, without lines that change with every word of a description. */
function shown({ severity, code, message, location, was, proof }: DiffFinding): string {
  const at = `at "${location.pointer}"${was === undefined || was.pointer === location.pointer ? '' : ` was "${was.pointer}"`}`;
  const evidence =
    proof.kind === 'witness'
      ? `witness ${JSON.stringify(proof.instance)}, accepted by the ${proof.acceptedBy} only`
      : proof.kind === 'unproven'
        ? `unproven: ${proof.reason}`
        : proof.kind;
  return `${severity} ${code}\n  ${at}\n  ${message}\n  ${evidence}`;
}

function report({ verdict, requiredBump, findings }: ContractDiff): string {
  return `${[`${verdict}, ${requiredBump}`, ...findings.map(shown)].join('\n')}\n`;
}

interface Refusal {
  /** Nodes of the schema that refuse the value, with the member that each is about. */
  readonly node: string;
  readonly keyword: string;
  readonly member?: string;
}

interface Judge {
  readonly accepts: (value: JsonValue) => boolean;
  readonly refusals: (value: JsonValue) => readonly Refusal[];
}

/** Pointers of all objects of a document. */
function pointersOf(
  value: JsonValue,
  pointer = '',
  found = new Map<JsonValue, string>(),
): ReadonlyMap<unknown, string> {
  if (typeof value !== 'object' || value === null) return found;
  found.set(value, pointer);
  for (const [name, part] of Object.entries(value))
    pointersOf(part as JsonValue, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, found);
  return found;
}

function judgeOf(file: string): Judge {
  const schema = JSON.parse(readFileSync(file, 'utf8')) as JsonValue;
  const pointers = pointersOf(schema);
  const options = { strict: false, validateFormats: false } as const;
  const isValid = new Ajv2019(options).compile(schema as object);
  // Telling all reasons takes long, and most variations are valid.
  const validate = new Ajv2019({ ...options, allErrors: true, verbose: true }).compile(schema as object);
  const refusalOf = ({ parentSchema, keyword, params }: ErrorObject): Refusal => {
    const member = (params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']) as
      | string
      | undefined;
    return { node: pointers.get(parentSchema) ?? '?', keyword, ...(member === undefined ? {} : { member }) };
  };
  return {
    accepts: (value) => isValid(value),
    refusals: (value) => (validate(value) ? [] : (validate.errors ?? []).map(refusalOf)),
  };
}

/** The value with one thing changed: a member or an item less, a value of another type, a member that nobody declares. */
function* mutations(value: JsonValue): Iterable<JsonValue> {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    for (const [index, item] of items.entries()) {
      yield items.filter((_, at) => at !== index);
      for (const changed of mutations(item)) yield items.map((other, at) => (at === index ? changed : other));
    }
  } else if (isJsonObject(value)) {
    yield { ...value, undeclared: 1 };
    for (const [name, member] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)) as JsonValue;
      for (const changed of mutations(member as JsonValue)) yield { ...value, [name]: changed };
    }
  } else {
    yield typeof value === 'string' ? 1 : 'text';
    yield typeof value === 'boolean' ? null : true;
  }
}

/** Variations of an example at most, evenly from the first to the last. */
const variationsMax = 150;

function variationsOf(example: JsonValue): readonly JsonValue[] {
  const all = [example, ...mutations(example)];
  const stride = Math.max(1, Math.ceil(all.length / variationsMax));
  return all.filter((_, index) => index % stride === 0);
}

/** Whether a finding that is no information speaks of what refuses the value. */
function covers(finding: DiffFinding, towards: 'request' | 'response', { node, keyword, member }: Refusal): boolean {
  if (finding.severity === 'info' || !finding.code.startsWith(`diff/${towards}-`)) return false;
  // The refusing side is the revision for values of the base, and the base for values of the revision.
  const { pointer } = towards === 'request' ? finding.location : (finding.was ?? finding.location);
  if (pointer === node || pointer === `${node}/${keyword}`) return true;
  if (member === undefined) return false;
  // What nothing looks at may have been declared by any part of the schema, on the other side too.
  const declared = keyword === 'unevaluatedProperties' ? finding.location.pointer : pointer;
  return declared.endsWith(
    keyword === 'unevaluatedProperties' ? `/properties/${member}` : `${node}/properties/${member}`,
  );
}

describeCorpus('data-contract-standard', (folder) => {
  const fileOf = (version: Version): string => `${folder}schema/odcs-json-schema-${version}.json`;
  const reports = new Map<string, ContractDiff>();
  const diffOf = async (base: Version, revision: Version): Promise<ContractDiff> => {
    const key = `${base}..${revision}`;
    const known = reports.get(key);
    if (known !== undefined) return known;
    const [before] = await loadContract({ entries: [fileOf(base)] });
    const [after] = await loadContract({ entries: [fileOf(revision)] });
    if (before === undefined || after === undefined) throw new Error(`${key} cannot be read`);
    const found = diff(before, after);
    reports.set(key, found);
    return found;
  };

  it('has no version that the history leaves out', () => {
    const files = globSync(`${folder}schema/odcs-json-schema-*.json`);
    expect(files.sort()).toEqual(versions.map(fileOf).sort());
  });

  it.each(steps)(
    '%s to %s is reported as it was read and judged by hand',
    { timeout: 120_000 },
    async (base, revision) => {
      const found = await diffOf(base, revision);
      await expect(report(found)).toMatchFileSnapshot(`history/${base}-to-${revision}.txt`);
      expect(found.findings.filter(({ proof }) => proof.kind === 'unproven')).toEqual([]);
    },
  );

  it('what the examples and their variations lose by a step is found, at the place that refuses them', {
    timeout: 240_000,
  }, async () => {
    const judges = new Map(versions.map((version) => [version, judgeOf(fileOf(version))]));
    const examples = globSync(`${folder}examples/**/*.yaml`).sort();
    const values = examples.flatMap((file) => variationsOf(parse(readFileSync(file, 'utf8')) as JsonValue));
    const accepted = new Map([...judges].map(([version, { accepts }]) => [version, values.map(accepts)]));
    const unseen: string[] = [];
    let lost = 0;
    for (const [base, revision] of judgedSteps) {
      const { findings } = await diffOf(base, revision);
      for (const [towards, from, to] of [
        ['request', base, revision],
        ['response', revision, base],
      ] as const)
        for (const [index, value] of values.entries()) {
          if (accepted.get(from)?.[index] !== true || accepted.get(to)?.[index] !== false) continue;
          lost += 1;
          const refusals = judges.get(to)?.refusals(value) ?? [];
          const isSeen = refusals.some((refusal) => findings.some((finding) => covers(finding, towards, refusal)));
          if (!isSeen) unseen.push(`${base}..${revision} ${towards} ${index} ${JSON.stringify(refusals.slice(0, 3))}`);
        }
    }
    expect(unseen).toEqual([]);
    expect(examples.length).toBeGreaterThan(15);
    expect(lost).toBeGreaterThan(400);
  });
});
