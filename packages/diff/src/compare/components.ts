import type { Contract, NamedSchema } from '@millwright/contract';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import type { Facts } from './facts.ts';
import { type Pairs, pairBy, pairRest } from './pairs.ts';

const fileOf = ({ schema }: NamedSchema): string => schema.document.uri.slice(schema.document.uri.lastIndexOf('/') + 1);

/** Components and definitions, by file and name, then by name. */
function pairByName(base: Contract, revision: Contract): Pairs<NamedSchema> {
  return pairRest(
    pairBy(componentsOf(base), componentsOf(revision), (named) => `${fileOf(named)} ${named.name}`),
    ({ name }) => name,
  );
}

/** Schemas that others refer to by name. */
export function componentsOf({ schemas }: Contract): readonly NamedSchema[] {
  return schemas.filter(({ role }) => role === 'component' || role === 'definition');
}

/** Definitions of schema files that were asked for are compared for themselves: whoever refers to them may be anywhere. */
export function compareDefinitions(base: Contract, revision: Contract, facts: Facts): void {
  const files = new Set(
    [base, revision].flatMap(({ entries }) =>
      entries.filter(({ kind }) => kind === 'jsonschema').map(({ document }) => document),
    ),
  );
  for (const [before, after] of pairByName(base, revision).both)
    if (files.has(before.schema.document) && files.has(after.schema.document))
      facts.usages.push({
        direction: 'schema',
        operation: after.name,
        place: 'value',
        base: before.schema,
        revision: after.schema,
      });
}

/** Names of components never travel, but generated code has types by them. A renamed one is known by what it demands. */
export function compareComponents(base: Contract, revision: Contract, classes: SchemaClasses, facts: Facts): void {
  const pairs = pairRest(pairByName(base, revision), ({ schema }) => String(classes.classOf(schema)));
  for (const { name, schema } of pairs.removed)
    facts.changes.push({ kind: 'component-removed', direction: 'none', name, base: schema });
  for (const { name, schema } of pairs.added)
    facts.changes.push({ kind: 'component-added', direction: 'none', name, revision: schema });
  for (const [before, after] of pairs.both)
    if (before.name !== after.name)
      facts.changes.push({
        kind: 'component-renamed',
        direction: 'none',
        name: after.name,
        base: before.schema,
        revision: after.schema,
        before: before.name,
        after: after.name,
      });
}
