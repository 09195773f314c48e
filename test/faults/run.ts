// Promise 1 on the embedded pair: no committed message is lost, none takes effect twice, the order of a key is kept, whatever dies.
// `node test/faults/run.ts [kills at each point]`: kills a producer and a consumer at every named point in turn, restarts them, and
// holds business rows against effects. The same run with each promise broken on purpose must fail, or the run proves nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ledger, readLedger } from './ledger.ts';
import { consumerPoints, type Point, producerPoints, type Sabotage, sabotages, type WorkerPlan } from './points.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
const flags = ['--conditions=@millwright/source', '--disable-warning=ExperimentalWarning'];
const drainMs = 30_000;
const lifeMs = 4_000;
/** Kills at each point that show what a broken promise does. */
const sabotageKills = 2;

/** Deterministic: a seed is printed with a run that fails. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function start(plan: WorkerPlan): ChildProcess {
  return spawn(process.execPath, [...flags, worker, JSON.stringify(plan)], { stdio: ['pipe', 'pipe', 'inherit'] });
}

const ended = (child: ChildProcess): Promise<NodeJS.Signals | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.signalCode)
    : new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));

/** It says that it is at work, or has ended before. */
const ready = (child: ChildProcess): Promise<unknown> =>
  Promise.race([new Promise((resolve) => child.stdout?.once('data', resolve)), ended(child)]);

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A process that lives until its point comes by; one that never meets it is ended and counts for nothing. */
async function live(plan: WorkerPlan): Promise<boolean> {
  const child = start(plan);
  const timer = setTimeout(() => child.kill('SIGTERM'), lifeMs);
  const signal = await ended(child);
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

interface Run {
  readonly ledger: Ledger;
  readonly kills: ReadonlyMap<Point, number>;
}

/** Two loops that die and come back, until every point has killed so often; then both live until everything has arrived. */
async function run(killsEach: number, seed: number, sabotage?: Sabotage): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-faults-'));
  const random = randomOf(seed);
  const kills = new Map<Point, number>();
  const base = { folder, ...(sabotage === undefined ? {} : { sabotage }) };
  // The group has to be known before anything is published.
  const first = start({ ...base, role: 'consumer', rowsMax: 0 });
  await ready(first);
  first.stdin?.end();
  await ended(first);
  const loop = async (role: 'producer' | 'consumer', points: readonly Point[]): Promise<void> => {
    let turn = 0;
    const isOpen = (point: Point): boolean => (kills.get(point) ?? 0) < killsEach;
    // A sabotaged process may never come to some of its points.
    const livesMax = killsEach * points.length * (sabotage === undefined ? 3 : 1);
    for (let lives = 0; points.some(isOpen) && lives < livesMax; lives += 1) {
      const open = points.filter(isOpen);
      const point = open[turn % open.length] as Point;
      turn += 1;
      const visit = 1 + Math.floor(random() * 8);
      const plan: WorkerPlan = { ...base, role, crash: { point, visit }, rowsMax: 1_000_000 };
      if (await live(plan)) kills.set(point, (kills.get(point) ?? 0) + 1);
    }
  };
  let isDying = true;
  const consuming = loop('consumer', consumerPoints).finally(() => {
    isDying = false;
  });
  // The consumer's points come by only while something is sent.
  await loop('producer', producerPoints);
  while (isDying) await feed(base);
  await consuming;
  const ledger = await drained(base, folder);
  rmSync(folder, { recursive: true, force: true });
  return { ledger, kills };
}

/** A producer that lives for a while. */
async function feed(base: Pick<WorkerPlan, 'folder' | 'sabotage'>): Promise<void> {
  const child = start({ ...base, role: 'producer', rowsMax: 1_000_000 });
  await wait(500);
  child.kill('SIGKILL');
  await ended(child);
}

async function drained(base: Pick<WorkerPlan, 'folder' | 'sabotage'>, folder: string): Promise<Ledger> {
  const children = [start({ ...base, role: 'producer', rowsMax: 0 }), start({ ...base, role: 'consumer', rowsMax: 0 })];
  await Promise.all(children.map(ready));
  let ledger = readLedger(folder);
  let seen = -1;
  // Until all has come, or nothing comes any more.
  for (let quietMs = 0; ledger.lost.length > 0 && quietMs < drainMs; ) {
    await wait(250);
    ledger = readLedger(folder);
    quietMs = ledger.effects === seen ? quietMs + 250 : 0;
    seen = ledger.effects;
    if (base.sabotage !== undefined && quietMs >= 3_000) break;
  }
  for (const child of children) child.stdin?.end();
  await Promise.all(children.map(ended));
  return readLedger(folder);
}

const faultsOf = ({ lost, twice, phantom, outOfOrder, deadLetters }: Ledger): string =>
  Object.entries({ lost, twice, phantom, 'out of order': outOfOrder })
    .filter(([, numbers]) => numbers.length > 0)
    .map(([name, numbers]) => `${numbers.length} ${name} (${numbers.slice(0, 5).join(', ')})`)
    .concat(deadLetters > 0 ? [`${deadLetters} dead letters`] : [])
    .join(', ');

const killsEach = Number(process.argv[2] ?? 25);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
let failed = 0;
let passed = 0;
const report = (isRight: boolean, text: string): void => {
  if (isRight) passed += 1;
  else failed += 1;
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'}  ${text}\n`);
};

const started = Date.now();
const { ledger, kills } = await run(killsEach, seed);
const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
const faults = faultsOf(ledger);
report(
  faults === '' && ledger.rows > 0,
  `SQLite: ${total} kills, ${ledger.rows} rows, ${ledger.effects} effects, ${faults || '0 lost, 0 twice, 0 phantom, 0 out of order'}; seed ${seed}, ${Math.round((Date.now() - started) / 1000)} s`,
);
for (const point of [...producerPoints, ...consumerPoints])
  report((kills.get(point) ?? 0) >= killsEach, `${kills.get(point) ?? 0} kills at ${point}`);
for (const sabotage of sabotages) {
  const broken = await run(sabotageKills, seed, sabotage);
  const found = faultsOf(broken.ledger);
  report(found !== '', `sabotage ${sabotage} is caught: ${found || 'nothing was found'}`);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
