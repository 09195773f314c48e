import { lacking } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const ownerDeclared: LintRule = {
  id: 'lint/owner-declared',
  severity: 'error',
  law: 'Every governed operation, channel, message and object declares its owner.',
  why: 'Nobody can be asked before a change, and nobody answers when it breaks.',
  fix: 'Add it to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name } of lacking(contract, 'owner')) report(place, `${name} declares no owner`);
  },
};
