import {
  comparisonOf,
  type Difference,
  type ReconcileOptions,
  type ReconcileTotals,
  type Sides,
} from './reconcile/sides.ts';
import { reconcileSorted } from './reconcile/sorted.ts';
import { reconcileUnsorted } from './reconcile/unsorted.ts';

export type { MemberDifference } from './reconcile/differing.ts';
export { laterVersion } from './reconcile/exact.ts';
export type { Repair, RepairOptions, RepairPort } from './reconcile/repair.ts';
export { repairDifferences } from './reconcile/repair.ts';
export type { Difference, ReconcileOptions, ReconcileTotals, Side, Sides } from './reconcile/sides.ts';
export { sidesOf, UnsortedSide } from './reconcile/sides.ts';

/**
 * Compares what two systems hold, by key and version, and tells what is missing in the copy, extra there, or different. Differences
 * come as they are found and hold their objects; nobody keeps them. Returns how many there were.
 */
export async function* reconcile(sides: Sides, options: ReconcileOptions): AsyncGenerator<Difference, ReconcileTotals> {
  if (options.key.length === 0) throw new RangeError('a key needs at least one member');
  const comparison = comparisonOf(options);
  return yield* options.sorted === true
    ? reconcileSorted(sides, options, comparison)
    : reconcileUnsorted(sides, options, comparison);
}
