import { governanceOf } from '@millwright/contract';
import { carriedObjects, isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const humanApprovalDeclared: LintRule = {
  id: 'lint/human-approval-declared',
  severity: 'error',
  law: 'An operation that writes an object which requires human approval requires it too.',
  why: 'Automation releases quality, adjusts inventory or confirms production without anybody having decided it.',
  fix: 'Set requiresHumanApproval to true in x-governance of the operation.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || operation.governance.requiresHumanApproval === true) continue;
      const bodies = operation.requestBody?.content.map(({ schema }) => schema) ?? [];
      const object = bodies
        .flatMap(carriedObjects)
        .find((carried) => governanceOf(carried).requiresHumanApproval === true);
      if (object !== undefined)
        report(operation, `${operation.id} writes ${object.title ?? 'an object'}, which requires human approval`);
    }
  },
};
