import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const errorsAreProblems: LintRule = {
  id: 'lint/errors-are-problems',
  severity: 'warning',
  law: 'In a governed API every error response, default included, is an RFC 9457 problem document and nothing else.',
  why: 'A client cannot handle the errors of one API by one piece of code.',
  fix: 'Answer with application/problem+json.',
  check: ({ contract, report }) => {
    const judged = new Set<string>();
    for (const operation of contract.operations) {
      // An answer to HEAD has no body.
      if (!isGovernedEntry(operation.entry) || operation.method === 'head') continue;
      for (const response of operation.responses) {
        const isError =
          /^[45]/.test(response.status) || (response.status === 'default' && operation.responses.length > 1);
        const isProblem = ({ mediaType }: { readonly mediaType: string }): boolean =>
          /^application\/problem\+json\s*(;|$)/i.test(mediaType);
        const place = `${response.document.uri}#${response.pointer}`;
        if (isError && !judged.has(place) && (response.content.length === 0 || !response.content.every(isProblem)))
          report(response, `Response ${response.status} of ${operation.id} is no problem document`);
        if (isError) judged.add(place);
      }
    }
  },
};
