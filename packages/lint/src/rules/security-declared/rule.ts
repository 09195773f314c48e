import type { Operation } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const securityDeclared: LintRule = {
  id: 'lint/security-declared',
  severity: 'error',
  law: 'Every operation of a governed API requires a declared security scheme, unless it is classified as public.',
  why: 'Whoever reaches the network reads and changes the data of the plant.',
  fix: 'Add security to the operation or to the document, or set classification to public.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || operation.governance.classification === 'public') continue;
      const fault = faultOf(operation);
      if (fault !== undefined) report(operation, `${operation.id} ${fault}`);
    }
  },
};

function faultOf({ security, entry }: Operation): string | undefined {
  if (security === undefined) return 'declares no security';
  if (security.length === 0 || security.some((alternative) => alternative.size === 0))
    return 'can be called without credentials';
  const unknown = security
    .flatMap((alternative) => [...alternative.keys()])
    .find((name) => !entry.securitySchemes.has(name));
  return unknown === undefined ? undefined : `requires ${unknown}, which is no security scheme of the document`;
}
