import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import { writeReport } from '../format/format-report.ts';
import { type ContractFlags, contractPaths, count, openContract } from '../input/open-contract.ts';
import { plantEvents } from '../simulate/plant-events.ts';
import type { Terminal } from '../terminal.ts';
import { PayloadChecker } from '../validate/payload-checker.ts';

export interface SimulateFlags extends ContractFlags {
  readonly rate: string;
  readonly for: string;
  readonly from?: string;
  readonly speed: string;
  readonly seed: string;
  readonly config?: string;
}

const progressMs = 2_000;

/** `millwright simulate`: the events of a plant, one JSON document a line. */
export async function simulate(paths: readonly string[], flags: SimulateFlags, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadConfig(flags.config);
  const [rate, seconds, speed] = [positive('--rate', flags.rate), positive('--for', flags.for), speedOf(flags.speed)];
  const from = flags.from === undefined ? Date.now() : Date.parse(flags.from);
  if (Number.isNaN(from))
    throw new UsageFailure(`--from ${flags.from} is no time`, 'Write it as 2026-01-30T21:59:00Z.');
  const [contract, diagnostics] = await openContract(contractPaths(paths, loaded, 'simulate'), flags, loaded, terminal);
  if (contract === undefined) {
    const summary = `Nothing is simulated: ${count(diagnostics.length, 'error')} in the contract.`;
    await writeReport({ command: 'simulate', diagnostics, summary }, 'text', terminal);
    return exitCodes.invalidContract;
  }
  if (contract.channels.length === 0)
    throw new UsageFailure('The contract has no channel', 'Name an AsyncAPI document with messages.');
  const span = { from, until: from + seconds * 1_000 };
  const checker = new PayloadChecker(contract, 'strict');
  const started = performance.now();
  let [told, number] = [started, 0];
  for (const { at, event } of plantEvents(contract, checker, { seed: flags.seed, rate, ...span })) {
    const waitMs = speed === 0 ? 0 : (at - from) / speed - (performance.now() - started);
    if (waitMs > 1) await sleep(waitMs);
    terminal.write(`${JSON.stringify(event)}\n`);
    number += 1;
    if (performance.now() - told < progressMs) continue;
    told = performance.now();
    terminal.progress(`${count(number, 'event')}, plant time ${new Date(at).toISOString()}`);
  }
  terminal.progress(`${count(number, 'event')} of ${seconds} s of plant time`);
  return exitCodes.clean;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1e7) return value;
  throw new UsageFailure(`${flag} ${text} is no number that it takes`, `Write a number above 0, such as ${flag} 60.`);
}

function speedOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1e6) return value;
  throw new UsageFailure(
    `--speed ${text} is no factor`,
    'Write 1 for real time, 60 for a minute a second, 0 for no waiting.',
  );
}
