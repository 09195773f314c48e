// Promise 4: while the broker is away writes go on, memory stays flat, and everything arrives after. `node outage.ts [minutes]`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startNats } from '../services/nats.ts';
import { sqlite } from './databases/sqlite.ts';
import { faultsOf, readLedger } from './ledger.ts';
import type { Fare, OutagePlan } from './outage-worker.ts';

const minutes = Number(process.argv[2] ?? 10);
const rowsPerSecond = 50;
const slowestAllowedMs = 1_000;
/** Of what is in use: how much the process takes of the machine beyond that is the engine's choice, and printed. */
const growthAllowedBytes = 8 * 2 ** 20;

const worker = fileURLToPath(new URL('outage-worker.ts', import.meta.url));
const flags = ['--expose-gc', '--conditions=@millwright/source', '--disable-warning=ExperimentalWarning'];

let failed = 0;
let passed = 0;
const report = (isRight: boolean, text: string): void => {
  if (isRight) passed += 1;
  else failed += 1;
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'}  ${text}\n`);
};

function start(plan: OutagePlan): ChildProcess {
  return spawn(process.execPath, [...flags, worker, JSON.stringify(plan)], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin?.end();
  await once(child, 'exit');
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** What happened while the broker was away, judged by the seconds of it. */
function judge(away: readonly [Fare, ...Fare[]]): void {
  const first = away[0];
  const last = away.at(-1) ?? first;
  const written = last.written - first.written;
  const planned = (away.length - 1) * rowsPerSecond;
  report(written >= planned * 0.95, `${written} rows in ${away.length - 1} s without the broker, ${planned} planned`);
  const slowestMs = Math.max(...away.map((fare) => fare.slowestMs));
  report(slowestMs <= slowestAllowedMs, `slowest write ${slowestMs.toFixed(0)} ms, ${slowestAllowedMs} allowed`);
  // The first fifth is for the process to warm up: pools, compiled code, the first growth of the heap.
  const span = Math.max(1, Math.floor(away.length / 5));
  const [early, late] = [away.slice(span, 2 * span), away.slice(-span)].map((fares) =>
    meanOf(fares.map(({ liveBytes }) => liveBytes)),
  ) as [number, number];
  const growth = `${mebibytes(early)} in the second fifth, ${mebibytes(late)} in the last`;
  report(late - early <= growthAllowedBytes, `memory in use ${growth}; ${mebibytes(growthAllowedBytes)} more allowed`);
  report(last.waiting > written * 0.9, `${last.waiting} messages wait in the outbox`);
}

async function run(): Promise<void> {
  const server = await startNats();
  const folder = mkdtempSync(join(tmpdir(), 'millwright-outage-'));
  const books = await sqlite.create(folder, 'outage');
  const plan = (role: 'producer' | 'consumer'): OutagePlan => ({
    ...{ role, rowsPerSecond, places: { run: 'outage', database: books.addresses[role], broker: server.url } },
  });
  const consumer = start(plan('consumer'));
  if (consumer.stdout !== null) await once(consumer.stdout, 'data');
  const producer = start(plan('producer'));
  const fares: Fare[] = [];
  createInterface({ input: producer.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    fares.push(JSON.parse(line) as Fare);
    const { written, waiting, liveBytes, residentBytes } = fares.at(-1) as Fare;
    if (fares.length % 30 === 0)
      process.stderr.write(
        `${fares.length} s: ${written} rows, ${waiting} wait, ${mebibytes(liveBytes)} in use of ${mebibytes(residentBytes)}\n`,
      );
  });
  await wait(3_000);
  await server.kill?.();
  const from = fares.length;
  await wait(minutes * 60_000);
  // What was counted in the second of the kill is neither here nor there.
  const [first, ...others] = fares.slice(from + 2);
  if (first === undefined) throw new Error('the producer says nothing');
  await server.restart?.();
  judge([first, ...others]);
  const back = Date.now();
  // Writing goes on while the backlog drains.
  await wait(5_000);
  await end(producer);
  const drainer = start({ ...plan('producer'), rowsPerSecond: 0 });
  let ledger = await readLedger(books);
  for (; ledger.lost.length > 0 && Date.now() - back < 120_000; ledger = await readLedger(books)) await wait(500);
  const seconds = ((Date.now() - back) / 1_000).toFixed(0);
  await Promise.all([end(drainer), end(consumer)]);
  const faults = faultsOf(ledger) || '0 lost, 0 twice, 0 phantom, 0 out of order';
  report(
    faultsOf(ledger) === '',
    `${ledger.rows} rows, ${ledger.effects} effects: ${faults}; all there ${seconds} s after`,
  );
  await books.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

await run();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
