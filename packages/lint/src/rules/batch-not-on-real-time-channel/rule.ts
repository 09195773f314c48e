import { governanceOf } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const batchNotOnRealTimeChannel: LintRule = {
  id: 'lint/batch-not-on-real-time-channel',
  severity: 'error',
  law: 'An object of latency class batch is not exchanged on a real-time or near-real-time channel.',
  why: 'Consumers wait for data that comes once a day, or a burst of files blocks urgent messages.',
  fix: 'Move it to a batch channel, or change the latency class.',
  check: ({ contract, report }) => {
    for (const operation of contract.channelOperations) {
      const speed = operation.governance.latency?.class;
      if (!isGovernedEntry(operation.entry) || speed === undefined || speed === 'batch') continue;
      for (const { payload } of operation.messages) {
        const object = payload?.ref ?? payload;
        if (object !== undefined && governanceOf(object).latency?.class === 'batch')
          report(operation, `${operation.id} is ${speed}, but ${object.title ?? 'its object'} is batch`);
      }
    }
  },
};
