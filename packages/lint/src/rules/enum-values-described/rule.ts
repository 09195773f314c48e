import { isJsonObject, joinPointer, type Schema } from '@millwright/contract';
import { governedSchemas } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const enumValuesDescribed: LintRule = {
  id: 'lint/enum-values-described',
  severity: 'warning',
  law: 'Every value of an enum under governance, and of every enum that describes some, is described in x-enumDescriptions; nothing else is.',
  why: 'A code means something else in each system when its meaning is not written down.',
  fix: 'Add x-enumDescriptions with a sentence for each value.',
  check: ({ contract, report }) => {
    const claims = contract.schemas.map(({ schema }) => schema).filter(claimsToDescribe);
    for (const schema of new Set([...claims, ...governedSchemas(contract)])) {
      if (schema.enum === undefined) continue;
      const described = schema.extensions?.get('x-enumDescriptions');
      const name = schema.title ?? 'the enum';
      for (const value of schema.enum) {
        const sentence = isJsonObject(described) ? described[String(value)] : undefined;
        if (value !== null && typeof sentence !== 'string')
          report(
            { ...schema, pointer: `${schema.pointer}/enum` },
            `Value ${JSON.stringify(value)} of ${name} is not described`,
          );
      }
      const values = new Set(schema.enum.map(String));
      for (const value of isJsonObject(described) ? Object.keys(described) : [])
        if (!values.has(value))
          report(
            { ...schema, pointer: joinPointer(schema.pointer, 'x-enumDescriptions', value) },
            `${JSON.stringify(value)} is described but is no value of ${name}`,
          );
    }
  },
};

function claimsToDescribe({ extensions }: Schema): boolean {
  return extensions?.has('x-enumDescriptions') === true || extensions?.has('x-vocabulary') === true;
}
