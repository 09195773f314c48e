import { type Contract, documentKind, type Schema, type SourceDocument } from '@millwright/contract';
import { isGovernedDocument } from '../../governed.ts';
import type { LintRule } from '../../lint-rule.ts';
import { exchangedSchemas, reachableFrom } from '../../schema-walk.ts';

export const schemaUsed: LintRule = {
  id: 'lint/schema-used',
  severity: 'warning',
  law: 'Every component schema, and every definition of a governed object, is used.',
  why: 'What nobody uses is read, reviewed and versioned for nothing, and hides a typing error in a $ref.',
  fix: 'Remove it, or refer to it.',
  check: ({ contract, report }) => {
    const reached = reachableFrom([
      ...exchangedSchemas(contract),
      ...contract.schemas
        .filter(({ role, schema }) => role === 'document' || (role !== 'component' && !isOurDefinition(schema)))
        .filter(({ role, schema }) => role !== 'reference' || documentKind(schema.document) === 'jsonschema')
        .map(({ schema }) => schema),
    ]);
    const used = new Set(reached);
    for (const subtype of subtypesOf(contract, used)) for (const part of reachableFrom([subtype])) used.add(part);
    const libraries = librariesOf(contract);
    for (const { name, schema, role } of contract.schemas) {
      const isJudged = role === 'component' ? !libraries.has(schema.document) : isOurDefinition(schema);
      if (isJudged && !used.has(schema)) report(schema, `Schema ${name} is not used`);
    }
  },
};

function isOurDefinition({ document, pointer }: Schema): boolean {
  return isGovernedDocument(document) && documentKind(document) === 'jsonschema' && pointer.startsWith('/$defs/');
}

/** Components that refine a used schema with a discriminator: instances name them, no `$ref` does. */
function subtypesOf(contract: Contract, used: ReadonlySet<Schema>): readonly Schema[] {
  return contract.schemas
    .map(({ schema }) => schema)
    .filter((schema) => schema.allOf?.some(({ ref }) => ref?.discriminator !== undefined && used.has(ref)) === true);
}

/** Documents without operations and channels, which hold components for others. */
function librariesOf(contract: Contract): ReadonlySet<SourceDocument> {
  const busy = new Set(
    [...contract.operations, ...contract.webhooks, ...contract.channels].map(({ entry }) => entry.document),
  );
  return new Set(contract.documents.filter((document) => !busy.has(document)));
}
