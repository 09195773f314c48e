import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rules } from '@millwright/lint';
import { describe, expect, it } from 'vitest';
import { smallApi, workplace } from './run-cli.ts';

const require = createRequire(import.meta.url);

describe('init', () => {
  const place = workplace();

  it('writes a first contract that no rule has anything to say about, not even one that is off by severity', () => {
    expect(place.run(['init']).status).toBe(0);
    const everyRule = rules.flatMap(({ id }) => ['--rule', `${id}=error`]);
    const { status, stdout } = place.run(['lint', '--fail-on', 'info', '--format', 'json', ...everyRule]);
    expect((JSON.parse(stdout) as { readonly diagnostics: readonly unknown[] }).diagnostics).toEqual([]);
    expect(status).toBe(0);
  });

  for (const compiler of ['typescript-5.9', 'typescript'])
    it(`gives a project whose SDK compiles strictly with ${compiler}, with the tsconfig that it wrote`, () => {
      place.run(['init']);
      place.run(['generate']);
      mkdirSync(place.path('node_modules/@types'), { recursive: true });
      symlinkSync(dirname(require.resolve('@types/node/package.json')), place.path('node_modules/@types/node'));
      place.write({
        'src/main.ts': `import { createClient, getWorkOrder } from './sdk/client.ts';

const client = createClient({ baseUrl: 'https://api.example.com' });
const result = await getWorkOrder(client, { path: { workOrderNumber: 'WO-1001' } });
if (result.status === 200) console.log(result.data.status satisfies 'released' | 'in-progress' | 'completed');
// @ts-expect-error a path parameter is missing
void getWorkOrder(client, { path: {} });
`,
      });
      const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin/tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', place.path('tsconfig.json')], {
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    });

  it('makes a config for a contract that is named, and no starter beside it', () => {
    place.write({ 'openapi.yaml': smallApi });
    expect(place.run(['init', 'openapi.yaml']).status).toBe(0);
    expect(readFileSync(place.path('millwright.config.ts'), 'utf8')).toContain("contracts: ['openapi.yaml']");
    expect(existsSync(place.path('contracts'))).toBe(false);
    expect(place.run(['generate']).status).toBe(0);
    expect(readFileSync(place.path('src/sdk/client.ts'), 'utf8')).toContain('listOrders');
  });

  it('finds a contract that lies in the folder without being told', () => {
    place.write({ 'openapi.yaml': smallApi, 'data.json': '{"a":1}' });
    place.run(['init']);
    expect(readFileSync(place.path('millwright.config.ts'), 'utf8')).toContain("contracts: ['openapi.yaml']");
    expect(existsSync(place.path('contracts'))).toBe(false);
  });

  it('writes a config that loads whatever the file is called', () => {
    const name = `it's, "quoted" \${1}.yaml`;
    place.write({ [name]: smallApi });
    place.run(['init', name]);
    expect(place.run(['lint']).stderr).toContain('1 HTTP operation');
  });

  it('tells that a config that was there is not changed, because the contract may be missing in it', () => {
    place.write({ 'openapi.yaml': smallApi, 'millwright.config.ts': 'export default {};\n' });
    const { status, stderr } = place.run(['init', 'openapi.yaml']);
    expect(status).toBe(0);
    expect(stderr).toContain('see that its contracts name openapi.yaml');
    expect(readFileSync(place.path('millwright.config.ts'), 'utf8')).toBe('export default {};\n');
  });

  it('refuses a file that is no contract before it writes anything', () => {
    place.write({ 'notes.txt': 'hello' });
    const { status, stderr } = place.run(['init', 'notes.txt']);
    expect(status).toBe(2);
    expect(stderr).toContain('notes.txt is no contract');
    expect(existsSync(place.path('millwright.config.ts'))).toBe(false);
  });

  it('tells the next steps as commands that exist', () => {
    const { stdout } = place.run(['init']);
    const next = [...stdout.matchAll(/npx millwright (\w+)/g)].map(([, command]) => command as string);
    expect(next).toEqual(['lint', 'generate']);
    for (const command of next) expect(place.run([command]).status).toBe(0);
  });
});
