import type { CorrectiveAction } from '@millwright/sdk/types';
import { type EntryConditions, type MissingCondition, missing } from './entry-conditions.ts';

const analysed = new Set(['planned', 'implementing', 'verifying', 'closed']);

export const correctiveActionConditions: EntryConditions<CorrectiveAction> = (action) => {
  const { status } = action;
  const lacking = analysed.has(status) ? unplanned(action) : undefined;
  if (lacking !== undefined) return lacking;
  switch (status) {
    case 'verifying':
      return undone(action);
    case 'closed':
      return undone(action) ?? unverified(action) ?? unproven(action, 'effective') ?? undated(action);
    case 'reopened':
      return unproven(action, 'not-effective');
    default:
      return undefined;
  }
};

function unplanned({ rootCause, actions = [] }: CorrectiveAction): MissingCondition | undefined {
  if (rootCause === undefined)
    return missing('/rootCause', 'no root cause is stated', 'State the cause and the method.');
  return actions.some(({ status }) => status !== 'cancelled')
    ? undefined
    : missing('/actions', 'no action is agreed', 'Agree at least one action that is not cancelled.');
}

function undone({ actions = [] }: CorrectiveAction): MissingCondition | undefined {
  const at = actions.findIndex(({ status }) => status === 'open');
  return at === -1
    ? undefined
    : missing(`/actions/${at}/status`, `the action ${actions[at]?.actionId} is open`, 'Finish or cancel it first.');
}

function unverified({ verification, actions = [] }: CorrectiveAction): MissingCondition | undefined {
  if (verification === undefined)
    return missing('/verification', 'nobody checked that the actions were carried out', 'Report the verification.');
  return actions.some(({ owner }) => owner === verification.verifiedBy)
    ? missing(
        '/verification/verifiedBy',
        `${verification.verifiedBy} owns an action`,
        'Have somebody check who owns none.',
      )
    : undefined;
}

function unproven(
  { effectivenessCheck }: CorrectiveAction,
  outcome: 'effective' | 'not-effective',
): MissingCondition | undefined {
  if (effectivenessCheck?.outcome !== outcome)
    return missing('/effectivenessCheck/outcome', `the outcome is not ${outcome}`, 'Report the effectiveness check.');
  return effectivenessCheck.checkedBy === undefined
    ? missing('/effectivenessCheck/checkedBy', 'nobody made the check', 'Name the person who made it.')
    : undefined;
}

function undated({ closedAt }: CorrectiveAction): MissingCondition | undefined {
  return closedAt === undefined ? missing('/closedAt', 'nobody says since when', 'Set closedAt.') : undefined;
}
