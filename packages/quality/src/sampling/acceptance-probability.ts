import type { SinglePlan } from './single-plans.ts';

/**
 * Probability that a plan accepts a lot out of a process with this share of nonconforming pieces, 0 to 1: one point of the operating
 * characteristic (binomial, MIL-STD-105E 4.11). An estimate for people who choose a plan, hence a float; no verdict uses it.
 */
export function acceptanceProbability(
  { sampleSize, acceptanceNumber }: Pick<SinglePlan, 'sampleSize' | 'acceptanceNumber'>,
  nonconforming: number,
): number {
  if (!(nonconforming >= 0 && nonconforming <= 1)) throw new RangeError('a share is 0 to 1');
  if (nonconforming === 1) return acceptanceNumber >= sampleSize ? 1 : 0;
  // In logarithms, because (1 - p)^3150 is no float any more.
  let logTerm = sampleSize * Math.log1p(-nonconforming);
  let sum = Math.exp(logTerm);
  for (let count = 1; count <= Math.min(acceptanceNumber, sampleSize); count += 1) {
    logTerm += Math.log((sampleSize - count + 1) / count) + Math.log(nonconforming) - Math.log1p(-nonconforming);
    sum += Math.exp(logTerm);
  }
  return Math.min(sum, 1);
}
