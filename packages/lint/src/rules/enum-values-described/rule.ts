import { isJsonObject } from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';

export const enumValuesDescribed: LintRule = {
  id: 'lint/enum-values-described',
  severity: 'warning',
  law: 'Every value of a governed enum is described in x-enumDescriptions.',
  why: 'A code means something else in each system when its meaning is not written down.',
  fix: 'Add x-enumDescriptions with a sentence for each value.',
  check: ({ contract, report }) => {
    for (const { schema } of contract.schemas) {
      const described = schema.extensions?.get('x-enumDescriptions');
      if (schema.enum === undefined || (described === undefined && schema.extensions?.has('x-vocabulary') !== true))
        continue;
      for (const value of schema.enum) {
        if (typeof value === 'string' && !(isJsonObject(described) && typeof described[value] === 'string'))
          report(
            { ...schema, pointer: `${schema.pointer}/enum` },
            `Value ${JSON.stringify(value)} of ${schema.title ?? 'the enum'} is not described`,
          );
      }
    }
  },
};
