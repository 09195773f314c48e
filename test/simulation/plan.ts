import { Chance } from './chance.ts';
import type { Pace } from './process.ts';

/** What is wrong with a message when it is handled. */
export type Trouble =
  | { readonly kind: 'none' }
  /** Fails so often, then succeeds. */
  | { readonly kind: 'transient'; readonly times: number }
  | { readonly kind: 'poison' | 'permanent' | 'contract' };

export interface PlannedMessage {
  readonly number: number;
  readonly key: string;
  readonly trouble: Trouble;
  /** What hangs on it: the urgent ones overtake where something waits, but not in their lane. */
  readonly criticality: 'stops-production' | 'informational' | undefined;
}

/** One transaction of an application. */
export interface PlannedWrite {
  readonly atMs: number;
  readonly messages: readonly PlannedMessage[];
  /** The application changes its mind after it has published. */
  readonly isUndone: boolean;
}

/** Shares of the calls that go wrong while faults are on. */
export interface Rates {
  /** A call to a store outside of transactions fails, before or after it took effect. */
  readonly storeCall: number;
  readonly statement: number;
  readonly beforeCommit: number;
  readonly ambiguousCommit: number;
  /** A publication is refused before the broker has it, or its answer is lost after. */
  readonly publishRefused: number;
  readonly publishAnswerLost: number;
  readonly duplicate: number;
  readonly ackLost: number;
  /** A process dies where it passes a named point. */
  readonly deathAtPoint: number;
  /** A call to a service does not reach it, has its effect after the caller has given up, or has it and the answer is lost. */
  readonly callLost: number;
  readonly callLate: number;
  readonly callAnswerLost: number;
  /** A service asks to be called again later. */
  readonly serviceBusy: number;
}

export interface Incident {
  readonly atMs: number;
  readonly kind:
    | 'death'
    | 'restart'
    | 'pause'
    | 'clock'
    | 'broker-crash'
    | 'broker-refuses'
    | 'store-outage'
    | 'purge'
    | 'replay'
    | 'discard';
  readonly durationMs: number;
}

export interface Settings {
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly batchMax: number;
  readonly attemptsMax: number;
  readonly retryInitialMs: number;
  readonly retryMaxMs: number;
  readonly gapMaxMs: number;
  readonly dedupeMs: number;
  /** After that long without a verdict the broker delivers again. */
  readonly ackWaitMs: number;
  /** So many messages may wait in an outbox. */
  readonly countMax: number;
}

/** What the systems of a run live with, whatever they do. */
export interface Conditions {
  readonly seed: number;
  /** The broker forgets in a crash what it has taken, so the outbox keeps a message until its receivers have confirmed it. */
  readonly isLossy: boolean;
  readonly settings: Settings;
  readonly pace: Pace;
  readonly rates: Rates;
  readonly skewMaxMs: number;
  readonly incidents: readonly Incident[];
  /** Faults stop then. */
  readonly faultsMs: number;
}

/** All that a seed decides before the run begins; the scheduler decides the rest with the same seed. */
export interface Plan extends Conditions {
  /**
   * `calm`: only messages fail, so that their neighbours' delay can be measured. `rough`: everything fails, and nothing gives up early,
   * so every sound message must take effect. `impatient`: gaps are skipped and attempts end soon, so a sound message may be a dead letter.
   */
  readonly kind: 'calm' | 'rough' | 'impatient';
  readonly keys: readonly string[];
  readonly producers: number;
  readonly consumers: number;
  /** Every effect is confirmed by a message of its own, the other way. */
  readonly isConfirmed: boolean;
  readonly writes: readonly PlannedWrite[];
}

const noRates: Rates = {
  storeCall: 0,
  statement: 0,
  beforeCommit: 0,
  ambiguousCommit: 0,
  publishRefused: 0,
  publishAnswerLost: 0,
  duplicate: 0,
  ackLost: 0,
  deathAtPoint: 0,
  ...{ callLost: 0, callLate: 0, callAnswerLost: 0, serviceBusy: 0 },
};

export function planOf(seed: number): Plan {
  // Its own row of numbers: what the scheduler draws must not depend on how much was planned.
  const chance = new Chance(seed * 2 + 1);
  const kind = chance.pick(['calm', 'rough', 'rough', 'rough', 'rough', 'impatient', 'impatient'] as const);
  const isCalm = kind === 'calm';
  const isLossy = !isCalm && chance.hits(0.2);
  const keys = ['WO-1', 'WO-2', 'WO-3', 'WO-4'].slice(0, chance.between(isCalm ? 2 : 1, 4));
  const faultsMs = chance.between(1_500, 6_000);
  const writes = writesOf({ isCalm, keys, faultsMs }, chance);
  return {
    ...{ seed, kind, isLossy, keys, faultsMs, writes },
    producers: chance.pick([1, 2, 2, 3]),
    consumers: chance.between(1, 3),
    isConfirmed: chance.hits(0.4),
    settings: settingsOf(kind, chance),
    pace: {
      usualMs: chance.between(1, 4),
      slow: isCalm ? 0 : chance.pick([0, 0.02, 0.08]),
      slowMs: chance.pick([50, 400, 2_500]),
    },
    rates: isCalm ? noRates : ratesOf(chance),
    skewMaxMs: isCalm ? 0 : chance.pick([0, 50, 1_000, 3_000]),
    incidents: isCalm ? [] : incidentsOf({ isLossy, faultsMs, times: writes.map(({ atMs }) => atMs) }, chance),
  };
}

export function settingsOf(kind: Plan['kind'], chance: Chance): Settings {
  const isImpatient = kind === 'impatient';
  return {
    pollMs: chance.pick([100, 200, 500]),
    leaseMs: chance.pick([300, 1_000, 3_000]),
    batchMax: chance.pick([1, 3, 200]),
    attemptsMax: isImpatient ? chance.between(2, 8) : 100_000,
    // Long where nothing else is wrong: whoever waits for a neighbour's next try must be seen to.
    retryInitialMs: kind === 'calm' ? 2_000 : 20,
    retryMaxMs: kind === 'calm' ? 3_000 : chance.pick([200, 1_000]),
    gapMaxMs: isImpatient ? chance.between(200, 2_000) : 86_400_000,
    dedupeMs: 86_400_000,
    ackWaitMs: chance.pick([500, 2_000]),
    countMax: chance.pick([1_000_000, 1_000_000, 1_000_000, kind === 'calm' ? 1_000_000 : 4]),
  };
}

/** Each seed has some of the faults and not others: what all together hide, a few together show. */
export function ratesOf(chance: Chance): Rates {
  const rate = (...choices: readonly number[]): number => (chance.hits(0.5) ? chance.pick(choices) : 0);
  return {
    ...noRates,
    storeCall: rate(0.02, 0.1),
    statement: rate(0.01, 0.05),
    beforeCommit: rate(0.02, 0.1),
    ambiguousCommit: rate(0.03, 0.15),
    publishRefused: rate(0.05, 0.3),
    publishAnswerLost: rate(0.05, 0.2),
    duplicate: rate(0.1, 0.5),
    ackLost: rate(0.05, 0.2),
    deathAtPoint: rate(0.005, 0.02),
  };
}

interface Writing {
  readonly isCalm: boolean;
  readonly keys: readonly string[];
  readonly faultsMs: number;
}

function writesOf({ isCalm, keys, faultsMs }: Writing, chance: Chance): readonly PlannedWrite[] {
  const count = chance.between(5, 24);
  const troubled = chance.pick(isCalm ? [0.3, 0.6] : [0, 0.1, 0.3]);
  const undone = chance.pick([0, 0.2]);
  let number = 0;
  const message = (): PlannedMessage => {
    number += 1;
    const key = chance.pick(keys);
    // Where neighbours are measured, all trouble is in one lane.
    const isTroubled = chance.hits(isCalm && key !== keys[0] ? 0 : troubled);
    return {
      ...{ number, key },
      trouble: isTroubled ? troubleOf(isCalm ? 2 : 4, chance) : { kind: 'none' },
      criticality: chance.pick(['stops-production', 'informational', undefined, undefined] as const),
    };
  };
  return Array.from({ length: count }, () => ({
    atMs: chance.between(0, faultsMs * 0.8),
    messages: Array.from({ length: chance.hits(0.2) ? 2 : 1 }, message),
    isUndone: chance.hits(undone),
  }));
}

function troubleOf(timesMax: number, chance: Chance): Trouble {
  const kind = chance.pick(['transient', 'poison', 'permanent', 'contract'] as const);
  return kind === 'transient' ? { kind, times: chance.between(1, timesMax) } : { kind };
}

interface Course extends Pick<Plan, 'isLossy' | 'faultsMs'> {
  /** When something is begun. */
  readonly times: readonly number[];
}

export function incidentsOf({ isLossy, faultsMs, times }: Course, chance: Chance): readonly Incident[] {
  const all: readonly Incident['kind'][] = [
    ...(['death', 'restart', 'pause', 'clock', 'broker-crash', 'broker-refuses'] as const),
    ...(['store-outage', 'replay', 'discard'] as const),
  ];
  const kinds = chance.shuffled(all).slice(0, chance.between(1, 6));
  const incident = (kind: Incident['kind']): Incident => ({
    // Half of them while something is under way.
    atMs: chance.hits(0.5) ? chance.between(0, faultsMs) : chance.pick(times) + chance.between(0, 80),
    kind,
    durationMs: chance.pick([20, 300, 1_500, 4_000]),
  });
  const several = (least: number, most: number, kindOf: () => Incident['kind']): readonly Incident[] =>
    Array.from({ length: chance.between(least, most) }, () => incident(kindOf()));
  return [
    ...several(0, 6, () => 'purge'),
    ...(isLossy ? several(2, 6, () => 'broker-crash') : []),
    ...several(0, 12, () => chance.pick(kinds)),
  ];
}
