// Promise 7: relay, inbox and flows under a seeded scheduler with faulty ports; a seed that fails is printed with the command that replays it.
// `npm run simulate [-- --seeds n --first f]` runs many and then every sabotage; `--seed s [--sabotage name] [--trace]` runs one.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { drainMaxMs, neighbourMaxMs, type Outcome } from './outcome.ts';
import { type Mutation, mutations } from './sabotage.ts';
import { simulate } from './simulate.ts';
import type { Share } from './worker.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    sabotage: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

let passed = 0;
let failed = 0;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const number = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`${text} is not a number of seeds\n`);
  return process.exit(2);
};

function judge({ seed, problems, hash }: Outcome, mutation?: Mutation): void {
  if (problems.length === 0) {
    passed += 1;
    return;
  }
  failed += 1;
  const sabotage = mutation === undefined ? '' : ` --sabotage ${mutation}`;
  say(`FAILED  seed ${seed}, trace ${hash}; again: npm run simulate -- --seed ${seed}${sabotage} --trace`);
  for (const problem of problems) say(`        ${problem}`);
}

async function one(seed: number, mutation: Mutation | undefined): Promise<void> {
  const outcome = await simulate(seed, { mutation, ...(values.trace ? { onEvent: say } : {}) });
  const { kind, events, completed, compensated, failed: ended, rows, effects, letters, drainMs, hash } = outcome;
  const flows = `runs of flows: ${completed} completed, ${compensated} compensated, ${ended} failed`;
  say(
    `seed ${seed}: ${kind}, ${events} events, ${rows} rows, ${effects} effects, ${letters} dead letters, ${flows}, drained after ${drainMs} ms, trace ${hash}`,
  );
  judge(outcome, mutation);
}

/** Seeds on all cores; their outcomes do not depend on where they ran. */
async function many(first: number, end: number, onOutcome: (outcome: Outcome) => void): Promise<void> {
  const threads = availableParallelism();
  const shares = Array.from({ length: threads }, (_, index): Share => ({ first: first + index, step: threads, end }));
  const run = (share: Share): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: share });
      worker.on('message', (outcomes: readonly Outcome[]) => outcomes.forEach(onOutcome));
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  await Promise.all(shares.map(run));
}

const summed = [
  ...(['events', 'faults', 'deaths', 'rows', 'effects', 'letters'] as const),
  ...(['completed', 'compensated', 'failed'] as const),
] as const;

async function all(first: number, count: number): Promise<void> {
  const started = Date.now();
  const sum = {
    done: 0,
    events: 0,
    faults: 0,
    deaths: 0,
    ...{ completed: 0, compensated: 0, failed: 0 },
    rows: 0,
    effects: 0,
    letters: 0,
    drainMs: 0,
    neighbourMs: 0,
  };
  await many(first, first + count, (outcome) => {
    sum.done += 1;
    for (const figure of summed) sum[figure] += outcome[figure];
    for (const figure of ['drainMs', 'neighbourMs'] as const) sum[figure] = Math.max(sum[figure], outcome[figure]);
    judge(outcome);
    if (sum.done % 1_000 === 0) process.stderr.write(`${sum.done} of ${count} seeds\n`);
  });
  if (sum.done !== count) throw new Error(`${count - sum.done} seeds have no outcome`);
  const { events, faults, deaths, rows, effects, letters, drainMs, neighbourMs } = sum;
  say(
    `${count} seeds in ${Math.round((Date.now() - started) / 1_000)} s: ${events} events, ${faults} faults, ${deaths} deaths, ${rows} rows, ${effects} effects, ${letters} dead letters`,
  );
  say(`runs of flows: ${sum.completed} completed, ${sum.compensated} compensated, ${sum.failed} failed`);
  say(`longest until all had arrived after the last fault: ${drainMs} ms of ${drainMaxMs}`);
  say(`longest in a sound lane while others failed: ${neighbourMs} ms of ${neighbourMaxMs}`);
}

/** The same seeds with one law broken on purpose: a run that cannot fail proves nothing. */
async function sabotaged(first: number): Promise<void> {
  for (const [name, seedsMax] of Object.entries(mutations)) {
    const mutation = name as Mutation;
    let found: Outcome | undefined;
    for (let seed = first; found === undefined && seed < first + seedsMax; seed += 1) {
      const outcome = await simulate(seed, { mutation });
      if (outcome.problems.length > 0) found = outcome;
    }
    if (found === undefined) failed += 1;
    else passed += 1;
    say(
      found === undefined
        ? `FAILED  sabotage ${name} was not found in ${seedsMax} seeds`
        : `ok      sabotage ${name}: after ${found.seed - first + 1} of at most ${seedsMax} seeds: ${found.problems[0]}`,
    );
  }
}

if (values.sabotage !== undefined && !Object.hasOwn(mutations, values.sabotage)) {
  process.stderr.write(`no such sabotage; there are ${Object.keys(mutations).join(', ')}\n`);
  process.exit(2);
}
const first = number(values.first);
if (values.seed !== undefined) await one(number(values.seed), values.sabotage as Mutation | undefined);
else {
  await all(first, number(values.seeds));
  await sabotaged(first);
}
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
