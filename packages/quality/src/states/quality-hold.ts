import type { QualityHold } from '@millwright/sdk/types';
import { type EntryConditions, missing } from './entry-conditions.ts';

const resolved = new Set(['released', 'confirmed', 'voided']);

export const qualityHoldConditions: EntryConditions<QualityHold> = (hold) => {
  if (!resolved.has(hold.status)) return undefined;
  if (hold.resolvedBy === undefined)
    return {
      code: 'approval-missing',
      ...missing('/resolvedBy', 'no person decided it', 'Name the person; no program lifts a hold.'),
    };
  if (hold.resolvedAt === undefined) return missing('/resolvedAt', 'nobody says since when', 'Set resolvedAt.');
  if (hold.resolution === undefined) return missing('/resolution', 'nobody says why', 'State the resolution.');
  return hold.status === 'confirmed' && hold.nonconformanceNumber === undefined
    ? missing('/nonconformanceNumber', 'no nonconformance takes over', 'Raise one and refer to it.')
    : undefined;
};
