// Promise 1: no committed message is lost, none takes effect twice, the order of a key is kept, whatever dies.
// `node test/faults/run.ts [--pair name] [--kills n] [--seed n]`: kills a producer and a consumer at every named point so often, disturbs
// what they stand on, restarts them, and holds business rows against effects. The same run with each promise broken on purpose must fail,
// or the run proves nothing.
import { parseArgs } from 'node:util';
import type { DisturbanceName } from './disturbances.ts';
import { FaultRun, type Outcome, type RunOptions } from './fault-run.ts';
import { openGround, ServerMissing, type Servers, startServers } from './ground.ts';
import { faultsOf } from './ledger.ts';
import { type Pair, pairOf, pairs } from './pairs.ts';
import { consumerPoints, producerPoints, type Sabotage } from './points.ts';

const { values } = parseArgs({
  options: { pair: { type: 'string' }, kills: { type: 'string' }, seed: { type: 'string' } },
});
const killsEach = Number(values.kills ?? 25);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
/** Kills at each point for which the disturbances of a pair are counted. */
const killsStated = 25;
/** Kills at each point that show what a broken promise does, and what else it takes. */
const sabotageKills = 2;
const sabotageDisturbances: Readonly<Partial<Record<Sabotage, RunOptions['disturbances']>>> = {
  'no-fence': { 'relay paused': 2 },
  'no-receipts': { 'broker killed': 2 },
};

const counts = { passed: 0, failed: 0, skipped: 0 };
const report = (isRight: boolean, text: string): void => {
  counts[isRight ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'}  ${text}\n`);
};
const sumOf = (counted: ReadonlyMap<unknown, number>): number =>
  [...counted.values()].reduce((sum, count) => sum + count, 0);
const secondsSince = (started: number): number => Math.round((Date.now() - started) / 1_000);

async function attempt(pair: Pair, servers: Servers, options: RunOptions): Promise<Outcome> {
  const ground = await openGround(pair, servers);
  try {
    return await new FaultRun(pair, ground, options).run();
  } finally {
    await ground.close();
  }
}

/** What the pair states for so many kills, and at least once. A server that is somebody else's is not killed. */
function disturbancesOf({ disturbances }: Pair, servers: Servers): RunOptions['disturbances'] {
  const isSpared = (name: string): boolean =>
    (name === 'database killed' && servers.database?.kill === undefined) ||
    (name === 'broker killed' && servers.broker?.kill === undefined);
  const entries = (Object.entries(disturbances) as [DisturbanceName, number][]).filter(([name]) => !isSpared(name));
  return Object.fromEntries(
    entries.map(([name, times]) => [name, Math.max(1, Math.round((times * killsEach) / killsStated))]),
  );
}

async function prove(pair: Pair, servers: Servers): Promise<void> {
  const started = Date.now();
  const disturbances = disturbancesOf(pair, servers);
  const say = (text: string): boolean => process.stdout.write(`        ${secondsSince(started)} s: ${text}\n`);
  const outcome = await attempt(pair, servers, { killsEach, seed, disturbances, say });
  const { ledger, kills, disturbed, crashes, ambiguous, refused } = outcome;
  const faults = faultsOf(ledger) || '0 lost, 0 twice, 0 phantom, 0 out of order, 0 dead letters';
  report(
    faultsOf(ledger) === '' && ledger.rows > 0,
    `${pair.title}: ${sumOf(kills)} kills, ${ledger.rows} rows, ${ledger.effects} effects, ${faults}; seed ${seed}, ${secondsSince(started)} s`,
  );
  report(crashes === 0, `${crashes} processes ended although nobody killed them`);
  for (const point of [...producerPoints, ...consumerPoints])
    report((kills.get(point) ?? 0) >= killsEach, `${kills.get(point) ?? 0} kills at ${point}`);
  for (const [name, times] of Object.entries(disturbances) as [DisturbanceName, number][])
    report((disturbed.get(name) ?? 0) >= times, `${disturbed.get(name) ?? 0} times ${name}, at least ${times}`);
  if (disturbances['answer to a commit lost'] !== undefined)
    report(ambiguous > 0, `${ambiguous} commits were told to the producer as ambiguous`);
  if (disturbances['relay paused'] !== undefined)
    report(refused === disturbed.get('relay paused'), `${refused} relays were refused that woke after another one`);
}

/**
 * What was found; empty when the sabotage went unnoticed. Whether a relay was refused does not show in the ledger, since inbox and order
 * hold without it.
 */
function catchOf(sabotage: Sabotage, { ledger, disturbed, refused }: Outcome): string {
  if (sabotage !== 'no-fence') return faultsOf(ledger);
  const paused = disturbed.get('relay paused') ?? 0;
  return paused > refused ? `${refused} of ${paused} relays were refused that woke after another one` : '';
}

async function proveSabotage(pair: Pair, servers: Servers, sabotage: Sabotage): Promise<void> {
  const started = Date.now();
  const disturbances = sabotageDisturbances[sabotage] ?? {};
  const outcome = await attempt(pair, servers, { killsEach: sabotageKills, seed, disturbances, sabotage });
  const found = catchOf(sabotage, outcome);
  report(
    found !== '',
    `sabotage ${sabotage} is caught: ${found || 'nothing was found'}; ${sumOf(outcome.kills)} kills, ${secondsSince(started)} s`,
  );
}

for (const pair of values.pair === undefined ? pairs : [pairOf(values.pair)]) {
  let servers: Servers;
  try {
    servers = await startServers(pair);
  } catch (error) {
    if (!(error instanceof ServerMissing)) throw error;
    counts.skipped += 1;
    process.stdout.write(`skipped ${pair.title}: ${error.message}\n`);
    continue;
  }
  try {
    await prove(pair, servers);
    for (const sabotage of pair.sabotages) await proveSabotage(pair, servers, sabotage);
  } finally {
    await servers.stop();
  }
}
const { passed, failed, skipped } = counts;
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 ? 0 : 1;
