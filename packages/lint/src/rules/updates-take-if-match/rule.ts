import type { Operation } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const updatesTakeIfMatch: LintRule = {
  id: 'lint/updates-take-if-match',
  severity: 'error',
  law: 'In a governed API every update requires the header If-Match: PUT, PATCH, and a POST or DELETE for which roles may update but not create.',
  why: 'Of two people who change an object at once, one loses the change without a word.',
  fix: 'Add a required header parameter If-Match.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || !isUpdate(operation)) continue;
      const header = operation.parameters.find(
        ({ name, in: place }) => place === 'header' && name.toLowerCase() === 'if-match',
      );
      if (header?.required !== true) report(operation, `${operation.id} does not require If-Match`);
    }
  },
};

/** An action on an object, such as POST .../release, is told from a creation by the roles. */
function isUpdate({ method, governance }: Operation): boolean {
  if (method === 'put' || method === 'patch') return true;
  const isWrite = method === 'post' || method === 'delete';
  return isWrite && (governance.update?.length ?? 0) > 0 && (governance.create?.length ?? 0) === 0;
}
