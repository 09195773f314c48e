import { lacking } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const criticalityDeclared: LintRule = {
  id: 'lint/criticality-declared',
  severity: 'error',
  law: 'Every governed operation, channel, message and object declares its criticality.',
  why: 'Alerts cannot be ranked by what they do to the plant.',
  fix: 'Add it to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name } of lacking(contract, 'criticality')) report(place, `${name} declares no criticality`);
  },
};
