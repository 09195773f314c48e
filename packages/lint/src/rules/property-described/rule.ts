import { governedObjects } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const propertyDescribed: LintRule = {
  id: 'lint/property-described',
  severity: 'warning',
  law: 'Every property of a governed object has a description.',
  why: 'A reader guesses, and two readers guess differently.',
  fix: 'Add a description to the property or to the schema that it refers to.',
  check: ({ contract, report }) => {
    for (const schema of governedObjects(contract)) {
      for (const [name, property] of schema.properties ?? []) {
        if ((property.description ?? property.ref?.description) === undefined)
          report(property, `Property ${name} of ${schema.title ?? 'the object'} has no description`);
      }
    }
  },
};
