import { governedObjects } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { conjunctsOf, propertiesOf, targetOf } from '../../schema-walk.ts';

export const statesDeclared: LintRule = {
  id: 'lint/states-declared',
  severity: 'warning',
  law: 'A governed object with a status of listed values says by x-states which of them follows which.',
  why: 'Each system allows the changes that it thinks of, and an object that was closed in one is reopened by another.',
  fix: 'Declare x-states with property, initial, final and transitions.',
  check: ({ contract, report }) => {
    for (const schema of governedObjects(contract)) {
      const status = propertiesOf(schema).get('status');
      const isListed =
        status !== undefined && [...conjunctsOf(targetOf(status))].some((part) => part.enum !== undefined);
      const isDeclared = [...conjunctsOf(schema)].some((part) => part.extensions?.has('x-states') === true);
      if (isListed && !isDeclared)
        report(schema, `Object ${schema.title ?? schema.pointer} has a status but does not say how it changes`);
    }
  },
};
