import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, workplace } from './run-cli.ts';

const place = workplace();

/** A contract of the events that an execution system consumes. */
function contract(events: readonly string[]): string {
  const lines = events.map((name) => ({
    channel: `  ${name}: {address: ${name}, messages: {${name}: {name: ${name}, payload: {type: object}}}}`,
    operation: `  receive${name}: {action: receive, channel: {$ref: '#/channels/${name}'}, x-governance: {consume: [mes]}}`,
  }));
  return `asyncapi: 3.0.0
info: {title: Orders, version: 1.0.0}
x-domain: orders
channels:
${lines.map(({ channel }) => channel).join('\n')}
operations:
${lines.map(({ operation }) => operation).join('\n')}
`;
}

const scaffold = (...more: readonly string[]) =>
  place.run(['scaffold', 'adapter', 'mes', 'events.yaml', '--out', 'mes', '--format', 'json', ...more]);
const read = (name: string): string => readFileSync(place.path(join('mes', name)), 'utf8');

function snapshot(): Record<string, string> {
  const names = readdirSync(place.path('mes'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.\w+$/.test(name),
  );
  return Object.fromEntries(names.sort().map((name) => [name, read(name)]));
}

describe('scaffold adapter', () => {
  it('refuses a folder that is not empty and leaves it alone', () => {
    place.write({ 'events.yaml': contract(['OrderReleased']), 'mes/mine.txt': 'work' });
    const ended = scaffold();
    expect(ended.status).toBe(2);
    expect(ended.stdout).toContain('scaffold/folder-not-empty');
    expect(snapshot()).toEqual({ 'mine.txt': 'work' });
  });

  it('refuses an unknown system, and to sync what was not scaffolded', () => {
    place.write({ 'events.yaml': contract(['OrderReleased']) });
    expect(place.run(['scaffold', 'adapter', 'sap', 'events.yaml']).stderr).toContain('Choose from odoo, mes, quality');
    expect(scaffold('--sync').stderr).toContain('scaffold/no-adapter');
  });

  it('--sync adds and marks, and keeps every byte of edited files', () => {
    place.write({ 'events.yaml': contract(['OrderReleased', 'OrderClosed']) });
    expect(scaffold().status).toBe(0);
    const table =
      "// my notes\r\nimport type { Handle } from './adapter.ts';\r\nimport { handleOrderReleased as started } from './handlers/order-released.ts'; // first\r\nimport {handleOrderClosed} from \"./handlers/order-closed.ts\"\r\n\r\nexport const table   : readonly Handle[] = [ handleOrderClosed, /* last */ started /* end */ ] // done\r\n";
    const handler = read('src/handlers/order-closed.ts');
    const reformatted = `// a line of mine\n${handler.replaceAll('  ', '\t').replace('data, transaction', 'data: closed, transaction').replace('(data)', '(closed)')}`;
    place.write({
      'mes/src/registrations.ts': table,
      'mes/src/handlers/order-closed.ts': reformatted,
      'mes/src/handlers/own.ts': 'export const own = 1;\n',
      'events.yaml': contract(['OrderReleased', 'OrderPaused']),
    });
    const before = snapshot();
    const ended = scaffold('--sync');
    expect(ended.status).toBe(0);
    const after = snapshot();
    const mark = '/** @deprecated removed from the contract: consume order-closed */\n';
    expect(after['src/registrations.ts']).toBe(
      table
        .replace(
          'order-closed.ts"',
          "order-closed.ts\"\r\nimport { handleOrderPaused } from './handlers/order-paused.ts';",
        )
        .replace('started /*', 'started,\r\n  handleOrderPaused, /*'),
    );
    expect(after['src/handlers/order-closed.ts']).toBe(
      reformatted.replace('export const handleOrderClosed', `${mark}export const handleOrderClosed`),
    );
    expect(after['src/mapping/to-system/order-closed.ts']?.replace(mark, '')).toBe(
      before['src/mapping/to-system/order-closed.ts'],
    );
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual([
      'millwright-adapter.json',
      'src/handlers/order-closed.ts',
      'src/handlers/order-paused.ts',
      'src/mapping/to-system/order-closed.ts',
      'src/mapping/to-system/order-paused.ts',
      'src/registrations.ts',
      'test/to-system/order-paused.test.ts',
    ]);
    expect(scaffold('--sync').status).toBe(0);
    expect(snapshot()).toEqual(after);
  });

  it('--sync writes nothing when it finds no table, and no file that was taken away', () => {
    place.write({ 'events.yaml': contract(['OrderReleased']) });
    scaffold();
    rmSync(place.path('mes/src/handlers/order-released.ts'));
    place.write({ 'mes/src/registrations.ts': 'export {};\n' });
    const before = snapshot();
    expect(scaffold('--sync').status).toBe(0);
    expect(snapshot()).toEqual(before);
    place.write({ 'events.yaml': contract(['OrderReleased', 'OrderPaused']) });
    expect(scaffold('--sync').stderr).toContain('scaffold/no-registrations');
    expect(snapshot()).toEqual(before);
  });
});

describe.each([
  ['mes', 'item-changed'],
  ['odoo', 'production-confirmed'],
  ['quality', 'item-changed'],
])('the project for %s of the canonical contracts', (system, event) => {
  it('compiles strictly, and its tests fail until the mapping is written', () => {
    const folder = place.path('project');
    const ended = place.run(['scaffold', 'adapter', system, join(root, 'schemas'), '--out', 'project']);
    expect(ended.stderr + ended.stdout).toContain('added');
    for (const [name, target] of [
      ['@millwright', 'examples/kill-switch/node_modules/@millwright'],
      ['@types', 'node_modules/@types'],
    ] as const) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, target), join(folder, 'node_modules', name));
    }
    const compiled = spawnSync(
      join(root, 'node_modules/.bin/tsc'),
      ['-p', folder, '--customConditions', '@millwright/source'],
      { encoding: 'utf8' },
    );
    expect(compiled.stdout).toBe('');
    const test = (): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, ['--conditions=@millwright/source', '--test', `test/to-system/${event}.test.ts`], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      });
    expect(test().status).toBe(1);
    const mapping = join(folder, `src/mapping/to-system/${event}.ts`);
    writeFileSync(mapping, readFileSync(mapping, 'utf8').replace(/throw new Error\(.*\);/, "return { code: 'A' };"));
    const file = join(folder, `test/to-system/${event}.test.ts`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('= undefined', '= {}'));
    const passed = test();
    expect(passed.stdout).toContain('pass 1');
    expect(passed.status).toBe(0);
  });
});
