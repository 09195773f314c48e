import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { entry, root, smallApi, workplace } from './run-cli.ts';

describe('generate --watch', () => {
  const place = workplace();
  const boundMs = 45_000;

  /** Looks again and again until it holds. Fails after the bound with what was seen. */
  async function until(holds: () => boolean, seen: () => string): Promise<void> {
    for (const end = Date.now() + boundMs; !holds(); await pause(50))
      if (Date.now() > end) throw new Error(`waited ${boundMs} ms; seen: ${seen()}`);
  }

  it('the output follows the contract, through an error and out of it, until the process ends', async () => {
    place.write({ 'api.yaml': smallApi });
    const child = spawn(process.execPath, [...entry, 'generate', 'api.yaml', '--out', 'sdk', '--watch'], {
      cwd: place.path('.'),
      env: { ...process.env, NO_COLOR: '1' },
    });
    let told = '';
    let progress = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        told += chunk.toString();
      });
    child.stderr.on('data', (chunk: Buffer) => {
      progress += chunk.toString();
    });
    const ended = new Promise<NodeJS.Signals | null>((settle) => child.on('exit', (_code, signal) => settle(signal)));
    const types = (): string => {
      try {
        return readFileSync(place.path('sdk/types.ts'), 'utf8');
      } catch {
        // The folder is being swapped.
        return '';
      }
    };
    const declares = (name: string): boolean => new RegExp(`export (type|interface) ${name}\\b`).test(types());
    /** Saved again every second, as people do: a change during a run of the generators must not be needed to be seen. */
    const save = async (text: string, holds: () => boolean): Promise<void> => {
      let next = 0;
      await until(
        () => {
          if (Date.now() >= next) {
            writeFileSync(place.path('api.yaml'), text);
            next = Date.now() + 1000;
          }
          return holds();
        },
        () => told,
      );
    };
    try {
      await until(
        () => declares('Order') && told.includes('watching'),
        () => told,
      );
      await save(smallApi.replaceAll('Order', 'Purchase'), () => declares('Purchase'));
      expect(declares('Order')).toBe(false);
      await save('{', () => told.includes('contract/yaml-syntax'));
      expect(declares('Purchase')).toBe(true);
      const mark = progress.length;
      await save(smallApi.replaceAll('Order', 'Delivery'), () => declares('Delivery'));
      // The swap of the folders is over when it watches again.
      await until(
        () => /generated .*\n(.*\n)*?watching .*\n$/.test(progress.slice(mark)),
        () => told,
      );
    } finally {
      child.kill();
    }
    expect(await ended).toBe('SIGTERM');
    expect(readdirSync(place.path('.')).filter((name) => name.includes('millwright'))).toEqual([]);
  }, 240_000);
});

describe('generate --as', () => {
  const place = workplace();

  it('gives an MES what it may do with the canonical contracts and nothing else', () => {
    const { status } = place.run([
      'generate',
      `${root}/schemas`,
      '--out',
      'sdk',
      '--as',
      'mes',
      '--generators',
      'client,events',
    ]);
    expect(status).toBe(0);
    const text = readdirSync(place.path('sdk'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(place.path(`sdk/${name}`), 'utf8'))
      .join('\n');
    expect(text).toMatch(/export (async )?function submitProductionConfirmation\b/);
    expect(text).toMatch(/export (async )?function getItem\b/);
    for (const forbidden of ['createItem', 'decideRelease', 'closeNonconformance'])
      expect(text).not.toMatch(new RegExp(`export (async )?function ${forbidden}\\b`));
    expect(readFileSync(place.path('sdk/millwright.manifest.json'), 'utf8')).toContain('"as": "mes"');
  });

  it('--check knows for which role the folder was made', () => {
    place.write({ 'api.yaml': smallApi });
    place.run(['generate', 'api.yaml', '--out', 'sdk', '--as', 'mes']);
    expect(place.run(['generate', 'api.yaml', '--out', 'sdk', '--as', 'mes', '--check']).status).toBe(0);
    expect(place.run(['generate', 'api.yaml', '--out', 'sdk', '--as', 'erp', '--check']).status).toBe(1);
  });
});

describe('the output folder', () => {
  const place = workplace();
  const generate = ['generate', 'api.yaml', '--out', 'sdk'];

  it('keeps files that were not generated, and takes away those that are not generated any more', () => {
    place.write({ 'api.yaml': smallApi, 'sdk/mine.txt': 'mine', 'sdk/deep/own.ts': 'export const own = 1;\n' });
    expect(place.run(generate).status).toBe(0);
    expect(existsSync(place.path('sdk/client.ts'))).toBe(true);
    expect(place.run([...generate, '--generators', 'types']).status).toBe(0);
    expect(existsSync(place.path('sdk/client.ts'))).toBe(false);
    expect(readFileSync(place.path('sdk/mine.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(place.path('sdk/deep/own.ts'), 'utf8')).toBe('export const own = 1;\n');
  });

  it('refuses to overwrite a file of somebody else, and writes nothing', () => {
    place.write({ 'api.yaml': smallApi, 'sdk/types.ts': 'export type Mine = 1;\n' });
    const { status, stderr } = place.run(generate);
    expect(status).toBe(2);
    expect(stderr).toMatch(/types\.ts was not written by Millwright/);
    expect(readdirSync(place.path('sdk'))).toEqual(['types.ts']);
    expect(readFileSync(place.path('sdk/types.ts'), 'utf8')).toBe('export type Mine = 1;\n');
  });

  for (const guard of ['.git', 'node_modules'])
    it(`refuses a folder that holds ${guard}: it is a project, and a swap would carry it along`, () => {
      place.write({ 'api.yaml': smallApi, [`sdk/${guard}/keep`]: '' });
      const { status, stderr } = place.run(generate);
      expect(status).toBe(2);
      expect(stderr).toContain('--out src/sdk');
      expect(readdirSync(place.path('sdk'))).toEqual([guard]);
    });

  it('tells what to check when it cannot be written', () => {
    // Permissions do not hold for root; that a file is no folder does.
    const isRoot = process.getuid?.() === 0;
    place.write({ 'api.yaml': smallApi, [isRoot ? 'locked' : 'locked/keep']: '' });
    if (!isRoot) chmodSync(place.path('locked'), 0o555);
    const { status, stderr } = place.run(['generate', 'api.yaml', '--out', 'locked/sdk']);
    if (!isRoot) chmodSync(place.path('locked'), 0o755);
    expect(status).toBe(2);
    expect(stderr).toMatch(/fix {5}\S/);
    expect(stderr).not.toMatch(/\n\s+at |bug of Millwright/);
    expect(readdirSync(place.path('.')).sort()).toEqual(['api.yaml', 'locked']);
  });

  it('writes nothing at all from a contract with an error', () => {
    place.write({ 'api.yaml': smallApi.replace('#/components/schemas/Order', '#/components/schemas/Nowhere') });
    expect(place.run(generate).status).toBe(3);
    expect(readdirSync(place.path('.'))).toEqual(['api.yaml']);
  });
});
