import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nameSchemas } from '@millwright/codegen';
import { type Contract, loadContract } from '@millwright/contract';
import { compile } from 'json-schema-to-typescript';
import openapiTS, { astToString } from 'openapi-typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { client } from '../../generators/src/client/index.ts';
import { clientModules } from '../../generators/src/client/naming.ts';
import { types } from '../../generators/src/types/index.ts';
import { options } from '../client/generate.ts';
import { corpus } from '../corpora/corpus.ts';
import { type Comparison, compare, type Relation, unbranded } from './type-judge.ts';

interface Exception {
  readonly reason: string;
  /** Ids of comparisons, each with the relation that it has instead of `equal`. */
  readonly relations: Readonly<Record<string, Relation>>;
}

/** Where we and the judges differ, and why. A comparison that agrees again must leave the list. */
const exceptions = JSON.parse(
  readFileSync(new URL('fixtures/judge-exceptions.json', import.meta.url), 'utf8'),
) as readonly Exception[];

const canonical = fileURLToPath(new URL('../../schemas/', import.meta.url));

function exceptionsOf(document: string): Readonly<Record<string, Relation>> {
  const entries = exceptions.flatMap(({ relations }) => Object.entries(relations));
  return Object.fromEntries(entries.filter(([id]) => id.startsWith(`${document} `)));
}

function differing(relations: ReadonlyMap<string, Relation>): Readonly<Record<string, Relation>> {
  return Object.fromEntries([...relations].filter(([, relation]) => relation !== 'equal'));
}

async function contractOf(path: string): Promise<Contract> {
  const [contract, diagnostics] = await loadContract({ entries: [path], duplicateKeys: 'warning' });
  if (contract === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return contract;
}

const quoted = (text: string): string => JSON.stringify(text);

/** The judge prints `$defs` as a member that every value must have; the canonical objects are compared without it. */
const withoutDefs =
  "type Plain<T> = T extends readonly (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T as K extends '$defs' ? never : K]: Plain<T[K]> } : T;";

/** Component schemas and JSON bodies of success responses. */
function openapiComparisons(name: string, contract: Contract, plain: boolean): readonly Comparison[] {
  const names = nameSchemas(contract);
  const judged = (text: string): string => (plain ? `Plain<${text}>` : text);
  const components = contract.schemas
    .filter(({ role }) => role === 'component')
    .map((named) => ({
      id: `${name} component ${named.name}`,
      ours: `Ours.${names.nameOf(named.schema)}`,
      theirs: judged(`components['schemas'][${quoted(named.name)}]`),
    }));
  const operations = clientModules(contract).flatMap((module) => module.operations);
  const bodies = operations.flatMap(({ operation, resultName }) =>
    operation.responses
      .filter(({ status, content }) => /^2\d\d$/.test(status) && content.some(isJson))
      .map(({ status, content }) => ({
        id: `${name} ${operation.method} ${operation.path} ${status}`,
        ours: content.every(isJson)
          ? `Data<Client.${resultName}, ${status}>`
          : `Exclude<Data<Client.${resultName}, ${status}>, Blob>`,
        theirs: judged(
          `paths[${quoted(operation.path)}]['${operation.method}']['responses'][${status}]['content']['application/json']`,
        ),
      })),
  );
  return [...components, ...bodies];
}

const isJson = ({ mediaType }: { readonly mediaType: string }): boolean => mediaType === 'application/json';

const apis: readonly (readonly [name: string, path: string | undefined])[] = [
  ['katana', inCorpus('katana', 'katana-openapi.yaml')],
  ['eryxon-mes', inCorpus('eryxon-mes', 'openapi.json')],
  ['epcis', inCorpus('epcis', 'rest/openapi.json')],
  ...readdirSync(`${canonical}apis`).map((file) => [file.replace('.yaml', ''), `${canonical}apis/${file}`] as const),
];

function inCorpus(name: string, file: string): string | undefined {
  const folder = corpus(name);
  return folder !== undefined && existsSync(`${folder}${file}`) ? `${folder}${file}` : undefined;
}

describe('openapi-typescript has the same types', () => {
  for (const [name, path] of apis) {
    it.skipIf(path === undefined)(name, { timeout: 300_000 }, async () => {
      const url = pathToFileURL(path as string);
      const contract = await contractOf(path as string);
      const judge = await openapiTS(url, { emptyObjectsUnknown: true, defaultNonNullable: false, silent: true });
      const generated = [...types.generate(contract, options)[0], ...client.generate(contract, options)[0]];
      const files = generated.map(({ path: file, content }) => ({ path: file, content: unbranded(content) }));
      const comparisons = openapiComparisons(name, contract, path?.startsWith(canonical) === true);
      expect(comparisons.length).toBeGreaterThan(15);
      const relations = compare(
        [...files, { path: 'theirs.ts', content: astToString(judge) }],
        [
          "import type * as Ours from './types.ts';",
          "import type * as Client from './client.ts';",
          "import type { components, paths } from './theirs.ts';",
          withoutDefs,
        ],
        comparisons,
      );
      expect(differing(relations)).toEqual(exceptionsOf(name));
    });
  }
});

/** A JSON Schema file whose definitions become members of one type, which is how the judge prints all of them. */
function underOneRoot(text: string): object {
  const schema = JSON.parse(text) as Readonly<Record<string, object>>;
  const keyword = schema['$defs'] === undefined ? 'definitions' : '$defs';
  const definitions = schema[keyword] ?? {};
  const properties = Object.fromEntries(
    Object.keys(definitions).map((name) => [name, { $ref: `#/${keyword}/${name}` }]),
  );
  return { type: 'object', properties, required: Object.keys(properties), [keyword]: definitions };
}

/** Members that the judge adds to every object that does not forbid them: we leave undeclared members untyped. */
const judgeOptions = {
  additionalProperties: false,
  bannerComment: '',
  format: false,
  ignoreMinAndMaxItems: true,
  unknownAny: true,
} as const;

const files: readonly (readonly [name: string, path: string | undefined])[] = [
  ['epcis-schema', inCorpus('epcis', 'EPCIS-JSON-Schema.json')],
  ['cloudevents', inCorpus('cloudevents', 'formats/cloudevents.json')],
  ['data-contract-standard', inCorpus('data-contract-standard', 'schema/odcs-json-schema-latest.json')],
  ['b2mml', inCorpus('b2mml', 'Schema/AllSchemas.json')],
];

describe('json-schema-to-typescript has the same types', () => {
  for (const [name, path] of files) {
    it.skipIf(path === undefined)(name, { timeout: 300_000 }, async () => {
      const contract = await contractOf(path as string);
      const names = nameSchemas(contract);
      const judge = await compile(underOneRoot(readFileSync(path as string, 'utf8')), 'Theirs', judgeOptions);
      const comparisons = contract.schemas
        .filter(({ schema }) => /^\/(definitions|\$defs)\/[^/]+$/.test(schema.pointer))
        .map((named) => ({
          id: `${name} definition ${named.name}`,
          ours: `Ours.${names.nameOf(named.schema)}`,
          theirs: `Theirs[${quoted(named.name)}]`,
        }));
      expect(comparisons.length).toBeGreaterThan(5);
      const relations = compare(
        [
          { path: 'types.ts', content: unbranded(types.generate(contract, options)[0][0]?.content ?? '') },
          { path: 'theirs.ts', content: judge },
        ],
        ["import type * as Ours from './types.ts';", "import type { Theirs } from './theirs.ts';"],
        comparisons,
      );
      expect(differing(relations)).toEqual(exceptionsOf(name));
    });
  }

  it('canonical objects', { timeout: 300_000 }, async () => {
    const objects = readdirSync(`${canonical}objects`).map((file) => file.replace('.yaml', ''));
    const judges = await Promise.all(
      objects.map(async (name) => {
        const schema = parse(readFileSync(`${canonical}objects/${name}.yaml`, 'utf8')) as Readonly<
          Record<string, unknown>
        >;
        // The judge names the type by the title.
        const { $id: _, title: __, ...plain } = schema;
        const content = await compile(plain, 'Theirs', { ...judgeOptions, cwd: `${canonical}objects/` });
        return { path: `${name}.ts`, content };
      }),
    );
    const [contract] = await loadContract({ entries: objects.map((name) => `${canonical}objects/${name}.yaml`) });
    if (contract === undefined) throw new Error('the canonical objects do not load');
    const names = nameSchemas(contract);
    const roots = new Map(
      contract.schemas.map(({ schema }) => [`${schema.document.uri}#${schema.pointer}`, names.nameOf(schema)]),
    );
    const comparisons = objects.map((name, index) => ({
      id: `canonical object ${name}`,
      ours: `Ours.${roots.get(`${pathToFileURL(`${canonical}objects/${name}.yaml`).href}#`)}`,
      theirs: `Plain<Theirs${index}.Theirs>`,
    }));
    const relations = compare(
      [{ path: 'types.ts', content: unbranded(types.generate(contract, options)[0][0]?.content ?? '') }, ...judges],
      [
        "import type * as Ours from './types.ts';",
        ...objects.map((name, index) => `import type * as Theirs${index} from './${name}.ts';`),
        withoutDefs,
      ],
      comparisons,
    );
    expect(differing(relations)).toEqual(exceptionsOf('canonical'));
  });
});
