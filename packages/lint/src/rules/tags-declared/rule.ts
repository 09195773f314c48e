import { joinPointer } from '@millwright/contract';
import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const tagsDeclared: LintRule = {
  id: 'lint/tags-declared',
  severity: 'warning',
  law: 'Every tag of an operation of a governed API is declared by the document, with a description.',
  why: 'A typing error in a tag makes a group of its own in the documentation, without a word of explanation.',
  fix: 'Add name and description to tags of the document, or correct the tag.',
  check: ({ contract, report }) => {
    for (const operation of [...contract.operations, ...contract.webhooks]) {
      if (!isGovernedEntry(operation.entry)) continue;
      for (const [index, tag] of operation.tags.entries()) {
        const declared = operation.entry.tags.find(({ name }) => name === tag);
        if (declared?.description === undefined)
          report(
            { document: operation.document, pointer: joinPointer(operation.pointer, 'tags', index) },
            `Tag ${tag} is ${declared === undefined ? 'not declared' : 'declared without a description'}`,
          );
      }
    }
  },
};
