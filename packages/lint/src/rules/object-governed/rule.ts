import type { Contract, Schema } from '@millwright/contract';
import { isGovernedEntry, isGovernedObject } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { targetOf } from '../../schema-walk.ts';

export const objectGoverned: LintRule = {
  id: 'lint/object-governed',
  severity: 'error',
  law: 'A schema file that a governed event, request or successful response carries declares x-governance.',
  why: 'The object has no owner and no system of record, and every rule about them passes over it.',
  fix: 'Add x-governance to the root of the schema file.',
  check: ({ contract, report }) => {
    const files = new Set(contract.schemas.filter(({ role }) => role === 'document').map(({ schema }) => schema));
    for (const object of new Set(bodiesOf(contract).map(objectOf)))
      if (files.has(object) && !isGovernedObject(object))
        report(object, `${object.title ?? object.document.file} is exchanged but declares no x-governance`);
  },
};

function bodiesOf(contract: Contract): readonly Schema[] {
  const contents = contract.operations
    .filter(({ entry }) => isGovernedEntry(entry))
    .flatMap(({ requestBody, responses }) => [
      ...(requestBody?.content ?? []),
      ...responses.filter(({ status }) => status.startsWith('2')).flatMap(({ content }) => content),
    ]);
  const messages = contract.channels
    .filter(({ entry }) => isGovernedEntry(entry))
    .flatMap((channel) => channel.messages);
  return [...contents.flatMap(({ schema }) => schema ?? []), ...messages.flatMap(({ payload }) => payload ?? [])];
}

/** The object itself, or that of a list or a page. */
function objectOf(body: Schema): Schema {
  const object = targetOf(body);
  const listed = object.items ?? targetOf(object.properties?.get('items') ?? object).items;
  return listed === undefined ? object : targetOf(listed);
}
