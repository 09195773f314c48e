import type { LintRule } from '../../lint-rule.ts';
import { partsOf } from '../../schema-walk.ts';

export const schemaUsed: LintRule = {
  id: 'lint/schema-used',
  severity: 'warning',
  law: 'Every component schema is used.',
  why: 'What nobody uses is read, reviewed and versioned for nothing, and hides a typing error in a $ref.',
  fix: 'Remove it, or refer to it.',
  check: ({ contract, report }) => {
    const used = new Set(
      contract.schemas.filter(({ role }) => role !== 'component' && role !== 'reference').map(({ schema }) => schema),
    );
    for (const operation of [...contract.operations, ...contract.webhooks]) {
      for (const { schema } of [
        ...operation.parameters,
        ...(operation.requestBody?.content ?? []),
        ...operation.responses.flatMap(({ content, headers }) => [...content, ...headers]),
      ])
        if (schema !== undefined) used.add(schema);
    }
    for (const { messages } of contract.channels)
      for (const { payload, headers } of messages)
        for (const schema of [payload, headers]) if (schema !== undefined) used.add(schema);
    for (const schema of used) for (const part of partsOf(schema)) used.add(part);
    for (const { name, schema, role } of contract.schemas)
      if (role === 'component' && !used.has(schema)) report(schema, `Schema ${name} is not used`);
  },
};
