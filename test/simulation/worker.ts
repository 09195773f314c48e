// One thread of a simulation: seeds in, outcomes out.
import { parentPort, workerData } from 'node:worker_threads';
import type { Outcome } from './outcome.ts';
import type { Mutation } from './sabotage.ts';
import { simulate } from './simulate.ts';

/** Every `step`-th seed from `first`, before `end`. */
export interface Share {
  readonly first: number;
  readonly step: number;
  readonly end: number;
  readonly mutation?: Mutation | undefined;
}

// A run makes thousands of errors on purpose, and nobody reads where they were made.
Error.stackTraceLimit = 0;

const { first, step, end, mutation } = workerData as Share;
const batchMax = 50;
let batch: Outcome[] = [];
for (let seed = first; seed < end; seed += step) {
  batch.push(await simulate(seed, { mutation }));
  if (batch.length < batchMax) continue;
  parentPort?.postMessage(batch);
  batch = [];
  // Messages go out between two turns of the event loop, and a run leaves it none.
  await new Promise((resolve) => setImmediate(resolve));
}
parentPort?.postMessage(batch);
