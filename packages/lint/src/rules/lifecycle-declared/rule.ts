import { lacking } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const lifecycleDeclared: LintRule = {
  id: 'lint/lifecycle-declared',
  severity: 'error',
  law: 'Every governed operation, channel, message and object declares its lifecycle.',
  why: 'Consumers cannot tell a draft from a promise.',
  fix: 'Add it to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name } of lacking(contract, 'lifecycle')) report(place, `${name} declares no lifecycle`);
  },
};
