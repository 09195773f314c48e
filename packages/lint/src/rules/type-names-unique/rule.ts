import type { Schema } from '@millwright/contract';
import { governedSchemas } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';

export const typeNamesUnique: LintRule = {
  id: 'lint/type-names-unique',
  severity: 'error',
  law: 'Under governance one title names one schema, in all documents.',
  why: 'Readers take two things for one, and a generator numbers one of them: its name changes with the order of the files.',
  fix: 'Refer to the first one, or give the other a name of its own.',
  check: ({ contract, report }) => {
    const named = new Map<string, Schema>();
    for (const schema of governedSchemas(contract)) {
      if (schema.title === undefined || isAlias(schema)) continue;
      const first = named.get(schema.title);
      if (first === undefined) named.set(schema.title, schema);
      else if (JSON.stringify(first.raw) !== JSON.stringify(schema.raw))
        report(schema, `${schema.title} names another schema at ${first.document.file}#${first.pointer}`);
    }
  },
};

/** A schema that only refers, and repeats the title of what it refers to. */
function isAlias({ ref, title }: Schema): boolean {
  return ref !== undefined && ref.title === title;
}
