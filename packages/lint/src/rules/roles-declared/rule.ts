import { lacking } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const rolesDeclared: LintRule = {
  id: 'lint/roles-declared',
  severity: 'error',
  law: 'Every governed operation, channel operation and object declares its roles that may create, update or consume it.',
  why: 'Least-privilege SDKs, run-time policy and broker permissions are generated from the roles.',
  fix: 'Add it to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name, governance: _ } of lacking(contract, ['create', 'update', 'consume']))
      report(place, `${name} declares no roles that may create, update or consume it`);
  },
};
