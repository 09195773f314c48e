// Two processes, a queue between them, and a switch that kills either at any time. Nothing is lost, nothing happens twice.
// In a terminal: e kills the ERP, m the execution system, b both, q ends. Without one, it kills each five times by itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Ledger, readLedger } from './ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'millwright-kill-switch-'));

/** A process that is started again whenever it is killed; one that ends by itself has failed. */
class Plant {
  readonly name: string;
  readonly #file: string;
  readonly #values: readonly string[];
  #child: ChildProcess | undefined;
  #isEnding = false;
  kills = 0;

  constructor(name: string, file: string, values: readonly string[]) {
    this.name = name;
    this.#file = fileURLToPath(new URL(file, import.meta.url));
    this.#values = values;
  }

  start(): ChildProcess {
    const child = spawn(process.execPath, [...process.execArgv, this.#file, folder, ...this.#values], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.once('exit', (code) => {
      if (this.#isEnding) return;
      if (code !== null) process.exit(1);
      setTimeout(() => this.#isEnding || this.start(), 200);
    });
    return child;
  }

  /** As a power switch does: no handler of the process runs. */
  kill(): void {
    if (this.#child?.kill('SIGKILL') === true) this.kills += 1;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end();
    await once(child, 'exit');
  }
}

const isInteractive = process.stdin.isTTY && process.stdout.isTTY;
const erp = new Plant('ERP', 'erp.ts', [isInteractive ? '1000000' : '120']);
const mes = new Plant('MES', 'mes.ts', []);
// Its subscription has to be known before anything is published.
const first = mes.start();
if (first.stdout !== null) await once(first.stdout, 'data');
erp.start();

async function finish(): Promise<void> {
  await Promise.all([erp.end(), mes.end()]);
  const { orders, jobs, missing, twice, phantom } = readLedger(folder);
  console.log(`${erp.kills} kills of the ERP, ${mes.kills} of the MES`);
  console.log(`${orders} orders, ${jobs} jobs: ${missing} missing, ${twice} twice, ${phantom} out of nowhere`);
  rmSync(folder, { recursive: true, force: true });
}

async function play(): Promise<void> {
  console.log('e kills the ERP, m the MES, b both; q stops the ERP and lets everything arrive');
  process.stdin.setRawMode(true);
  const show = setInterval(() => {
    const { orders, jobs, missing, twice, phantom } = readLedger(folder);
    const state = `${orders} orders  ${jobs} jobs  ${missing} on their way  ${twice} twice  ${phantom} out of nowhere`;
    process.stdout.write(`\r${state}   kills: ERP ${erp.kills}, MES ${mes.kills} `);
  }, 200);
  for await (const key of process.stdin.setEncoding('utf8')) {
    if (key === 'e' || key === 'b') erp.kill();
    if (key === 'm' || key === 'b') mes.kill();
    if (key === 'q' || key === '\u0003') break;
  }
  clearInterval(show);
  process.stdin.setRawMode(false);
  process.stdout.write('\n');
  // It writes no more, and sends what is left.
  await erp.end();
  const sender = new Plant('ERP', 'erp.ts', ['0']);
  sender.start();
  await arrival(({ missing }) => missing === 0);
  await sender.end();
}

async function arrival(isComplete: (ledger: Ledger) => boolean): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100))
    if (isComplete(readLedger(folder))) return;
}

/** Kills each at moments that differ from time to time, then waits until everything has arrived. */
async function killBoth(): Promise<void> {
  for (let kill = 0; kill < 5; kill += 1) {
    await sleep(300 + Math.random() * 500);
    (kill % 2 === 0 ? erp : mes).kill();
    await sleep(300 + Math.random() * 500);
    (kill % 2 === 0 ? mes : erp).kill();
  }
  await arrival(({ orders, missing }) => orders === 120 && missing === 0);
}

await (isInteractive ? play() : killBoth());
await finish();
process.exit(0);
