// Types and a client from GitHub's REST description, whole process, against the two peers that write the same.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { interleave, peakMegabytes, printSpread, ratioOf, seconds } from './measure.mjs';
import { githubDescription, heyApi, millwright, openapiTypescript, tsc, versions } from './programs.mjs';
import { withScratch } from './scratch.mjs';

const rounds = 5;

const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: [],
  allowImportingTsExtensions: true,
};

export function measure() {
  return withScratch(async (_folder, fresh) => {
    let last = '';
    const ours = () => {
      last = fresh();
      return [
        millwright,
        'generate',
        githubDescription,
        '--generators',
        'types,client',
        '--import-extension',
        'ts',
        '--out',
        last,
      ];
    };
    const hey = () => {
      const plugins = ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'];
      return [heyApi, '-i', githubDescription, '-o', fresh(), '--no-log-file', '--silent', '-p', ...plugins];
    };
    const [our, oats, heys] = interleave(
      [
        { label: 'millwright', args: ours },
        { label: 'openapi-typescript', args: () => [openapiTypescript, githubDescription, '-o', `${fresh()}.ts`] },
        { label: '@hey-api/openapi-ts', args: hey },
      ],
      rounds,
    );
    const against = (name, runs) => [
      {
        question: `types and client from GitHub's description, time, against ${name}`,
        ours: printSpread(seconds(our), 's'),
        peer: printSpread(seconds(runs), 's'),
        ratio: ratioOf(seconds(runs), seconds(our)),
        versions: `${name}, ${versions.github}`,
      },
      {
        question: `the same, peak memory, against ${name}`,
        ours: printSpread(peakMegabytes(our), 'MB'),
        peer: printSpread(peakMegabytes(runs), 'MB'),
        ratio: ratioOf(peakMegabytes(runs), peakMegabytes(our)),
        versions: `${name}, ${versions.github}`,
      },
    ];
    return [
      ...against(versions.openapiTypescript, oats),
      ...against(versions.heyApi, heys),
      { question: 'the output passes tsc --strict', ours: compiles(last), versions: versions.tsc },
    ];
  });
}

function compiles(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }));
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status === 0 && stdout === '') return 'yes';
  process.stderr.write(`${stdout.slice(0, 4000)}\n`);
  return `no (${stdout.split('\n').filter((line) => line.includes('error TS')).length} errors)`;
}
