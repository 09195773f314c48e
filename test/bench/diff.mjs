// What a change breaks: speed on GitHub's REST description and on a small pair, growth, and how often the verdict is right.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containmentRows } from './diff-containment.mjs';
import { growthRows } from './diff-growth.mjs';
import { pairRows } from './diff-pairs.mjs';
import { interleave, milliseconds, peakMegabytes, printRange, ratioOf, seconds } from './measure.mjs';
import { oasdiff, peer } from './peers.mjs';
import { githubDescription, millwright, versions } from './programs.mjs';
import { withScratch } from './scratch.mjs';

const rounds = 3;
const smallRounds = 11;
const native = fileOf('native-peak.mjs');
const oldVersion = '22.0.0';

export function measure() {
  return withScratch(async (folder) => {
    const old = peer('@octokit/openapi', oldVersion);
    const pair = old === undefined ? undefined : [join(old, 'generated/api.github.com.json'), githubDescription];
    const rival = oasdiff();
    return [
      ...(pair === undefined ? [] : [...speedRows(pair, rival), ...growthRows(pair, folder)]),
      ...smallRows(folder, rival),
      ...(await containmentRows()),
      ...(await pairRows(rival)),
    ];
  });
}

function fileOf(name) {
  return new URL(name, import.meta.url).pathname;
}

/** Findings are what is looked for: both exit codes count. */
const ours = (pair, memory) => ({
  label: 'millwright diff',
  memory,
  exitCodes: [0, 1],
  args: () => [millwright, 'diff', ...pair],
});
const theirs = (rival, command, pair) => ({
  label: `oasdiff ${command}`,
  program: rival.program,
  memory: false,
  args: () => [command, ...pair],
});

function speedRows(pair, rival) {
  const name = `@octokit/openapi ${oldVersion} and ${versions.github.split(' ')[1]}`;
  const question = 'diff of two versions of GitHub’s description';
  const commands = rival === undefined ? [] : ['breaking', 'changelog'];
  const [our, ...peers] = interleave(
    [ours(pair, true), ...commands.map((command) => theirs(rival, command, pair))],
    rounds,
  );
  const rows = commands.map((command, index) => ({
    question: `${question}, time, against \`${command}\``,
    ours: printRange(seconds(our), 's'),
    peer: printRange(seconds(peers[index]), 's'),
    ratio: ratioOf(seconds(peers[index]), seconds(our)),
    goal: 'above 1; under 1.5 s',
    versions: `${rival.version}, ${name}`,
  }));
  const memory = {
    question: `${question}, peak memory`,
    ours: printRange(peakMegabytes(our), 'MB'),
    goal: 'under 500 MB',
  };
  if (rival === undefined || process.platform !== 'linux') return [...rows, { ...memory, versions: name }];
  const peaks = interleave(
    [{ label: 'oasdiff breaking', args: () => [native, rival.program, 'breaking', ...pair] }],
    rounds,
  ).map(peakMegabytes)[0];
  return [
    ...rows,
    {
      ...memory,
      peer: printRange(peaks, 'MB'),
      ratio: ratioOf(peaks, peakMegabytes(our)),
      versions: `${rival.version}, ${name}`,
    },
  ];
}

const smallContract = (members) => `openapi: 3.1.0
info: { title: Parts, version: 1.0.0 }
paths:
  /parts:
    post:
      operationId: createPart
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [${members}]
              properties:
                number: { type: string, maxLength: 64 }
                revision: { type: string }
      responses:
        "201": { description: Created. }
`;

function smallRows(folder, rival) {
  const pair = ['old', 'new'].map((name) => join(folder, `${name}.yaml`));
  writeFileSync(pair[0], smallContract('number'));
  writeFileSync(pair[1], smallContract('number, revision'));
  const commands = rival === undefined ? [] : [theirs(rival, 'breaking', pair)];
  const [our, their] = interleave([ours(pair, false), ...commands], smallRounds).map(milliseconds);
  return [
    {
      question: 'diff of a small pair, whole process',
      ours: printRange(our, 'ms'),
      ...(their === undefined ? {} : { peer: printRange(their, 'ms'), ratio: ratioOf(their, our) }),
      goal: 'under 250 ms',
      versions: rival?.version ?? versions.millwright,
    },
  ];
}
