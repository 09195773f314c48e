import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { isCamelCase } from '../../names.ts';
import { allOperations } from '../../schema-walk.ts';

export const operationIdCamelCase: LintRule = {
  id: 'lint/operation-id-camel-case',
  severity: 'warning',
  law: 'In governed APIs and events the ids of operations are camelCase.',
  why: 'Generated functions are named by them; a name that must be changed to fit a language is not found by searching.',
  fix: 'Write a verb and a noun, such as getItem or publishLotCreated.',
  check: ({ contract, report }) => {
    for (const operation of allOperations(contract)) {
      if (
        isGovernedEntry(operation.entry) &&
        operation.operationId !== undefined &&
        !isCamelCase(operation.operationId)
      )
        report(
          { ...operation, pointer: `${operation.pointer}/operationId` },
          `${operation.operationId} is not camelCase`,
        );
    }
    for (const operation of contract.channelOperations)
      if (isGovernedEntry(operation.entry) && !isCamelCase(operation.id))
        report(operation, `${operation.id} is not camelCase`);
  },
};
