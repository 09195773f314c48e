import { governedSchemas } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { conjunctsOf } from '../../schema-walk.ts';

export const propertyDescribed: LintRule = {
  id: 'lint/property-described',
  severity: 'warning',
  law: 'Every property under governance has a description.',
  why: 'A reader guesses, and two readers guess differently.',
  fix: 'Add a description to the property or to the schema that it refers to.',
  check: ({ contract, report }) => {
    for (const schema of governedSchemas(contract)) {
      for (const [name, property] of schema.properties ?? []) {
        if (
          property.boolean === undefined &&
          ![...conjunctsOf(property)].some(({ description = '' }) => description.trim() !== '')
        )
          report(property, `Property ${name} of ${schema.title ?? 'the object'} has no description`);
      }
    }
  },
};
