import type { LintRule } from '../../lint-rule.ts';

export const operationIdPresent: LintRule = {
  id: 'lint/operation-id-present',
  severity: 'warning',
  law: 'Every operation has an operationId.',
  why: 'Generated clients name their functions by it; a name made of method and path changes with the path.',
  fix: 'Add an operationId in camelCase, such as getItem.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (operation.operationId === undefined)
        report(operation, `${operation.method.toUpperCase()} ${operation.path} has no operationId`);
    }
  },
};
