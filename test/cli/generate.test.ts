import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it('a contract that is saved once, while the generators run, is generated again', async () => {
    const many = Array.from(
      { length: 3000 },
      (_, index) => `    Part${index}: {type: object, properties: {id: {type: string}}}`,
    );
    const large = `${smallApi}${many.join('\n')}\n`;
    const later = `${smallApi}    Later: {type: string}\n`;
    place.write({ 'api.yaml': large });
    const args = ['generate', 'api.yaml', '--out', 'sdk', '--watch', '--generators', 'types'];
    const child = spawn(process.execPath, [...entry, ...args], { cwd: place.path('.') });
    let told = '';
    let isSaved = false;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        // The contract has been read and the output is being made.
        if (!isSaved && told.includes('read 1 file')) {
          isSaved = true;
          writeFileSync(place.path('api.yaml'), later);
        }
      });
    const ended = new Promise((settle) => child.on('exit', settle));
    try {
      await until(
        () => told.split('watching').length === 3,
        () => told,
      );
    } finally {
      child.kill();
      await ended;
    }
    expect(readFileSync(place.path('sdk/types.ts'), 'utf8')).toMatch(/export type Later\b/);
  }, 120_000);

  it('a file that the contract refers to is watched from the first run on, though that run fails in it', async () => {
    const part = (text: string): Readonly<Record<string, string>> => ({ 'parts/order.yaml': text });
    place.write({ 'api.yaml': smallApi.replaceAll("'#/components/schemas/Order'", 'parts/order.yaml'), ...part('{') });
    const args = ['generate', 'api.yaml', '--out', 'sdk', '--watch', '--generators', 'types'];
    const child = spawn(process.execPath, [...entry, ...args], { cwd: place.path('.') });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        told += chunk.toString();
      });
    const ended = new Promise((settle) => child.on('exit', settle));
    try {
      await until(
        () => told.includes('contract/yaml-syntax') && told.includes('watching'),
        () => told,
      );
      place.write(part('type: string\ntitle: Mended\n'));
      await until(
        () => told.includes(', written.'),
        () => told,
      );
    } finally {
      child.kill();
      await ended;
    }
    expect(existsSync(place.path('sdk/types.ts'))).toBe(true);
  }, 120_000);

  it('a contract that is added to a watched folder is generated too', async () => {
    place.write({ 'contracts/api.yaml': smallApi });
    const args = ['generate', 'contracts', '--out', 'sdk', '--watch', '--generators', 'types'];
    const child = spawn(process.execPath, [...entry, ...args], { cwd: place.path('.') });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        told += chunk.toString();
      });
    const ended = new Promise((settle) => child.on('exit', settle));
    try {
      await until(
        () => told.includes('watching'),
        () => told,
      );
      place.write({ 'contracts/more.yaml': smallApi.replaceAll('Order', 'Delivery') });
      await until(
        () => told.includes('read 2 files') && told.split('watching').length >= 3,
        () => told,
      );
    } finally {
      child.kill();
      await ended;
    }
    expect(readFileSync(place.path('sdk/types.ts'), 'utf8')).toMatch(/Delivery\b/);
  }, 120_000);
});

describe('generate --as', () => {
  const place = workplace();

  it('says when a contract without governance leaves a role everything, so that nobody ships it as least privilege', () => {
    place.write({ 'api.yaml': smallApi });
    const bare = place.run(['generate', 'api.yaml', '--out', 'sdk', '--as', 'mes', '--quiet']);
    expect(bare.stderr).toMatch(/warning --as mes leaves out nothing of api\.yaml/);
    expect(bare.stdout).toContain('Not narrowed to mes');
    expect(bare.status).toBe(0);
    for (const governance of ['{owner: a, consume: [mes]}', '{owner: a}']) {
      place.write({ 'governed.yaml': `${smallApi}x-governance: ${governance}\n` });
      const governed = place.run(['generate', 'governed.yaml', '--out', 'sdk', '--as', 'mes', '--quiet']);
      expect(governed.stderr + governed.stdout).not.toMatch(/leaves out nothing|Not narrowed/);
    }
    const whole = place.run(['generate', 'api.yaml', '--out', 'sdk', '--quiet']);
    expect(whole.stderr + whole.stdout).not.toMatch(/leaves out nothing|Not narrowed/);
  });

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

  for (const [cut, leave] of [
    ['while it was staged', () => place.write({ '.sdk.millwright-new/types.ts': '// half' })],
    ['after the swap', () => place.write({ '.sdk.millwright-old/types.ts': '// old' })],
    ['between its two renames', () => renameSync(place.path('sdk'), place.path('.sdk.millwright-old'))],
  ] as const)
    it(`a write that was killed ${cut} leaves nothing behind once generate ran again, with nothing to change`, () => {
      place.write({ 'api.yaml': smallApi });
      place.run(generate);
      leave();
      const { status, stdout } = place.run(generate);
      expect(stdout).toContain('up to date');
      expect(status).toBe(0);
      expect(readdirSync(place.path('.')).sort()).toEqual(['api.yaml', 'sdk']);
    });

  it('refuses a link: the swap would put a folder in its place', () => {
    place.write({ 'api.yaml': smallApi, 'real/keep': '' });
    symlinkSync('real', place.path('sdk'));
    const { status, stderr } = place.run(generate);
    expect(stderr).toMatch(/sdk is a link[\s\S]*that it leads to/);
    expect(status).toBe(2);
    expect(readdirSync(place.path('real'))).toEqual(['keep']);
  });

  it.runIf(existsSync('/proc/self'))('ends at once where no folder can be made', () => {
    place.write({ 'api.yaml': smallApi });
    const { status, stderr } = place.run(['generate', 'api.yaml', '--out', '/proc/millwright/sdk']);
    expect(stderr).toMatch(/\/proc\/millwright\/sdk cannot be read or written: [\s\S]*another folder with --out/);
    expect(status).toBe(2);
  });

  it('takes back the folders that it made when it cannot go on', () => {
    place.write({ 'api.yaml': smallApi });
    // The folder itself may have that name, its staging folder may not: it fails with new/ made already.
    const { status, stderr } = place.run(['generate', 'api.yaml', '--out', `new/${'x'.repeat(250)}`]);
    expect(stderr).toMatch(/a name is too long/);
    expect(status).toBe(2);
    expect(readdirSync(place.path('.'))).toEqual(['api.yaml']);
  });

  it('writes nothing at all from a contract with an error', () => {
    place.write({ 'api.yaml': smallApi.replace('#/components/schemas/Order', '#/components/schemas/Nowhere') });
    expect(place.run(generate).status).toBe(3);
    expect(readdirSync(place.path('.'))).toEqual(['api.yaml']);
  });
});

describe('relative imports', () => {
  const place = workplace();

  for (const [why, files, ending] of [
    ['no tsconfig.json', {}, 'js'],
    ['a flag of its own', { 'tsconfig.json': '{"compilerOptions":{"allowImportingTsExtensions":true}}' }, 'ts'],
    [
      'the flag of the configuration that it extends',
      {
        'tsconfig.json': '{ /* of this folder */ "extends": "./base/tsconfig.base" }',
        'base/tsconfig.base.json': '{"compilerOptions":{"rewriteRelativeImportExtensions":true}}',
      },
      'ts',
    ],
    [
      'a flag that it takes back',
      {
        'tsconfig.json': '{"extends":"./base.json","compilerOptions":{"rewriteRelativeImportExtensions":false}}',
        'base.json': '{"compilerOptions":{"rewriteRelativeImportExtensions":true}}',
      },
      'js',
    ],
  ] as const)
    it(`end with .${ending} under ${why}`, () => {
      place.write({ 'api.yaml': smallApi, ...files });
      expect(place.run(['generate', 'api.yaml', '--out', 'sdk']).stdout).toContain(
        `Relative imports end with .${ending}.`,
      );
    });
});
