import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { describeCorpus } from '../corpora/corpus.ts';

interface Hostile {
  readonly file: string;
  readonly vector: string;
  readonly outcome: 'generate-safe' | 'reject' | 'generate-safe-or-reject';
}

const cli = new URL('../../cli/src/bin.ts', import.meta.url).pathname;
const guard = ['--import', new URL('guard.mjs', import.meta.url).href] as const;
const memoryMaxBytes = 400e6;
const scratch = mkdtempSync(join(tmpdir(), 'millwright-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// Breaks for everybody who generates from a contract of somebody else: code of theirs runs, or files are written elsewhere.
describeCorpus('hostile-specs', (folder) => {
  const { files } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    readonly files: readonly Hostile[];
  };
  for (const hostile of files) it(`${hostile.file}: ${hostile.vector}`, () => check(folder, hostile));
});

function check(folder: string, { file, outcome }: Hostile): void {
  const home = mkdtempSync(join(scratch, 'case-'));
  // The contract is read where a symbolic link may lead out of its root.
  writeFileSync(join(home, file), readFileSync(join(folder, file)));
  symlinkSync('/etc/hostname', join(home, 'link-out.json'));
  const before = readdirSync(home).sort();
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    [...guard, '--conditions=@millwright/source', cli, 'generate', file, '--out', 'out', '--import-extension', 'ts'],
    { cwd: home, encoding: 'utf8', timeout: 20_000 },
  );
  const peak = /^guard: peak (\d+) kB$/m.exec(run.stderr);
  expect(Number(peak?.[1]) * 1024, run.stderr).toBeLessThan(memoryMaxBytes);
  expect(run.stderr, 'no socket is opened').not.toMatch(/^guard: a /m);
  const text = run.stdout + run.stderr.replace(/^guard: .*\n/m, '');
  expect(text, 'no stack trace').not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(performance.now() - started, 'answers within 5 s').toBeLessThan(5_000);
  if (outcome === 'reject' || run.status !== 0) {
    expect(run.status, text).toBe(3);
    expect(text).toMatch(new RegExp(`${file.replaceAll('.', '\\.')}:\\d+:\\d+`));
    expect(existsSync(join(home, 'out')), 'nothing is written').toBe(false);
    if (outcome === 'generate-safe') expect.fail(`was refused:\n${text}`);
    return;
  }
  expect(readdirSync(home).sort(), 'nothing is written beside the output').toEqual([...before, 'out'].sort());
  const modules = readdirSync(join(home, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const script = `${modules.map((name) => `await import(${JSON.stringify(pathToFileURL(join(home, 'out', name)).href)});`).join('\n')}
if (globalThis.__PWNED !== undefined || ({}).polluted !== undefined) throw new Error('code of the contract ran');`;
  const imported = spawnSync(process.execPath, [...guard, '--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(imported.status, imported.stderr).toBe(0);
}
