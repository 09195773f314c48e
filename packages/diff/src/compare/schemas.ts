import type { Schema } from '@millwright/contract';
import type { Change, Direction, SchemaChange, Step, Usage } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { keywordFacts, type NodeFact } from './keywords.ts';
import { pairBy } from './pairs.ts';

interface Visit {
  readonly base: Schema;
  readonly revision: Schema;
  readonly path: readonly Step[];
}

/** Nodes that one usage leads to at most; a component beyond that is reported by its other users. */
const visitsMax = 20_000;

/**
 * Facts about the schemas that travel. A component that a hundred operations use is compared once for each direction, and its
 * change names them all.
 */
export function compareSchemas(usages: readonly Usage[], classes: SchemaClasses): readonly Change[] {
  const found = new Map<string, { change: Change; reached: SchemaChange['reached'][number][] }>();
  const facts = new Map<Schema, Map<Schema, readonly NodeFact[]>>();
  const numbers = new Map<Schema, number>();
  const numberOf = (schema: Schema): number => {
    const known = numbers.get(schema) ?? numbers.size;
    numbers.set(schema, known);
    return known;
  };
  for (const usage of usages) {
    for (const { base, revision, path } of walk(usage, classes)) {
      let known = facts.get(base)?.get(revision);
      if (known === undefined) {
        known = keywordFacts(base, revision, classes);
        facts.set(base, (facts.get(base) ?? new Map<Schema, readonly NodeFact[]>()).set(revision, known));
      }
      for (const fact of known) {
        const key = `${towards(usage.direction)} ${numberOf(base)} ${numberOf(revision)} ${fact.kind} ${fact.name ?? ''}`;
        const entry = found.get(key);
        if (entry !== undefined) entry.reached.push({ usage, path });
        else {
          const reached = [{ usage, path }];
          found.set(key, { change: changeOf(usage.direction, { base, revision }, fact, reached), reached });
        }
      }
    }
  }
  return [...found.values()].map(({ change }) => change);
}

/** What is given and what is got are judged apart; by REST or by message is the same. */
function towards(direction: Direction): 'in' | 'out' {
  return direction === 'response' || direction === 'send' ? 'out' : 'in';
}

function changeOf(
  direction: Direction,
  { base, revision }: { readonly base: Schema; readonly revision: Schema },
  fact: NodeFact,
  reached: SchemaChange['reached'],
): Change {
  const { kind, name, before, after, focus } = fact;
  return {
    kind,
    direction,
    ...(name === undefined ? {} : { name }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    base: fact.base ?? base,
    revision: fact.revision ?? revision,
    schema: { base, revision, reached, ...(focus === undefined ? {} : { focus }) },
  };
}

/** Pairs of nodes in which something differs, with the way to them. Equal subtrees are passed over by their class. */
function walk({ base, revision }: Usage, classes: SchemaClasses): readonly Visit[] {
  const visits: Visit[] = [{ base: unwrapped(base), revision: unwrapped(revision), path: [] }];
  const seen = new Map<Schema, Set<Schema>>();
  const differing: Visit[] = [];
  for (const visit of visits) {
    const partners = seen.get(visit.base) ?? new Set<Schema>();
    if (partners.has(visit.revision) || classes.classOf(visit.base) === classes.classOf(visit.revision)) continue;
    seen.set(visit.base, partners.add(visit.revision));
    differing.push(visit);
    if (differing.length > visitsMax) break;
    visits.push(...parts(visit, classes));
  }
  return differing;
}

/** The schema behind references that add nothing that could have changed on its own. */
function unwrapped(schema: Schema): Schema {
  let at = schema;
  for (let steps = 0; at.ref !== undefined && steps < 100 && isBare(at); steps += 1) at = at.ref;
  return at;
}

const bare: ReadonlySet<string> = new Set([
  'kind',
  'document',
  'pointer',
  'raw',
  'dialect',
  'resource',
  'ref',
  'title',
  'description',
  'examples',
  'extensions',
  'anchor',
]);

function isBare(schema: Schema): boolean {
  return Object.keys(schema).every((member) => bare.has(member));
}

function parts({ base, revision, path }: Visit, classes: SchemaClasses): readonly Visit[] {
  const found: Visit[] = [];
  const visit = (left: Schema | undefined, right: Schema | undefined, step?: Step): void => {
    if (left !== undefined && right !== undefined)
      found.push({
        base: unwrapped(left),
        revision: unwrapped(right),
        path: step === undefined ? path : [...path, step],
      });
  };
  visit(base.ref, revision.ref);
  if (base.ref !== undefined && revision.ref === undefined && isBare(base)) visit(base.ref, revision);
  for (const [name, property] of base.properties ?? [])
    visit(property, revision.properties?.get(name), { kind: 'property', name });
  const prefix = base.prefixItems?.length ?? 0;
  if (prefix === (revision.prefixItems?.length ?? 0))
    visit(base.items, revision.items, { kind: 'items', from: prefix });
  for (const [index, item] of (base.prefixItems ?? []).entries())
    visit(item, revision.prefixItems?.[index], { kind: 'item', index });
  visit(base.additionalProperties, revision.additionalProperties, {
    kind: 'others',
    declared: [...(base.properties?.keys() ?? []), ...(revision.properties?.keys() ?? [])],
    patterns: [...(base.patternProperties?.keys() ?? []), ...(revision.patternProperties?.keys() ?? [])],
  });
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [left, right] of pairBranches(base[keyword] ?? [], revision[keyword] ?? [], classes).both)
      visit(left, right);
  return found;
}

/** Branches that are the same first, then those that go by the same name, then those at the same place. */
export function pairBranches(
  base: readonly Schema[],
  revision: readonly Schema[],
  classes: SchemaClasses,
): {
  readonly both: readonly (readonly [Schema, Schema])[];
  readonly removed: readonly Schema[];
  readonly added: readonly Schema[];
} {
  const same = pairBy(base, revision, (schema) => String(classes.classOf(schema)));
  const named = pairBy(same.removed, same.added, (schema) => nameOf(schema) ?? `#${classes.classOf(schema)}`);
  const isOnlyChange = named.removed.length === 1 && named.added.length === 1;
  const [removed] = named.removed;
  const [added] = named.added;
  return isOnlyChange
    ? { both: [...named.both, [removed as Schema, added as Schema]], removed: [], added: [] }
    : { both: named.both, removed: named.removed, added: named.added };
}

function nameOf({ ref, title }: Schema): string | undefined {
  return ref === undefined ? title : (ref.title ?? ref.pointer.slice(ref.pointer.lastIndexOf('/') + 1));
}
