import { globSync, readFileSync } from 'node:fs';
import { nameSchemas } from '@millwright/codegen';
import { type Contract, loadContract, type Schema } from '@millwright/contract';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { types } from '../../generators/src/types/index.ts';
import { judge } from './judge.ts';

const options = { strict: false, logger: false, validateFormats: false } as const;
const drafts = [
  ['https://json-schema.org/draft/2020-12/schema', new Ajv2020(options), 'draft2020-12'],
  ['https://json-schema.org/draft/2019-09/schema', new Ajv2019(options), 'draft2019-09'],
  ['http://json-schema.org/draft-07/schema', new Ajv(options), 'draft7'],
  ['http://json-schema.org/draft-06/schema', new Ajv(options).addMetaSchema(draft06), 'draft7'],
] as const;

/** Mistakes at some depth, so that a verdict needs the way back from the vocabularies to the whole meta-schema. */
const mistakes: readonly unknown[] = [
  ...['minLength', 'maxItems', 'minProperties'].map((keyword) => ({ [keyword]: -1 })),
  ...['type', 'required', 'enum', 'properties', 'allOf', 'anyOf', '$ref', '$id', 'title'].map((word) => ({
    [word]: 7,
  })),
  ...['contains', 'not', 'items', 'additionalProperties', 'if', 'propertyNames'].map((word) => ({ [word]: 'x' })),
  { type: 'strange' },
  { multipleOf: 0 },
  { uniqueItems: 'yes' },
  { $defs: { a: { minLength: '1' } } },
  { definitions: { a: { pattern: 3 } } },
  { dependentSchemas: { a: { format: 1 } } },
  { unevaluatedProperties: { contentSchema: { deprecated: 'no' } } },
  { $vocabulary: { a: 1 } },
  7,
  null,
  [],
].flatMap((schema) => [
  schema,
  { properties: { a: schema } },
  { not: { items: schema } },
  { allOf: [{}, { if: { additionalProperties: schema } }] },
  { dependentSchemas: { a: { unevaluatedItems: schema } } },
  { $defs: { a: { prefixItems: [true, schema] } } },
  { contentSchema: { propertyNames: schema } },
]);

function schemasOfSuite(folder: string): readonly unknown[] {
  return globSync(`../suites/json-schema/tests/${folder}/*.json`, { cwd: import.meta.dirname }).flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as readonly { schema: unknown }[]).map(
      ({ schema }) => schema,
    ),
  );
}

/** The copies that the other validator has. Its draft-07 is an older edition, in which an enum had to have members, each once. */
function published(uri: string, ajv: Ajv | Ajv2019 | Ajv2020): readonly (readonly [string, unknown])[] {
  return Object.entries({ ...ajv.schemas, ...ajv.refs }).flatMap(([name, entry]) => {
    if (typeof entry !== 'object' || !name.startsWith(uri.replace(/schema$/, ''))) return [];
    const schema = entry.schema as { readonly properties: object };
    const isOlder = name === 'http://json-schema.org/draft-07/schema';
    const properties = { ...schema.properties, enum: { type: 'array', items: true } };
    return [[name, isOlder ? { ...schema, properties } : schema] as const];
  });
}

describe.each(drafts)('%s', (uri, ajv, folder) => {
  it('judges schemas as the validator of another vendor does', { timeout: 60_000 }, async () => {
    const [contract] = await loadContract({
      entries: ['a.json'],
      files: new Map([['a.json', JSON.stringify({ title: 'Form', properties: { form: { $ref: uri } } })]]),
    });
    if (contract === undefined) throw new Error('not read');
    const name = nameSchemas(contract).nameOf(contract.schemas[0]?.schema as Schema) as string;
    const schemas = [...schemasOfSuite(folder), ...mistakes];
    const values = schemas.map((form) => ({ form }));
    const [answers = []] = judge([{ contract, name, mode: 'strict', values, settings: { formats: false } }]);
    const other = ajv.compile({ $ref: uri });
    const wanted = schemas.map((schema) => other(schema));
    expect(wanted.filter((valid) => !valid).length).toBeGreaterThan(50);
    expect(schemas.filter((_, index) => answers[index]?.[0] !== wanted[index])).toEqual([]);
    expect(schemas.filter((_, index) => (answers[index]?.[1].length === 0) !== wanted[index])).toEqual([]);
  });

  it('is the published text', async () => {
    const texts = published(uri, ajv);
    expect(texts.length).toBeGreaterThan(0);
    for (const [name, schema] of texts) {
      const [contract] = await loadContract({
        entries: ['a.json'],
        files: new Map([['a.json', JSON.stringify({ $ref: name })]]),
      });
      expect(contract?.schemas[0]?.schema.ref?.raw, name).toEqual(schema);
    }
  });
});

it('has types whose parts are schemas as a whole, not of one vocabulary', async () => {
  const [contract] = await loadContract({
    entries: ['a.json'],
    files: new Map([['a.json', JSON.stringify({ title: 'Form', properties: { form: { $ref: drafts[0][0] } } })]]),
  });
  const [files] = types.generate(contract as Contract, { importExtension: 'ts', runtime: 'inline' });
  expect(files[0]?.content).toContain('\n  not?: CoreAndValidationSpecificationsMetaSchema;\n');
  expect(files[0]?.content).not.toContain('\n  not?: ApplicatorVocabularyMetaSchema;\n');
});
