import { exampleJudge } from '../../example-judge.ts';
import type { LintRule } from '../../lint-rule.ts';
import { allSchemas } from '../../schema-walk.ts';

export const examplesValid: LintRule = {
  id: 'lint/examples-valid',
  severity: 'error',
  law: 'Examples and defaults obey the schema that they stand in.',
  why: 'A reader copies an example and is refused.',
  fix: 'Correct the example, or the schema.',
  check: ({ contract, report }) => {
    const violation = exampleJudge();
    for (const schema of allSchemas(contract)) {
      const listed = typeof schema.raw === 'object' && Array.isArray(schema.raw['examples']);
      for (const [index, example] of (schema.examples ?? []).entries()) {
        const found = violation(schema, example);
        if (found !== undefined)
          report(
            { ...schema, pointer: listed ? `${schema.pointer}/examples/${index}` : `${schema.pointer}/example` },
            `Example ${found}`,
          );
      }
      const found = schema.default === undefined ? undefined : violation(schema, schema.default);
      if (found !== undefined) report({ ...schema, pointer: `${schema.pointer}/default` }, `Default ${found}`);
    }
  },
};
