import { isGovernedEntry } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const listsArePaged: LintRule = {
  id: 'lint/lists-are-paged',
  severity: 'warning',
  law: 'In a governed API an operation that answers with a list takes cursor and limit.',
  why: 'A list that grows with the plant takes the server down one day.',
  fix: 'Add the query parameters cursor and limit, and answer with items and nextCursor.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || operation.method !== 'get') continue;
      const body = operation.responses.find(({ status }) => status === '200')?.content[0]?.schema;
      const object = body?.ref ?? body;
      const isList = object?.type?.includes('array') === true || object?.properties?.has('items') === true;
      const names = new Set(operation.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name));
      if (isList && !(names.has('cursor') && names.has('limit')))
        report(operation, `${operation.id} answers with a list but takes no cursor and limit`);
    }
  },
};
