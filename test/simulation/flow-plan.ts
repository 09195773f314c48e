import { Chance } from './chance.ts';
import { type Conditions, incidentsOf, ratesOf, settingsOf } from './plan.ts';

/** A run of the flow, and all that others will do about it. */
export interface PlannedRun {
  readonly key: string;
  readonly atMs: number;
  /** What a person says, and how long it takes to look. */
  readonly wish: 'approve' | 'reject';
  readonly lookMs: number;
  /** Another person decides at the same time, not always the same. */
  readonly rival: 'approve' | 'reject' | undefined;
  /** Somebody without the role tries it first. */
  readonly hasIntruder: boolean;
  /** The service says no to this call of it. */
  readonly refuses: 'book' | 'release' | undefined;
  /** Requests that the partner does not answer. */
  readonly silentTimes: number;
  /** When the signal is given that the run waits for: often before it does, or before it begins. */
  readonly signalsAtMs: readonly number[];
}

/** All that a seed decides where flows run. */
export interface FlowScenario extends Conditions {
  readonly kind: 'flow';
  /** Processes with a host of the same flow. */
  readonly hosts: number;
  readonly partners: number;
  readonly runs: readonly PlannedRun[];
  readonly callTimeoutMs: number;
  readonly callLeaseMs: number;
  /** Tries of a call that has no answer. Few: then a run may fail without anybody knowing what the service has done. */
  readonly callAttemptsMax: number;
  readonly replyTimeoutMs: number;
}

/** Flows run in every fourth seed. */
export const hasFlow = (seed: number): boolean => seed % 4 === 0;

export function flowScenarioOf(seed: number): FlowScenario {
  const chance = new Chance(seed * 2 + 1);
  const faultsMs = chance.between(1_500, 5_000);
  const isLossy = chance.hits(0.15);
  const runs = Array.from({ length: chance.between(1, 5) }, (_, index) => runOf(`R-${index + 1}`, faultsMs, chance));
  const rate = (...choices: readonly number[]): number => (chance.hits(0.6) ? chance.pick(choices) : 0);
  return {
    ...{ seed, kind: 'flow', isLossy, faultsMs, runs },
    hosts: chance.pick([1, 2, 2, 3]),
    partners: chance.between(1, 2),
    callTimeoutMs: chance.pick([200, 800]),
    callLeaseMs: chance.pick([0, 300, 1_000]),
    callAttemptsMax: chance.pick([100_000, 100_000, 100_000, 2]),
    replyTimeoutMs: chance.pick([600, 2_500]),
    settings: settingsOf('rough', chance),
    pace: {
      usualMs: chance.between(1, 4),
      slow: chance.pick([0, 0.02, 0.08]),
      slowMs: chance.pick([50, 400, 2_500]),
    },
    rates: {
      ...ratesOf(chance),
      callLost: rate(0.1, 0.3),
      callLate: rate(0.1, 0.3),
      callAnswerLost: rate(0.1, 0.3),
      serviceBusy: rate(0.1, 0.4),
    },
    skewMaxMs: chance.pick([0, 50, 1_000, 3_000]),
    incidents: incidentsOf({ isLossy, faultsMs, times: runs.map(({ atMs }) => atMs) }, chance),
  };
}

function runOf(key: string, faultsMs: number, chance: Chance): PlannedRun {
  const atMs = chance.between(0, faultsMs * 0.6);
  return {
    ...{ key, atMs },
    wish: chance.pick(['approve', 'approve', 'approve', 'reject'] as const),
    lookMs: chance.pick([50, 300]),
    rival: chance.hits(0.3) ? chance.pick(['approve', 'reject'] as const) : undefined,
    hasIntruder: chance.hits(0.3),
    refuses: chance.hits(0.2) ? chance.pick(['book', 'release'] as const) : undefined,
    silentTimes: chance.pick([0, 0, 0, 1, 3]),
    signalsAtMs: Array.from({ length: chance.pick([1, 1, 2]) }, () => chance.between(0, faultsMs * 0.9)),
  };
}
