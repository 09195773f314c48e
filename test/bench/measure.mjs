// Whole child processes: wall time by the parent's clock, peak memory by the accounting of each process itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hook = new URL('peak-memory.mjs', import.meta.url).href;

/**
 * A command of Node: the arguments after `node`; `program` is something else than Node, which cannot tell its peak. `memory` asks
 * for the peak, which costs the start-up of a small module.
 * @typedef {{ label: string, args: () => readonly string[], program?: string, memory?: boolean, exitCodes?: readonly number[] }} Command
 * @typedef {{ ms: number, peakBytes: number , stderr: string }} Run
 */

/** Runs a command once. A command that fails, or that never said what it used, must not become a figure. */
export function runOnce({ label, args, program = process.execPath, memory = true, exitCodes = [0] }) {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-'));
  try {
    const [peaks, cwd] = [join(folder, 'peaks'), join(folder, 'cwd')];
    for (const path of [peaks, cwd]) mkdirSync(path);
    // A peer must not look for news while it is timed. A program that starts another one hands the hook on to it.
    const env = { ...process.env, NO_COLOR: '1', CI: '1', DO_NOT_TRACK: '1' };
    if (memory) Object.assign(env, { NODE_OPTIONS: `--import=${hook}`, MILLWRIGHT_BENCH_PEAKS: peaks });
    const start = process.hrtime.bigint();
    const run = spawnSync(program, args(), { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 });
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    if (run.error !== undefined) throw run.error;
    if (!exitCodes.includes(run.status))
      throw new Error(`${label}: exit code ${run.status}\n${run.stdout.slice(-2000)}${run.stderr.slice(-2000)}`);
    return { ms, peakBytes: memory ? largestOf(label, peaks) : 0, stderr: run.stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peak of the largest process, in bytes; a launcher that waits for the real program does not count beside it. */
function largestOf(label, folder) {
  const peaks = readdirSync(folder).map((name) => Number(readFileSync(join(folder, name), 'utf8')));
  if (peaks.length === 0) throw new Error(`${label}: no process told its peak memory`);
  return Math.max(...peaks);
}

/** Runs commands in turn, one warm-up and `rounds` counted, so that a drift of the machine meets all of them. */
export function interleave(commands, rounds) {
  const runs = commands.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, command] of commands.entries()) {
      const run = runOnce(command);
      if (round >= 0) runs[index].push(run);
    }
  }
  return runs;
}

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the quotients pair by pair: what two runs beside each other have in common cancels out. */
export function ratioOf(numerators, denominators) {
  return median(numerators.map((value, index) => value / denominators[index]));
}

/** Three digits that mean something, two of them after the point at most. */
const digitsOf = (value) => Math.min(2, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1))));

/** Median with the extremes, for commands that run too long for many rounds: `1.31 s (min 1.25, max 1.40)`. */
export function printRange(values, unit) {
  const middle = median(values);
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digitsOf(middle)));
  return `${middle.toFixed(digitsOf(middle))} ${unit} (min ${least}, max ${most})`;
}

/** Median with the quartiles, in a unit: `12.3 ms (11.9-14.0)`. */
export function printSpread(values, unit) {
  const middle = median(values);
  const digits = digitsOf(middle);
  const sorted = [...values].sort((left, right) => left - right);
  const [low, high] = [0.25, 0.75].map((part) => sorted[Math.round(part * (sorted.length - 1))].toFixed(digits));
  return `${middle.toFixed(digits)} ${unit} (${low}-${high})`;
}

export const seconds = (runs) => runs.map(({ ms }) => ms / 1e3);
export const milliseconds = (runs) => runs.map(({ ms }) => ms);
export const peakMegabytes = (runs) => runs.map(({ peakBytes }) => peakBytes / 1e6);
