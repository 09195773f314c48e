import { governedNodes } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const deprecationHasSunset: LintRule = {
  id: 'lint/deprecation-has-sunset',
  severity: 'error',
  law: 'What is deprecated says until when it works and what replaces it.',
  why: 'Consumers learn that they must move, but neither by when nor where to.',
  fix: 'Add lifecycle.sunset and lifecycle.replacedBy to x-governance.',
  check: ({ contract, report }) => {
    for (const { place, name, governance } of governedNodes(contract)) {
      const { status, sunset, replacedBy } = governance.lifecycle ?? {};
      if ((status === 'deprecated' || status === 'retired') && (sunset === undefined || replacedBy === undefined))
        report(place, `${name} is ${status} without ${sunset === undefined ? 'sunset' : 'replacedBy'}`);
    }
  },
};
