// All generators over the canonical contracts: the time that the tool itself reports, the whole process, its peak memory.
import { interleave, milliseconds, peakMegabytes, printSpread } from './measure.mjs';
import { millwright, schemas, versions } from './programs.mjs';
import { withScratch } from './scratch.mjs';

const rounds = 15;

export function measure() {
  return withScratch(async (_folder, fresh) => {
    const args = () => [millwright, 'generate', schemas, '--out', fresh()];
    const [runs] = interleave([{ label: 'millwright', args }], rounds);
    const reading = runs.map(({ stderr }) => reported(stderr, 'read'));
    const generating = runs.map(({ stderr }) => reported(stderr, 'generated'));
    const both = reading.map((ms, index) => ms + generating[index]);
    const row = (question, ours, goal) => ({ question, ours, goal, versions: versions.millwright });
    return [
      row('canonical contracts, reading and generating', printSpread(both, 'ms'), 'under 300 ms'),
      row('canonical contracts, reading alone', printSpread(reading, 'ms')),
      row('canonical contracts, generating alone', printSpread(generating, 'ms')),
      row('canonical contracts, whole process', printSpread(milliseconds(runs), 'ms')),
      row('canonical contracts, peak memory', printSpread(peakMegabytes(runs), 'MB'), 'under 120 MB'),
    ];
  });
}

/** In milliseconds, from lines such as `read 60 files, ... in 123 ms` and `generated 42 files for ... in 1.2 s`. */
function reported(stderr, verb) {
  const found = new RegExp(`^${verb} .* in ([\\d.]+) (ms|s)$`, 'm').exec(stderr);
  if (found === null) throw new Error(`no line "${verb} ... in N ms" in:\n${stderr}`);
  return Number(found[1]) * (found[2] === 's' ? 1000 : 1);
}
