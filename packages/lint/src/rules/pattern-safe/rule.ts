import { joinPointer } from '@millwright/contract';
import type { LintRule } from '../../lint-rule.ts';
import { isVulnerable } from '../../pattern-safety.ts';
import { allSchemas } from '../../schema-walk.ts';

export const patternSafe: LintRule = {
  id: 'lint/pattern-safe',
  severity: 'error',
  law: 'A pattern, be it of a value or of names, cannot backtrack catastrophically.',
  why: 'One string of a few dozen characters keeps a validator busy for hours.',
  fix: 'Rewrite the pattern so that no two ways match the same text, such as [a-z]+ instead of ([a-z]+)+.',
  check: ({ contract, report }) => {
    for (const { document, pointer, pattern, patternProperties } of allSchemas(contract)) {
      const patterns = [
        ...(pattern === undefined ? [] : [{ source: pattern, at: joinPointer(pointer, 'pattern') }]),
        ...[...(patternProperties?.keys() ?? [])].map((source) => ({
          source,
          at: joinPointer(pointer, 'patternProperties', source),
        })),
      ];
      for (const { source, at } of patterns)
        if (isVulnerable(source))
          report({ document, pointer: at }, `Pattern ${source.slice(0, 80)} can backtrack catastrophically`);
    }
  },
};
