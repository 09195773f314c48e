import type { Nonconformance } from '@millwright/sdk/types';
import { scaled } from '../decimal.ts';
import { type EntryConditions, type MissingCondition, missing } from './entry-conditions.ts';

const disposed = new Set(['dispositioned', 'verified', 'closed']);

export const nonconformanceConditions: EntryConditions<Nonconformance> = (raised) => {
  const { status, containments = [], closedAt } = raised;
  if (status === 'contained' && containments.length === 0)
    return missing('/containments', 'nothing keeps the material apart', 'Report the containment that was taken.');
  if (disposed.has(status)) {
    const lacking = undecided(raised);
    if (lacking !== undefined) return lacking;
  }
  return (status === 'closed' || status === 'voided') && closedAt === undefined
    ? missing('/closedAt', 'nobody says since when', 'Set closedAt.')
    : undefined;
};

/** Dispositions cover the whole quantity, no more and no less; use-as-is and repair say why. */
function undecided({ quantity, dispositions = [] }: Nonconformance): MissingCondition | undefined {
  let covered = 0n;
  for (const [at, decision] of dispositions.entries()) {
    const pointer = `/dispositions/${at}`;
    const { unit, value } = decision.quantity;
    if (unit !== quantity.unit)
      return missing(
        `${pointer}/quantity/unit`,
        `a disposition is in ${unit} and the quantity in ${quantity.unit}`,
        'Convert it exactly; nothing is converted silently.',
      );
    const explained = decision.justification !== undefined;
    if ((decision.disposition === 'use-as-is' || decision.disposition === 'repair') && !explained)
      return missing(`${pointer}/justification`, `${decision.disposition} has no reason`, 'Add the justification.');
    covered += scaled(value) ?? 0n;
  }
  const decided = dispositions.map((decision) => decision.quantity.value).join(' + ') || '0';
  return covered === scaled(quantity.value)
    ? undefined
    : missing(
        '/dispositions',
        `${decided} ${quantity.unit} are decided of ${quantity.value}`,
        'Decide about the whole quantity, once.',
      );
}
