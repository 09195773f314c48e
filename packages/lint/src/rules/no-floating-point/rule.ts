import { governedObjects } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { partsOf } from '../../schema-walk.ts';

export const noFloatingPoint: LintRule = {
  id: 'lint/no-floating-point',
  severity: 'error',
  law: 'Objects under governance hold no binary floating-point numbers.',
  why: '0.1 kg cannot be held by a double; sums of quantities and money drift apart between systems.',
  fix: 'Use a decimal string, such as the common Quantity, Decimal or Money.',
  check: ({ contract, report }) => {
    const seen = new Set(governedObjects(contract));
    for (const schema of seen) {
      if (schema.type?.includes('number') === true)
        report(schema, 'A number that is not an integer is a binary floating-point number');
      for (const part of partsOf(schema)) if (part.document === schema.document) seen.add(part);
    }
  },
};
