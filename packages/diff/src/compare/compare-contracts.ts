import type { Contract } from '@millwright/contract';
import type { Change } from '../change.ts';
import { classify, type SchemaClasses } from '../relate/schema-classes.ts';
import { compareChannels } from './channels.ts';
import { compareOperations, type Facts } from './operations.ts';
import { compareSchemas } from './schemas.ts';

export interface Comparison {
  readonly changes: readonly Change[];
  /** Classes over both contracts, for the proofs. */
  readonly classes: SchemaClasses;
}

/** Everything that is different between two contracts, without judgement. */
export function compareContracts(base: Contract, revision: Contract): Comparison {
  const facts: Facts = { changes: [], usages: [] };
  compareOperations(base.operations, revision.operations, facts);
  compareOperations(base.webhooks, revision.webhooks, facts);
  compareChannels(base, revision, facts);
  compareRoots(base, revision, facts);
  const classes = classify(facts.usages.flatMap((usage) => [usage.base, usage.revision]));
  return { changes: [...facts.changes, ...compareSchemas(facts.usages, classes)], classes };
}

/** Schema files by themselves: a value of the base must stay one, and a value of the revision must have been one. */
function compareRoots(base: Contract, revision: Contract, facts: Facts): void {
  const roots = (contract: Contract) =>
    contract.entries
      .filter(({ kind }) => kind === 'jsonschema')
      .map((entry) => ({
        entry,
        schema: contract.schemas.find(({ role, schema }) => role === 'document' && schema.document === entry.document)
          ?.schema,
      }));
  const [before, after] = [roots(base), roots(revision)];
  const isSingle = before.length === 1 && after.length === 1;
  for (const { entry, schema } of before) {
    const partner = isSingle ? after[0] : after.find((other) => other.entry.domain === entry.domain);
    if (schema === undefined || partner?.schema === undefined) {
      if (partner === undefined)
        facts.changes.push({ kind: 'schema-removed', direction: 'schema', operation: entry.domain, base: entry });
      continue;
    }
    facts.usages.push({
      direction: 'schema',
      operation: entry.domain,
      place: 'value',
      base: schema,
      revision: partner.schema,
    });
  }
}
