import type { Contract, ContractEntry, Schema } from '@millwright/contract';
import type { Change } from '../change.ts';
import { classify, type SchemaClasses } from '../relate/schema-classes.ts';
import { compareChannels } from './channels.ts';
import { compareComponents, compareDefinitions, componentsOf } from './components.ts';
import { compareDocuments, compareVersions, pairEntries } from './documents.ts';
import { anything, type Facts } from './facts.ts';
import { reachedFrom } from './likeness.ts';
import { compareOperations } from './operations.ts';
import { merged, ordered, orderedUsages } from './order.ts';
import type { Pairs } from './pairs.ts';
import { compareSchemas } from './schemas.ts';
import { compareUnusedParts } from './unused-parts.ts';
import { compareWorkflows } from './workflows.ts';

export interface Comparison {
  readonly changes: readonly Change[];
  /** Classes over both contracts, for the proofs. */
  readonly classes: SchemaClasses;
}

/** Everything that is different between two contracts, without judgement. */
export function compareContracts(base: Contract, revision: Contract): Comparison {
  const facts: Facts = { changes: [], usages: [] };
  const entries = pairEntries(base, revision);
  const names = compareDocuments(base, entries, facts);
  compareOperations(base.operations, revision.operations, { names }, facts);
  compareOperations(base.webhooks, revision.webhooks, { names }, facts);
  compareChannels(base, revision, names, facts);
  compareWorkflows(base, revision, facts);
  compareRoots([base, revision], entries, facts);
  compareDefinitions(base, revision, facts);
  const usages = orderedUsages(facts.usages);
  const classes = classify(
    rootsOf(
      usages.flatMap((usage) => [usage.base, usage.revision]),
      [base, revision],
    ),
  );
  facts.changes.push(...compareSchemas(usages, classes));
  compareComponents(base, revision, classes, facts);
  compareUnusedParts(base, revision, entries, facts);
  compareVersions(entries, facts);
  return { changes: merged(ordered(facts.changes)), classes };
}

/** Schemas that are compared: those that travel, documents within texts, and components by their names. */
function rootsOf(travelling: readonly Schema[], contracts: readonly Contract[]): readonly Schema[] {
  const components = contracts.flatMap((contract) => componentsOf(contract).map(({ schema }) => schema));
  const documents = [...reachedFrom([...travelling, ...components])].flatMap(
    ({ contentSchema }) => contentSchema ?? [],
  );
  return [...travelling, ...components, ...documents];
}

/** Schema files by themselves: a value of the base must stay one, and a value of the revision must have been one. */
function compareRoots(
  [base, revision]: readonly [Contract, Contract],
  entries: Pairs<ContractEntry>,
  facts: Facts,
): void {
  const isSchema = ({ kind }: ContractEntry): boolean => kind === 'jsonschema';
  for (const entry of entries.removed.filter(isSchema))
    facts.changes.push({ kind: 'schema-removed', direction: 'schema', operation: entry.domain, base: entry });
  for (const entry of entries.added.filter(isSchema))
    facts.changes.push({ kind: 'schema-added', direction: 'schema', operation: entry.domain, revision: entry });
  const rootOf = ({ schemas }: Contract, { document }: ContractEntry): Schema | undefined =>
    schemas.find(({ role, schema }) => role === 'document' && schema.document === document)?.schema;
  for (const [before, after] of entries.both) {
    const [left, right] = [rootOf(base, before), rootOf(revision, after)];
    const known = left ?? right;
    if (!isSchema(after) || known === undefined) continue;
    // A file that asks nothing is no named schema: it accepts everything.
    const sides = { base: left ?? anything(before, known), revision: right ?? anything(after, known) };
    facts.usages.push({ direction: 'schema', operation: after.domain, place: 'value', ...sides });
  }
}
