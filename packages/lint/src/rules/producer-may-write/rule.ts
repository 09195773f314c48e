import { governanceOf } from '@millwright/contract';
import { carriedObjects, isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const producerMayWrite: LintRule = {
  id: 'lint/producer-may-write',
  severity: 'error',
  law: 'A role that sends an event may create or update the object in it.',
  why: 'A service would publish changes of data that it is not allowed to change.',
  fix: 'Give the role create or update on the object, or let another role send the event.',
  check: ({ contract, report }) => {
    for (const operation of contract.channelOperations) {
      if (operation.action !== 'send' || !isGovernedEntry(operation.entry)) continue;
      const senders = new Set([...(operation.governance.create ?? []), ...(operation.governance.update ?? [])]);
      for (const object of new Set(operation.messages.flatMap(({ payload }) => carriedObjects(payload)))) {
        const { create, update } = governanceOf(object);
        if (create === undefined && update === undefined) continue;
        for (const role of senders) {
          if (create?.includes(role) !== true && update?.includes(role) !== true)
            report(
              operation,
              `${operation.id} lets ${role} send ${object.title ?? 'an object'}, which ${role} may neither create nor update`,
            );
        }
      }
    }
  },
};
