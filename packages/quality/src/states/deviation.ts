import type { Deviation } from '@millwright/sdk/types';
import { type EntryConditions, missing } from './entry-conditions.ts';

/** The contract demands human approval (x-governance): at least one approval refers to the signature of its person. */
export const deviationConditions: EntryConditions<Deviation> = ({ status, approvals = [] }) => {
  if (status !== 'approved') return undefined;
  if (approvals.length === 0)
    return {
      code: 'approval-missing',
      ...missing('/approvals', 'nobody approved it', 'Have a person approve it; no program may decide alone.'),
    };
  return approvals.some(({ signatureReference }) => signatureReference !== undefined)
    ? undefined
    : {
        code: 'signature-missing',
        ...missing('/approvals', 'no approval is signed', 'Refer to the electronic signature in the quality system.'),
      };
};
