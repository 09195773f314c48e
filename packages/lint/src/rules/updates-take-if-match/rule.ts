import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const updatesTakeIfMatch: LintRule = {
  id: 'lint/updates-take-if-match',
  severity: 'error',
  law: 'In a governed API every update requires the header If-Match.',
  why: 'Of two people who change an object at once, one loses the change without a word.',
  fix: 'Add a required header parameter If-Match.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || !['put', 'patch'].includes(operation.method)) continue;
      const header = operation.parameters.find(
        ({ name, in: place }) => place === 'header' && name.toLowerCase() === 'if-match',
      );
      if (header?.required !== true) report(operation, `${operation.id} does not require If-Match`);
    }
  },
};
