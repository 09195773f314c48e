import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Word, WorkerPlan } from './points.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
const flags = ['--conditions=@millwright/source', '--disable-warning=ExperimentalWarning'];

const startMs = 30_000;

/** Compiled modules, written by whoever ends in peace: hundreds of processes then start in a third of the time. */
const compiled = mkdtempSync(join(tmpdir(), 'millwright-faults-compiled-'));
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }));

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One process of a run, from its start to its end. */
export class Life {
  readonly #child: ChildProcess;
  readonly #said = new Map<Word, number>();
  readonly #ended: Promise<void>;
  /** The run has ended it, not a point. */
  #isOver = false;
  #listener: (() => void) | undefined;

  constructor(plan: WorkerPlan) {
    const child = spawn(process.execPath, [...flags, worker, JSON.stringify(plan)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    });
    this.#child = child;
    // Whoever is dead does not read what it is to end by.
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#said.set(line as Word, this.timesSaid(line as Word) + 1);
      this.#listener?.();
    });
    this.#ended = new Promise((resolve) => {
      child.once('close', () => {
        this.#listener?.();
        resolve();
      });
    });
  }

  timesSaid(word: Word): number {
    return this.#said.get(word) ?? 0;
  }

  /** Whether it has said so, within that time and while it lived. */
  async says(word: Word, withinMs: number): Promise<boolean> {
    const until = Date.now() + withinMs;
    while (this.timesSaid(word) === 0 && Date.now() < until && !this.hasEnded) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now());
        this.#listener = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.timesSaid(word) > 0;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** How it ended: at its point, because the run wanted it, or by itself, which nobody should. */
  async end(): Promise<'at its point' | 'by the run' | 'by itself'> {
    await this.#ended;
    if (this.#isOver) return 'by the run';
    return this.#child.signalCode === 'SIGKILL' ? 'at its point' : 'by itself';
  }

  /** Lets it die at its point, for so long at most once it is ready: how long that takes is a matter of the machine. */
  async run(lifeMs: number): Promise<'at its point' | 'by the run' | 'by itself'> {
    await this.says('ready', startMs);
    const timer = setTimeout(() => this.kill(), lifeMs);
    const how = await this.end();
    clearTimeout(timer);
    return how;
  }

  kill(): void {
    if (this.hasEnded) return;
    this.#isOver = true;
    this.#child.kill('SIGKILL');
  }

  goOn(): void {
    this.#child.kill('SIGCONT');
  }

  /** As an operator stops it: it finishes what it does. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#child.stdin?.end();
    await this.run(startMs);
  }
}
