import { joinPointer } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { segmentsOutOfCase } from '../../names.ts';

export const pathKebabCase: LintRule = {
  id: 'lint/path-kebab-case',
  severity: 'warning',
  law: 'Segments of the paths of a governed API are kebab-case.',
  why: 'Paths are compared letter by letter; a reader who guesses the case of one from another is refused.',
  fix: 'Write lower-case words with hyphens, such as /work-orders/{workOrderNumber}.',
  check: ({ contract, report }) => {
    const governed = contract.operations.filter(({ entry }) => isGovernedEntry(entry));
    const paths = new Map(governed.map(({ entry, path }) => [`${entry.document.uri} ${path}`, { entry, path }]));
    for (const { entry, path } of paths.values())
      for (const segment of segmentsOutOfCase(path))
        report(
          { document: entry.document, pointer: joinPointer('', 'paths', path) },
          `Segment ${segment} of ${path} is not kebab-case`,
        );
  },
};
