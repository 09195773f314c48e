import { governedObjects } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const propertyExample: LintRule = {
  id: 'lint/property-example',
  severity: 'warning',
  law: 'Every property of a governed object has an example.',
  why: 'A reader guesses, and two readers guess differently.',
  fix: 'Add an example to the property or to the schema that it refers to.',
  check: ({ contract, report }) => {
    for (const schema of governedObjects(contract)) {
      for (const [name, property] of schema.properties ?? []) {
        if (
          (property.examples ??
            property.ref?.examples ??
            (property.ref ?? property).enum ??
            ('const' in property ? [] : undefined)) === undefined
        )
          report(property, `Property ${name} of ${schema.title ?? 'the object'} has no example`);
      }
    }
  },
};
