import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutHiddenSources } from './hidden-sources.ts';
import { regressions } from './regressions.ts';
import { type Mutation, mutations } from './sabotage.ts';
import { simulate } from './simulate.ts';

const seedsEach = 50;
const batches = [1, 2, 3, 4, 5, 6].map((batch) => 1_000_000 * batch);

async function traceOf(seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const { hash } = await simulate(seed, { onEvent: (line) => lines.push(line) });
  return [...lines, hash];
}

describe('simulation', () => {
  it.each(batches)(`keeps every law over ${seedsEach} seeds from %i`, async (first) => {
    for (let seed = first; seed < first + seedsEach; seed += 1) {
      const { problems } = await simulate(seed);
      expect(problems, `npm run simulate -- --seed ${seed} --trace`).toEqual([]);
    }
  });

  it.each(regressions)('keeps every law on seed $seed, which found: $found', async ({ seed }) => {
    expect((await simulate(seed)).problems).toEqual([]);
  });

  it('does the same again with the same seed, event for event, and something else with another', async () => {
    for (const seed of [7, 11, 4_711, 8, 16, 4_712]) expect(await traceOf(seed)).toEqual(await traceOf(seed));
    expect((await simulate(7)).hash).not.toBe((await simulate(8)).hash);
  });

  it('notices whoever asks the machine for time or chance', () => {
    const used: string[] = [];
    const restore = withoutHiddenSources((name) => used.push(name));
    const asking = [
      () => Date.now(),
      () => Math.random(),
      () => new Date(),
      () => crypto.randomUUID(),
      () => setTimeout(() => undefined),
      () => crypto.subtle.digest('SHA-256', new Uint8Array()),
    ];
    for (const ask of asking)
      try {
        ask();
      } catch {
        // What is told below.
      }
    restore();
    expect(used).toEqual(['now', 'random', 'new Date()', 'randomUUID', 'setTimeout', 'digest']);
    expect(Date.now()).toBeGreaterThan(Date.UTC(2025, 0));
  });

  it.each([7, 8])('does the same in another process, seed %i', async (seed) => {
    const flags = ['--conditions=@millwright/source', '--disable-warning=ExperimentalWarning'];
    const run = fileURLToPath(new URL('run.ts', import.meta.url));
    const { stdout } = spawnSync(process.execPath, [...flags, run, '--seed', `${seed}`, '--trace'], {
      encoding: 'utf8',
    });
    const here = await traceOf(seed);
    expect(stdout.split('\n').slice(0, here.length - 1)).toEqual(here.slice(0, -1));
    expect(stdout).toContain(`trace ${here.at(-1)}`);
  });

  it.each(Object.entries(mutations))('finds the sabotage %s within %i seeds', async (name, seedsMax) => {
    let found: readonly string[] = [];
    for (let seed = 1; found.length === 0 && seed <= seedsMax; seed += 1)
      found = (await simulate(seed, { mutation: name as Mutation })).problems;
    expect(found).not.toEqual([]);
  });
});
