import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const errorsAreProblems: LintRule = {
  id: 'lint/errors-are-problems',
  severity: 'warning',
  law: 'In a governed API every error response is an RFC 9457 problem document.',
  why: 'A client cannot handle the errors of one API by one piece of code.',
  fix: 'Answer with application/problem+json.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry)) continue;
      for (const response of operation.responses) {
        if (
          /^[45]/.test(response.status) &&
          !response.content.some(({ mediaType }) => mediaType.startsWith('application/problem+json'))
        )
          report(response, `Response ${response.status} of ${operation.id} is no problem document`);
      }
    }
  },
};
