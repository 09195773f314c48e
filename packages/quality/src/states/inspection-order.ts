import type { InspectionOrder } from '@millwright/sdk/types';
import { type EntryConditions, missing } from './entry-conditions.ts';

export const inspectionOrderConditions: EntryConditions<InspectionOrder> = ({ status, verdict }) =>
  status === 'completed' && verdict === undefined
    ? missing('/verdict', 'it has no verdict', 'Report the result; its overall verdict completes the order.')
    : undefined;
