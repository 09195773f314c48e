import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const writesTakeIdempotencyKey: LintRule = {
  id: 'lint/writes-take-idempotency-key',
  severity: 'error',
  law: 'In a governed API every write requires the header Idempotency-Key.',
  why: 'A repeated request after a lost answer is applied twice.',
  fix: 'Add a required header parameter Idempotency-Key.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || !['post', 'put', 'patch', 'delete'].includes(operation.method)) continue;
      const header = operation.parameters.find(
        ({ name, in: place }) => place === 'header' && name.toLowerCase() === 'idempotency-key',
      );
      if (header?.required !== true) report(operation, `${operation.id} does not require Idempotency-Key`);
    }
  },
};
