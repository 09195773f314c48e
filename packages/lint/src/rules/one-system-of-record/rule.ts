import { governanceOf } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const oneSystemOfRecord: LintRule = {
  id: 'lint/one-system-of-record',
  severity: 'error',
  law: 'An event and the object in it name one system of record.',
  why: 'Two systems that both hold the truth drift apart.',
  fix: 'Let operation and object agree.',
  check: ({ contract, report }) => {
    for (const operation of contract.channelOperations) {
      if (!isGovernedEntry(operation.entry)) continue;
      for (const { payload } of operation.messages) {
        const object = payload?.ref ?? payload;
        const owner = object === undefined ? undefined : governanceOf(object).systemOfRecord;
        const named = operation.governance.systemOfRecord;
        if (owner !== undefined && named !== undefined && owner !== named)
          report(
            operation,
            `${operation.id} names ${named} as system of record, ${object?.title ?? 'its object'} names ${owner}`,
          );
      }
    }
  },
};
