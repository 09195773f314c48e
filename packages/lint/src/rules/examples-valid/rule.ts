import { exampleClaims } from '../../example-claims.ts';
import { exampleJudge } from '../../example-judge.ts';
import type { LintRule } from '../../lint-rule.ts';

export const examplesValid: LintRule = {
  id: 'lint/examples-valid',
  severity: 'error',
  law: 'Examples and defaults obey their schema: those of schemas, parameters, headers, bodies, and payloads and headers of messages.',
  why: 'A reader copies an example and is refused.',
  fix: 'Correct the example, or the schema.',
  check: ({ contract, report }) => {
    const claims = exampleClaims(contract);
    if (claims.length === 0) return;
    const violationOf = exampleJudge(claims);
    for (const claim of claims) {
      const violation = violationOf(claim);
      if (violation !== undefined) report(claim.place, `${claim.what} ${violation}`);
    }
  },
};
