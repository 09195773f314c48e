import type { AqlSeverity } from '@millwright/sdk/types';
import { QualityError } from '../quality-error.ts';

/** ISO 2859-1:1999, 9.4. */
const refusedInTightenedMax = 5;

/** What the switching rules need of the inspection of one lot. Lots that are inspected again after refusal do not count. */
export interface InspectedLot {
  /** Severity that the lot was inspected with. */
  readonly severity: AqlSeverity;
  readonly nonconforming: number;
  readonly acceptanceNumber: number;
  readonly rejectionNumber: number;
}

/** What the tables cannot know; without it inspection is never reduced. */
export interface ReductionConditions {
  /** The responsible authority wants reduced inspection. */
  readonly desired: boolean;
  /** Production is at a steady rate, neither irregular nor delayed. */
  readonly steadyProduction: boolean;
  /** Largest total of nonconforming pieces in the last ten samples (MIL-STD-105E, Table VIII), which the authority sets. */
  readonly limitNumber: number;
}

/** Severity of the next lot and why. */
export interface Switching {
  readonly severity: AqlSeverity | 'discontinued';
  readonly reason:
    | 'first-lot'
    | 'unchanged'
    | 'two-of-five-not-accepted'
    | 'five-accepted'
    | 'ten-accepted'
    | 'not-accepted'
    | 'between-acceptance-and-rejection'
    | 'conditions-ended'
    | 'five-not-accepted-in-tightened';
}

/**
 * Severity with which the next lot is inspected after these, the oldest first (MIL-STD-105E 4.7 and 10.1.4). Inspection ends with the
 * fifth lot that is not accepted in an unbroken run of tightened inspection (ISO 2859-1:1999, 9.4); it begins again, tightened,
 * with a new history once the cause is removed.
 * @throws QualityError `inspection-discontinued` when lots were inspected after that end
 */
export function nextSeverity(lots: readonly InspectedLot[], conditions?: ReductionConditions): Switching {
  refuseLotsAfterTheEnd(lots);
  const run = runOf(lots);
  const last = run.at(-1);
  if (last === undefined) return { severity: 'normal', reason: 'first-lot' };
  switch (last.severity) {
    case 'normal':
      return afterNormal(run, conditions);
    case 'tightened':
      return afterTightened(run);
    case 'reduced':
      return afterReduced(last, conditions);
  }
}

function refuseLotsAfterTheEnd(lots: readonly InspectedLot[]): void {
  let refused = 0;
  for (const [at, lot] of lots.slice(0, -1).entries()) {
    if (lot.severity !== 'tightened') refused = 0;
    else if (!isAccepted(lot)) refused += 1;
    if (refused >= refusedInTightenedMax)
      throw new QualityError('inspection-discontinued', `inspection was to end after lot ${at + 1} of ${lots.length}`, {
        remedy: 'Begin a new history, tightened, after the supplier has removed the cause.',
      });
  }
}

function afterNormal(run: readonly InspectedLot[], conditions: ReductionConditions | undefined): Switching {
  if (run.slice(-5).filter((lot) => !isAccepted(lot)).length >= 2)
    return { severity: 'tightened', reason: 'two-of-five-not-accepted' };
  const ten = run.slice(-10);
  const total = ten.reduce((sum, lot) => sum + lot.nonconforming, 0);
  return ten.length === 10 &&
    ten.every(isAccepted) &&
    conditions?.desired === true &&
    conditions.steadyProduction &&
    total <= conditions.limitNumber
    ? { severity: 'reduced', reason: 'ten-accepted' }
    : { severity: 'normal', reason: 'unchanged' };
}

function afterTightened(run: readonly InspectedLot[]): Switching {
  if (run.filter((lot) => !isAccepted(lot)).length >= refusedInTightenedMax)
    return { severity: 'discontinued', reason: 'five-not-accepted-in-tightened' };
  const five = run.slice(-5);
  return five.length === 5 && five.every(isAccepted)
    ? { severity: 'normal', reason: 'five-accepted' }
    : { severity: 'tightened', reason: 'unchanged' };
}

function afterReduced(last: InspectedLot, conditions: ReductionConditions | undefined): Switching {
  if (!isAccepted(last)) return { severity: 'normal', reason: 'not-accepted' };
  if (last.nonconforming > last.acceptanceNumber)
    return { severity: 'normal', reason: 'between-acceptance-and-rejection' };
  return conditions?.desired === true && conditions.steadyProduction
    ? { severity: 'reduced', reason: 'unchanged' }
    : { severity: 'normal', reason: 'conditions-ended' };
}

function isAccepted({ nonconforming, rejectionNumber }: InspectedLot): boolean {
  return nonconforming < rejectionNumber;
}

/** The lots at the end that were inspected with the severity of the last one. */
function runOf(lots: readonly InspectedLot[]): readonly InspectedLot[] {
  const severity = lots.at(-1)?.severity;
  const before = lots.findLastIndex((lot) => lot.severity !== severity);
  return lots.slice(before + 1);
}
