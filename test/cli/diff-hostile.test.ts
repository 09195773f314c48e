import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeCorpus } from '../corpora/corpus.ts';
import { type Ended, entry, smallApi } from './run-cli.ts';

const scratch = mkdtempSync(join(tmpdir(), 'millwright-diff-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Something proper of each kind for the other side. */
const proper = {
  openapi: smallApi,
  asyncapi: 'asyncapi: 3.0.0\ninfo: {title: t, version: 1.0.0}\nchannels: {}\n',
  jsonschema: '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}',
};

/** A comparison that hangs is ended, and its status is null then. */
function diff(home: string, args: readonly string[]): Promise<Ended> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [...entry, 'diff', ...args], { cwd: home, timeout: 20_000 });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    child.on('close', (status) => settle({ status, ...texts }));
  });
}

// Breaks for everybody who compares with a contract of somebody else: the gate hangs or dies, or the page that is sent runs code.
describeCorpus('hostile-specs', (folder) => {
  const { files } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
    readonly files: readonly { readonly file: string; readonly vector: string }[];
  };
  for (const { file, vector } of files)
    it(`${file} on either side: ${vector}`, async () => {
      const home = mkdtempSync(join(scratch, 'case-'));
      writeFileSync(join(home, file), readFileSync(join(folder, file)));
      symlinkSync('/etc/hostname', join(home, 'link-out.json'));
      const text = readFileSync(join(folder, file), 'latin1');
      const kind = /["']?asyncapi["']?\s*:/.test(text)
        ? 'asyncapi'
        : /["']?(openapi|swagger)["']?\s*:/.test(text)
          ? 'openapi'
          : 'jsonschema';
      writeFileSync(join(home, 'proper.yaml'), proper[kind]);
      const before = readdirSync(home);
      for (const args of [
        [file, 'proper.yaml', '--format', 'html'],
        ['proper.yaml', file, '--format', 'text'],
      ]) {
        const started = performance.now();
        const { status, stdout, stderr } = await diff(home, args);
        expect(performance.now() - started, 'answers within 5 s').toBeLessThan(5_000);
        expect([0, 1, 3], stderr).toContain(status);
        expect(stdout + stderr, 'no stack trace').not.toMatch(/\n\s+at .*:\d+:\d+/);
        if (status === 3) expect(stdout).toContain(`${file}:`);
        if (args.includes('html')) expect(stdout).not.toMatch(/<(script|img|svg|iframe|a) /i);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(stdout, 'no terminal command').not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      }
      expect(readdirSync(home), 'nothing is written').toEqual(before);
    });
});
