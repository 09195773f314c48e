// Runs all questions or the named ones, and prints one Markdown table: node test/bench/run.mjs [name...]
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { versions } from './programs.mjs';

const names = [
  'github',
  'canonical',
  'startup',
  'validators',
  'import',
  'diff',
  'telemetry',
  'policy',
  'runtime',
  'runtime-long',
];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No question is named ${unknown.join(', ')}. There are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const rows = [];
const loadBefore = loadavg()[0];
for (const name of names.filter((each) => (wanted.length === 0 ? each !== 'runtime-long' : wanted.includes(each)))) {
  process.stderr.write(`${name} ...\n`);
  const { measure } = await import(`./${name}.mjs`);
  try {
    rows.push(...(await measure()));
  } catch (error) {
    process.stderr.write(`${name} failed: ${error.stack}\n`);
    process.exitCode = 1;
  }
}

const header = ['Question', 'Ours', 'Peer', 'Ratio', 'Goal', 'Peer and its version'];
const cells = rows.map(({ question, ours, peer = '', ratio, goal = '', versions: version }) => [
  question,
  ours,
  peer,
  ratio === undefined ? '' : ratio.toFixed(2),
  goal,
  version,
]);
const print = (columns) => `| ${columns.join(' | ')} |`;
const machine = [
  versions.millwright,
  versions.node,
  `${availableParallelism()} cores (${cpus()[0]?.model.trim()})`,
  `${(totalmem() / 1e9).toFixed(1)} GB of memory`,
  `${process.platform} ${process.arch}`,
  `load ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after`,
];
const lines = [print(header), print(header.map(() => '---')), ...cells.map(print)];
process.stdout.write(`${lines.join('\n')}\n\n${machine.join('; ')}.\nA ratio above 1 is in our favour.\n`);
