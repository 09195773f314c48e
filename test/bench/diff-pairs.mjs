// Which breaks of oasdiff's own test pairs are found: by us, by oasdiff and by openapi-diff.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersOf } from './answers.mjs';
import { peer } from './peers.mjs';
import { corpora, millwright, versions } from './programs.mjs';

const limitMs = 20_000;
const version = '0.24.1';

export async function pairRows(oasdiff) {
  const folder = join(corpora, 'openapi-breaking-pairs');
  if (!existsSync(folder)) {
    process.stderr.write('skipped: needs ../shared/corpora/openapi-breaking-pairs\n');
    return [];
  }
  // Where base and revision are one file, oasdiff's test changed it in code: nobody can find that.
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')).filter(
    ({ base, revision }) => base !== revision,
  );
  const pairs = cases.map(({ base, revision }) => [join(folder, base), join(folder, revision)]);
  const our = scoreOf(
    cases,
    pairs.map((pair) => verdict(process.execPath, [millwright, 'diff', ...pair, '--quiet'])),
  );
  const rows = [];
  const against = (name, answers) =>
    rows.push({
      question: 'oasdiff’s test pairs: breaks found, missed, not read; false alarms',
      ours: our,
      peer: scoreOf(cases, answers),
      versions: name,
    });
  if (oasdiff !== undefined)
    against(
      oasdiff.version,
      pairs.map((pair) => verdict(oasdiff.program, ['breaking', ...pair, '--fail-on', 'ERR'])),
    );
  const rival = peer('openapi-diff', version);
  if (rival !== undefined)
    against(`openapi-diff ${version}`, await answersOf('pairs-worker.mjs', rival, pairs, limitMs));
  return rows.length > 0 ? rows : [{ question: 'oasdiff’s test pairs', ours: our, versions: versions.millwright }];
}

/** 0 is no break and 1 a break for both programs; whatever else is no verdict. */
function verdict(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'ignore' });
  return status === 0 ? false : status === 1 ? true : undefined;
}

function scoreOf(cases, answers) {
  const count = (isBreaking, answer) =>
    cases.filter(({ level }, index) => (level === 'breaking') === isBreaking && answers[index] === answer).length;
  const breaking = cases.filter(({ level }) => level === 'breaking').length;
  return `${count(true, true)} of ${breaking}, ${count(true, false)}, ${count(true, undefined)}; ${count(false, true)} of ${cases.length - breaking}`;
}
