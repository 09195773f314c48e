import type { Schema } from '@millwright/contract';
import { isGovernedEntry, isGovernedObject } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { conjunctsOf, propertiesOf, targetOf } from '../../schema-walk.ts';

export const listsArePaged: LintRule = {
  id: 'lint/lists-are-paged',
  severity: 'warning',
  law: 'In a governed API an operation that answers with a list takes cursor and limit, and answers with items and nextCursor.',
  why: 'A list that grows with the plant takes the server down one day.',
  fix: 'Add the query parameters cursor and limit, and answer with items and nextCursor.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      if (!isGovernedEntry(operation.entry) || operation.method !== 'get') continue;
      const bodies = operation.responses
        .filter(({ status }) => status.startsWith('2'))
        .flatMap(({ content }) => content.flatMap(({ schema }) => schema ?? []));
      const names = new Set(operation.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name));
      if (bodies.some(isList) && !(names.has('cursor') && names.has('limit')))
        report(operation, `${operation.id} answers with a list but takes no cursor and limit`);
      else if (bodies.some((body) => isList(body) && !propertiesOf(body).has('nextCursor')))
        report(operation, `${operation.id} answers with a list but without nextCursor`);
    }
  },
};

/** An array, or an object with `items` that is not an object of the business, such as an order with its lines. */
function isList(body: Schema): boolean {
  const parts = [...conjunctsOf(body)];
  if (parts.some(({ type }) => type?.includes('array') === true)) return true;
  const items = propertiesOf(body).get('items');
  return items !== undefined && !parts.some(isGovernedObject) && targetOf(items).type?.includes('string') !== true;
}
