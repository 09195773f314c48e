import { governedSchemas, isGovernedDocument } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { isPascalCase } from '../../names.ts';

export const schemaNamePascalCase: LintRule = {
  id: 'lint/schema-name-pascal-case',
  severity: 'warning',
  law: 'Names of component schemas and definitions, and titles of schemas, are PascalCase under governance.',
  why: 'Generated types are named by them; a title with blanks is changed by each generator in its own way.',
  fix: 'Write a noun such as WorkOrder, and put the sentence into the description.',
  check: ({ contract, report }) => {
    const governed = governedSchemas(contract);
    for (const { name, role, schema } of contract.schemas) {
      const isComponent = role === 'component' && isGovernedDocument(schema.document);
      const isDefinition = role === 'definition' && governed.has(schema);
      if ((isComponent || isDefinition) && !isPascalCase(name)) report(schema, `Schema ${name} is not PascalCase`);
    }
    for (const schema of governed)
      if (schema.title !== undefined && !isPascalCase(schema.title))
        report(
          { ...schema, pointer: `${schema.pointer}/title` },
          `Title ${JSON.stringify(schema.title)} is not PascalCase`,
        );
  },
};
