import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { selectForRole } from '@millwright/codegen';
import { expect, test } from 'vitest';
import { client } from '../../generators/src/client/index.ts';
import { describeCorpus } from '../corpora/corpus.ts';
import { generate, load, options, write } from './generate.ts';
import { sendJson, startServer } from './http-server.ts';

const items = new URL('fixtures/items.yaml', import.meta.url);
const hostile = new URL('fixtures/hostile.json', import.meta.url);
const plant = new URL('../events/fixtures/plant.yaml', import.meta.url);
const lamps = new URL('../events/fixtures/lamps-2.6.yaml', import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

type GeneratedModule = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;

const tsconfig = {
  compilerOptions: {
    ...{
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    },
    ...{
      erasableSyntaxOnly: true,
      skipLibCheck: false,
      noEmit: true,
      allowImportingTsExtensions: true,
      noUnusedLocals: true,
      types: [],
    },
    ...{ module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'] },
  },
  include: ['.'],
};

// Every line after an expect-error must fail, every other line must pass: the compiler is the judge of both.
const usage = `
import { createClient, createItem, delete_, getItem, listAllItems } from './client.ts';

const client = createClient({ baseUrl: 'https://plant.example', token: async ({ scopes }) => (scopes ?? []).join(' ') });
const got = await getItem(client, { path: { itemNumber: 'A' } });
if (got.ok) { const number: string = got.data.itemNumber; void number; }
if (got.status === 404) { const type: string = got.error.type; void type; }
// @ts-expect-error an error has no data
if (got.status === 404) void got.data;
// @ts-expect-error 500 is not declared
if (got.status === 500) void got;
// @ts-expect-error a path parameter is required
await getItem(client, {});
for await (const item of listAllItems(client)) void item.itemNumber;
const made = await createItem(client, { body: { itemNumber: 'A' } });
if (made.status === 409) { const type: string = made.error.type; void type; }
else if (!made.ok) { const text: string = made.error; void text; }
// @ts-expect-error a readOnly member is not sent
await createItem(client, { body: { itemNumber: 'A', version: 1 } });
// @ts-expect-error If-Match is required
await delete_(client, { path: { itemNumber: 'A' }, body: { itemNumber: 'A' } });
await delete_(client, { path: { itemNumber: 'A' }, headers: { 'If-Match': '"1"' }, body: { itemNumber: 'A' } });
await delete_(client, { path: { itemNumber: 'A' }, headers: { 'If-Match': '"1"' }, contentType: 'multipart/form-data', body: { photo: new Blob([]) } });
`;

const eventsUsage = `
import { createBus, createMemoryTransport, publishLotQuestion, publishWorkOrderReleased, replyLotAnswer, subscribeWorkOrderReleased } from './events.ts';

const bus = createBus({ transport: createMemoryTransport(), source: '/plants/PL01/erp', producer: 'svc' });
await subscribeWorkOrderReleased(bus, ({ data, headers }) => { const number: string = data.number; void number; void headers.plantid; });
await publishWorkOrderReleased(bus, { data: { number: 'WO-1' }, subject: 'PL01/WO-1', plantid: 'PL01' });
// @ts-expect-error plantid is required
await publishWorkOrderReleased(bus, { data: { number: 'WO-1' }, subject: 's' });
// @ts-expect-error the bus fills in the type
await publishWorkOrderReleased(bus, { data: { number: 'WO-1' }, subject: 's', plantid: 'p', type: 'x' });
// @ts-expect-error the address takes hot or cold
await publishLotQuestion(bus, { data: { lotNumber: 'L' }, headers: { replyTo: 'a' }, parameters: { area: 'warm' } });
// @ts-expect-error a reply names its request
await replyLotAnswer(bus, { data: { lotNumber: 'L' } });
`;

function compile(folder: string): string {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout;
}

test('the output compiles in a strict project, and wrong use of it does not', async () => {
  const extras = [
    { path: 'tsconfig.json', content: JSON.stringify(tsconfig) },
    { path: 'usage.ts', content: usage },
    { path: 'events-usage.ts', content: eventsUsage },
  ];
  const folder = write([...generate(await load(items, plant)), ...extras]);
  expect(compile(folder)).toBe('');
});

test('a mes SDK has no function that creates an item', async () => {
  const contract = selectForRole(await load(items, plant), 'mes');
  const use = `import { createItem, getItem } from './client.ts';\nvoid createItem;\nvoid getItem;\n`;
  const folder = write([
    ...generate(contract),
    { path: 'tsconfig.json', content: JSON.stringify(tsconfig) },
    { path: 'use.ts', content: use },
  ]);
  const [first, ...others] = compile(folder).trim().split('\n');
  expect(first).toMatch(/use\.ts.*'createItem'/);
  expect(others).toEqual([]);
});

test('one document gives one file, several give one each and a roof without clashes', async () => {
  const one = generate(await load(items)).map(({ path }) => path);
  expect(one).toContain('client.ts');
  expect(one.some((path) => path.startsWith('client/'))).toBe(false);
  const several = generate(await load(items, hostile, plant, lamps));
  const paths = several.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['client.ts', 'client/items.ts', 'client/hostile.ts', 'events.ts', 'events/plant.ts']),
  );
  expect(new Set(paths).size).toBe(paths.length);
  const folder = write([...several, { path: 'tsconfig.json', content: JSON.stringify(tsconfig) }]);
  expect(compile(folder)).toBe('');
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

test('the order of keys leaves no trace', async () => {
  const source = JSON.parse(readFileSync(hostile, 'utf8')) as unknown;
  const folders = [source, reversed(source)].map((value) =>
    write([{ path: 'api.json', content: JSON.stringify(value) }]),
  );
  const outputs = await Promise.all(
    folders.map(async (folder) => generate(await load(pathToFileURL(join(folder, 'api.json'))))),
  );
  expect(outputs[1]?.map(({ content }) => content)).toEqual(outputs[0]?.map(({ content }) => content));
});

test('a hostile document gives harmless code', async () => {
  const folder = write(generate(await load(hostile)));
  const script = `const module = await import(${JSON.stringify(pathToFileURL(join(folder, 'client.ts')).href)}); console.log(String(globalThis.marker), Object.keys(module).sort().join());`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(output.trim()).toBe(
    'undefined ClientError,callOperation2,constructor_,createClient,fetch_,servers,xGlobalThisMarker1',
  );
});

test('a generated client talks to a server', async () => {
  const folder = write(generate(await load(items)));
  const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'client.ts')).href)) as Record<
    string,
    (...values: readonly unknown[]) => unknown
  >;
  const server = await startServer((request, response) => {
    const cursor = new URL(request.url, 'http://x').searchParams.get('cursor');
    sendJson(response, 200, {
      items: [{ itemNumber: cursor ?? 'first' }],
      nextCursor: cursor === null ? 'second' : null,
    });
  });
  const connection = module['createClient']?.({ baseUrl: server.url, token: () => 'secret' });
  const numbers: unknown[] = [];
  const found = module['listAllItems']?.(connection) ?? [];
  for await (const item of found as AsyncIterable<{ itemNumber: string }>) numbers.push(item.itemNumber);
  await server.close();
  expect(numbers).toEqual(['first', 'second']);
  expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer secret', 'Bearer secret']);
});

test('responses are validated by the generated validators unless switched off', async () => {
  const validated = { ...options, validators: true };
  const [files] = client.generate(await load(items), validated);
  const validators = `export const validate = (name: string) => [{ pointer: '/x', keyword: 'type', message: name }];\n`;
  const folder = write([...files, { path: 'validators.ts', content: validators }]);
  const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'client.ts')).href)) as GeneratedModule;
  const server = await startServer((_, response) => sendJson(response, 200, { itemNumber: 'A' }));
  const get = (validate: boolean): unknown =>
    module['getItem']?.(module['createClient']?.({ baseUrl: server.url, validate }), { path: { itemNumber: 'A' } });
  await expect(get(true)).rejects.toMatchObject({ code: 'response-invalid', violations: [{ message: 'Item' }] });
  await expect(get(false)).resolves.toMatchObject({ ok: true, data: { itemNumber: 'A' } });
  await server.close();
});

describeCorpus('katana', (folder) => {
  test('all operations compile', async () => {
    const contract = await load(pathToFileURL(join(folder, 'katana-openapi.yaml')));
    expect(contract.operations.length).toBe(223);
    const output = write([...generate(contract), { path: 'tsconfig.json', content: JSON.stringify(tsconfig) }]);
    expect(compile(output)).toBe('');
  });
});

const canonical = fileURLToPath(new URL('schemas/', pathToFileURL(root)));
const documents = ['apis', 'events'].flatMap((name) =>
  existsSync(join(canonical, name))
    ? readdirSync(join(canonical, name)).map((file) => join(canonical, name, file))
    : [],
);

test.skipIf(documents.length === 0)('the canonical documents compile', async () => {
  const contract = await load(...documents.map((file) => pathToFileURL(file)));
  const output = write([...generate(contract), { path: 'tsconfig.json', content: JSON.stringify(tsconfig) }]);
  expect(compile(output)).toBe('');
});

test('the embedded runtime is that of packages/runtime', () => {
  const script = join(root, 'generators', 'scripts', 'embed-runtime.mjs');
  expect(spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});
