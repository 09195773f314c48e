// Right, wrong and undecided answers on the JSON Schema containment suite, 2020-12, ours and json-schema-diff's.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersOf } from './answers.mjs';
import { peer } from './peers.mjs';
import { corpora, versions } from './programs.mjs';

const limitMs = 10_000;
const version = '1.0.0';

export async function containmentRows() {
  const folder = join(corpora, 'json-schema-containment/draft2020-12');
  if (!existsSync(folder)) {
    process.stderr.write('skipped: needs ../shared/corpora/json-schema-containment\n');
    return [];
  }
  const questions = globSync('**/*.json', { cwd: folder })
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const rival = peer('json-schema-diff', version);
  const our = scoreOf(questions, await answersOf('containment-worker.mjs', undefined, questions, limitMs));
  const their =
    rival === undefined
      ? undefined
      : scoreOf(questions, await answersOf('containment-worker.mjs', rival, questions, limitMs));
  const total = our.right + our.wrong + our.undecided;
  return [
    {
      question: `containment suite 2020-12, ${total} assertions: right, wrong, undecided`,
      ours: shares(our, total),
      peer: their === undefined ? '' : shares(their, total),
      versions: rival === undefined ? versions.millwright : `json-schema-diff ${version}`,
    },
  ];
}

function scoreOf(questions, answers) {
  const score = { right: 0, wrong: 0, undecided: 0 };
  for (const [index, { tests }] of questions.entries())
    for (const [wanted, got] of [
      [tests.s1SubsetEqOfs2, answers[index]?.[0]],
      [tests.s2SubsetEqOfs1, answers[index]?.[1]],
    ])
      if (wanted !== undefined) score[typeof got !== 'boolean' ? 'undecided' : got === wanted ? 'right' : 'wrong'] += 1;
  return score;
}

function shares({ right, wrong, undecided }, total) {
  return [right, wrong, undecided].map((count) => `${((100 * count) / total).toFixed(1)}% (${count})`).join(', ');
}
