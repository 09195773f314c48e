import { lacking } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const latencyDeclared: LintRule = {
  id: 'lint/latency-declared',
  severity: 'error',
  law: 'Every governed operation, channel, message and object declares its latency class.',
  why: 'Consumers cannot tell late from lost.',
  fix: 'Add it to x-governance of the node or of its document.',
  check: ({ contract, report }) => {
    for (const { place, name } of lacking(contract, 'latency')) report(place, `${name} declares no latency class`);
  },
};
