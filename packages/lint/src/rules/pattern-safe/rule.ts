import type { LintRule } from '../../lint-rule.ts';
import { isVulnerable } from '../../pattern-safety.ts';
import { allSchemas } from '../../schema-walk.ts';

export const patternSafe: LintRule = {
  id: 'lint/pattern-safe',
  severity: 'error',
  law: 'A pattern cannot backtrack catastrophically.',
  why: 'One string of a few dozen characters keeps a validator busy for hours.',
  fix: 'Rewrite the pattern so that no two ways match the same text, such as [a-z]+ instead of ([a-z]+)+.',
  check: ({ contract, report }) => {
    for (const schema of allSchemas(contract)) {
      if (schema.pattern !== undefined && isVulnerable(schema.pattern))
        report(
          { ...schema, pointer: `${schema.pointer}/pattern` },
          `Pattern ${schema.pattern.slice(0, 80)} can backtrack catastrophically`,
        );
    }
  },
};
