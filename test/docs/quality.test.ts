import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';
import { readJson } from '../schemas/canonical.ts';

const [sample = ''] = [
  ...readFileSync(join(root, 'docs/quality.md'), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm),
].map(([, text = '']) => text);
/** Below this package, whose dependencies the sample finds. */
const folder = join(root, 'test/.tmp/docs-quality');

describe('the sample of the page of quality', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'audit.ts'), sample);
    const config = {
      extends: '../../../tsconfig.base.json',
      compilerOptions: { composite: false, declaration: false, noEmit: true },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('compiles', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('finds the verdict that five pieces were asked for and one was measured', async () => {
    const { auditResult } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'audit.ts')).href);
    const plan = readJson('examples/inspection-plan/valid/minimal.json');
    const result = readJson('examples/inspection-result/valid/pass-minimal.json');
    expect(auditResult(plan, result, 1)).toEqual([]);
    expect(auditResult(plan, result, 500)).toEqual([
      '/characteristics/0/verdict is pass, its values say inconclusive: 1 inspected of the 5 that the sample rule asks for',
      '/verdict is pass, its values say inconclusive: DIA-1 is inconclusive',
    ]);
  });
});
