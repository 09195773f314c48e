import type { LintRule } from '../../lint-rule.ts';

export const successResponsePresent: LintRule = {
  id: 'lint/success-response-present',
  severity: 'warning',
  law: 'An operation that declares responses declares one for success.',
  why: 'A generated client knows what went wrong but not what it gets when nothing does.',
  fix: 'Add a response such as 200, 201 or 204.',
  check: ({ contract, report }) => {
    for (const { id, responses, ...operation } of contract.operations) {
      if (responses.length > 0 && responses.every(({ status }) => /^[45]/.test(status)))
        report(operation, `${id} declares no response for success`);
    }
  },
};
