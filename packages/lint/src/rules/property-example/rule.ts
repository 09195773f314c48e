import type { Schema } from '@millwright/contract';
import { governedSchemas } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { conjunctsOf } from '../../schema-walk.ts';

export const propertyExample: LintRule = {
  id: 'lint/property-example',
  severity: 'warning',
  law: 'Every property under governance has an example.',
  why: 'A reader guesses, and two readers guess differently.',
  fix: 'Add an example to the property or to the schema that it refers to.',
  check: ({ contract, report }) => {
    for (const schema of governedSchemas(contract)) {
      for (const [name, property] of schema.properties ?? []) {
        if (property.boolean === undefined && ![...conjunctsOf(property)].some(showsValue))
          report(property, `Property ${name} of ${schema.title ?? 'the object'} has no example`);
      }
    }
  },
};

/** The values of an enum and a constant show themselves. */
function showsValue(schema: Schema): boolean {
  return (schema.examples?.length ?? 0) > 0 || schema.enum !== undefined || 'const' in schema;
}
