import { posix } from 'node:path';
import { type Contract, loadContract, type Operation, type Schema } from '@millwright/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const names = ['Item', 'Lot', 'Order', 'Step', 'Unit'] as const;
type Name = (typeof names)[number];

/** A schema as a tree, in which other named schemas are only named. */
type Tree =
  | { readonly use: Name; readonly beside: Readonly<Record<string, unknown>> }
  | {
      readonly keywords: Readonly<Record<string, unknown>>;
      readonly parts: readonly (readonly [string, Tree | readonly Tree[] | Readonly<Record<string, Tree>>])[];
    };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<Tree>(
      { keywords: { type: 'string', maxLength: 9 }, parts: [] },
      { keywords: { enum: ['a', 1, null], description: 'Odd/one~of.' }, parts: [] },
    ),
    fc.record({ use: fc.constantFrom(...names), beside: fc.constantFrom({}, {}, { minLength: 1 }) }),
    tie('tree').map((part): Tree => ({ keywords: { type: 'array' }, parts: [['items', part]] })),
    fc
      .dictionary(fc.constantFrom('a', 'b/c', 'd~e', 'f g', '%'), tie('tree'), { maxKeys: 3 })
      .map(
        (part): Tree => ({ keywords: { type: 'object', required: Object.keys(part) }, parts: [['properties', part]] }),
      ),
    fc
      .array(tie('tree'), { minLength: 1, maxLength: 2 })
      .map((part): Tree => ({ keywords: {}, parts: [['anyOf', part]] })),
  ),
}));

const main = 'main.json';
/** Where a part of the contract may stand: the main file, a file of definitions, or a file of its own. */
type Home = 'main' | 'parts/first.json' | 'parts/deep/second.json' | 'own';
const home = fc.constantFrom<Home>('main', 'parts/first.json', 'parts/deep/second.json', 'own');

interface Given {
  readonly schemas: Readonly<Record<Name, Tree>>;
  readonly homes: Readonly<Record<Name, Home>>;
  /** Whether references go through the component of the main file, or straight to the schema. */
  readonly throughMain: boolean;
  readonly paths: readonly { readonly home: Home; readonly body: Tree; readonly answer: Tree }[];
}

const perName = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Readonly<Record<Name, T>>> =>
  fc.record(Object.fromEntries(names.map((name) => [name, arbitrary])) as Record<Name, fc.Arbitrary<T>>);

const given: fc.Arbitrary<Given> = fc.record({
  schemas: perName(tree),
  homes: perName(home),
  throughMain: fc.boolean(),
  paths: fc.array(fc.record({ home, body: tree, answer: tree }), { minLength: 1, maxLength: 3 }),
});

/** File and pointer at which a named schema is written. */
function placeOf(name: Name, { homes }: Given): readonly [file: string, pointer: string] {
  const at = homes[name];
  if (at === 'own') return [`objects/${name}.json`, ''];
  return at === 'main' ? [main, `/components/schemas/${name}`] : [at, `/$defs/${name}`];
}

function reference(from: string, file: string, pointer: string): string {
  const path = file === from ? '' : posix.relative(posix.dirname(from), file);
  return pointer === '' && path !== '' ? path : `${path}#${pointer}`;
}

function written(from: string, part: Tree, contract: Given): Record<string, unknown> {
  if ('use' in part) {
    const direct = placeOf(part.use, contract);
    const [file, pointer] = contract.throughMain ? [main, `/components/schemas/${part.use}`] : direct;
    return { $ref: reference(from, file, pointer), ...part.beside };
  }
  const inner = (value: Tree): unknown => written(from, value, contract);
  const parts = part.parts.map(([keyword, value]) => {
    if (Array.isArray(value)) return [keyword, (value as readonly Tree[]).map(inner)];
    if (keyword !== 'properties') return [keyword, inner(value as Tree)];
    return [keyword, Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(item as Tree)]))];
  });
  return { ...part.keywords, ...Object.fromEntries(parts) };
}

/** The files of a contract; every object is written at its home, and the main file refers to it. */
function filesOf(contract: Given): ReadonlyMap<string, string> {
  const files = new Map<string, Record<string, Record<string, unknown>>>();
  const put = (file: string, member: string, name: string, value: unknown): void => {
    const object = files.get(file) ?? {};
    object[member] = { ...object[member], [name]: value };
    files.set(file, object);
  };
  const schemas = Object.fromEntries(
    names.map((name) => {
      const [file, pointer] = placeOf(name, contract);
      const value = written(file, contract.schemas[name], contract);
      if (file === main) return [name, value];
      if (pointer === '') files.set(file, value as Record<string, Record<string, unknown>>);
      else put(file, '$defs', name, value);
      return [name, { $ref: reference(main, file, pointer) }];
    }),
  );
  const paths = Object.fromEntries(
    contract.paths.map(({ home: at, body, answer }, index) => {
      const file = at === 'main' ? main : at === 'own' ? `paths/${index}.json` : `${posix.dirname(at)}/paths.json`;
      const content = (part: Tree): unknown => ({ 'application/json': { schema: written(file, part, contract) } });
      const item = {
        parameters: [{ name: 'plant', in: 'query', schema: written(file, answer, contract) }],
        post: {
          operationId: `op${index}`,
          requestBody: { content: content(body) },
          responses: { 200: { description: 'ok', content: content(answer) } },
        },
      };
      if (file === main) return [`/${index}`, item];
      put(file, 'items', `/${index}`, item);
      return [`/${index}`, { $ref: reference(main, file, `/items/~1${index}`) }];
    }),
  );
  const root = { openapi: '3.1.0', info: { title: 't', version: '1' }, paths, components: { schemas } };
  return new Map([[main, root], ...files].map(([name, value]) => [name as string, JSON.stringify(value)]));
}

async function read(contract: Given): Promise<Contract> {
  const [read, diagnostics] = await loadContract({ entries: [main], files: filesOf(contract) });
  expect(diagnostics).toEqual([]);
  return read as Contract;
}

/** A schema that is nothing but a reference is what it refers to; a circle of such references is nothing. */
function meant(schema: Schema): Schema | undefined {
  const seen = new Set<Schema>();
  let at = schema;
  while (at.ref !== undefined && Object.keys(at.raw).length === 1) {
    if (seen.has(at)) return undefined;
    seen.add(at);
    at = at.ref;
  }
  return at;
}

const ofPlace: ReadonlySet<string> = new Set(['document', 'pointer', 'resource', 'raw']);

/** The first place where two values of two models differ, schemas as graphs; undefined where none does. */
function difference(left: unknown, right: unknown, seen: Map<unknown, Set<unknown>>, at = ''): string | undefined {
  const isSchema = (value: unknown): value is Schema => (value as { kind?: string } | null)?.kind === 'schema';
  const [one, other] = [left, right].map((value) => (isSchema(value) ? meant(value) : value));
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return Object.is(one, other) ? undefined : `${at}: ${String(one)} is not ${String(other)}`;
  if (seen.get(one)?.has(other) === true) return undefined;
  seen.set(one, (seen.get(one) ?? new Set()).add(other));
  const members = (value: object): ReadonlyMap<string, unknown> =>
    new Map(
      [...(value instanceof Map ? value : Object.entries(value))].filter(
        ([name]) => !(ofPlace.has(name) && 'pointer' in value) && name !== 'entry',
      ),
    );
  const [ours, theirs] = [members(one), members(other)];
  if ([...ours.keys()].sort().join() !== [...theirs.keys()].sort().join())
    return `${at}: ${[...ours.keys()]} is not ${[...theirs.keys()]}`;
  for (const [name, value] of ours) {
    const found = difference(value, theirs.get(name), seen, `${at}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const namedSchemas = ({ schemas }: Contract): ReadonlyMap<string, Schema> =>
  new Map([...schemas].reverse().map(({ name, schema }) => [name, schema]));

const operationsOf = ({ operations }: Contract): readonly Operation[] => operations;

describe('a contract that is split over several files', () => {
  // Breaks for whoever moves a schema or a path into a file of its own: other types, or other functions, than before.
  it('has the same named schemas and operations as in one file', async () => {
    await fc.assert(
      fc.asyncProperty(given, async (split) => {
        const everything = Object.fromEntries(names.map((name) => [name, 'main'])) as Record<Name, Home>;
        const whole: Given = {
          ...split,
          homes: everything,
          paths: split.paths.map((path) => ({ ...path, home: 'main' as const })),
        };
        const [one, several] = [await read(whole), await read(split)];
        const [schemas, others] = [namedSchemas(one), namedSchemas(several)];
        expect([...others.keys()].sort()).toEqual([...schemas.keys()].sort());
        expect(difference(schemas, others, new Map())).toBeUndefined();
        expect(difference(operationsOf(one), operationsOf(several), new Map())).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('is told apart from one in which a single keyword differs', async () => {
    const lot = (maxLength: number): Given => ({
      schemas: Object.fromEntries(
        names.map((name) => [name, { keywords: { type: 'string', maxLength }, parts: [] }]),
      ) as unknown as Given['schemas'],
      homes: Object.fromEntries(names.map((name) => [name, 'own'])) as Record<Name, Home>,
      throughMain: false,
      paths: [{ home: 'own', body: { use: 'Lot', beside: {} }, answer: { use: 'Lot', beside: {} } }],
    });
    const [nine, eight] = [await read(lot(9)), await read(lot(8))];
    expect(difference(operationsOf(nine), operationsOf(eight), new Map())).toContain('maxLength: 9 is not 8');
    expect(difference(namedSchemas(nine), namedSchemas(eight), new Map())).toContain('maxLength: 9 is not 8');
  });
});
