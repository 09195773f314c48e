import { governedSchemas } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { isCamelCase } from '../../names.ts';
import { allMessages, conjunctsOf } from '../../schema-walk.ts';

export const propertyCamelCase: LintRule = {
  id: 'lint/property-camel-case',
  severity: 'warning',
  law: 'Names of properties are camelCase under governance; headers of events have a law of their own.',
  why: 'Two spellings of one field are two fields, and each mapping between them is one more place to err.',
  fix: 'Rename it, such as itemNumber.',
  check: ({ contract, report }) => {
    const envelopes = new Set(
      allMessages(contract).flatMap(({ headers }) => (headers === undefined ? [] : [...conjunctsOf(headers)])),
    );
    for (const schema of governedSchemas(contract)) {
      if (envelopes.has(schema)) continue;
      for (const [name, property] of schema.properties ?? [])
        if (!isCamelCase(name)) report(property, `Property ${name} is not camelCase`);
    }
  },
};
