import { governedNodes } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const rolesDeclared: LintRule = {
  id: 'lint/roles-declared',
  severity: 'error',
  law: 'Every governed operation, channel, message and object declares the roles that need it: who may create or update it where it is written or sent, and who may consume it where it is received.',
  why: 'Least-privilege SDKs, run-time policy and broker permissions are generated from the roles; what nobody is given is closed to all.',
  fix: 'Add create, update or consume to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name, governance, inherited, rights } of governedNodes(contract)) {
      const isNothing = (rightsGiven: typeof governance): boolean =>
        rightsGiven.create === undefined && rightsGiven.update === undefined && rightsGiven.consume === undefined;
      if (inherited !== undefined && isNothing(governance) && isNothing(inherited)) continue;
      for (const group of rights)
        if (!group.some((right) => (governance[right]?.length ?? 0) > 0))
          report(place, `${name} declares no roles that may ${group.join(' or ')} it`);
    }
  },
};
