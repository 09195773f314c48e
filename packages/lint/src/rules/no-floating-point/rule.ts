import { governedSchemas } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const noFloatingPoint: LintRule = {
  id: 'lint/no-floating-point',
  severity: 'error',
  law: 'Objects, APIs and events under governance hold no binary floating-point numbers.',
  why: '0.1 kg cannot be held by a double; sums of quantities and money drift apart between systems.',
  fix: 'Use a decimal string, such as the common Quantity, Decimal or Money.',
  check: ({ contract, report }) => {
    for (const schema of governedSchemas(contract)) {
      const isWhole = schema.multipleOf !== undefined && Number.isInteger(schema.multipleOf);
      if (schema.type?.includes('number') === true && !isWhole)
        report(schema, 'A number that is not an integer is a binary floating-point number');
    }
  },
};
