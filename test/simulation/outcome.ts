import type { FlowScenario } from './flow-plan.ts';
import type { Plan } from './plan.ts';
import type { Mutation } from './sabotage.ts';

export interface Outcome {
  readonly seed: number;
  readonly kind: Plan['kind'] | FlowScenario['kind'];
  /** What did not hold; empty when everything did. */
  readonly problems: readonly string[];
  /** Of every event in its order: equal when two runs were equal. */
  readonly hash: string;
  readonly events: number;
  /** Calls that were made to fail, and processes that died. */
  readonly faults: number;
  readonly deaths: number;
  /** From the end of the faults until everything had arrived, in virtual milliseconds. */
  readonly drainMs: number;
  /** Of calm runs: the longest time from commit to effect in a lane where nothing failed. */
  readonly neighbourMs: number;
  /** How the runs of flows have ended. */
  readonly completed: number;
  readonly compensated: number;
  readonly failed: number;
  readonly rows: number;
  readonly effects: number;
  readonly letters: number;
}

export interface SimulationOptions {
  readonly mutation?: Mutation | undefined;
  /** Told of every event, as one line. */
  readonly onEvent?: (line: string) => void;
}

/** Liveness: so long after the last fault everything has arrived. */
export const drainMaxMs = 30_000;
/** Promise 3: so long a message of a sound lane may take while others fail. */
export const neighbourMaxMs = 1_000;
export const lookMs = 100;
