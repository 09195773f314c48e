import type { Schema } from '@millwright/contract';
import { type Change, type Direction, inValue, type SchemaChange, type Step, type Usage } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { annotationChanges } from './annotations.ts';
import { branchesOf } from './branches.ts';
import { anything, isGiven } from './facts.ts';
import { hiddenDirection, isHidden } from './hidden.ts';
import { keywordFacts, leadsTo, type NodeFact } from './keywords.ts';
import { Likeness, xmlOf } from './likeness.ts';

interface Visit {
  readonly base: Schema;
  readonly revision: Schema;
  readonly path: readonly Step[];
}

/** Nodes that one usage leads to at most; a component beyond that is reported by its other users. */
const visitsMax = 20_000;

interface Found {
  readonly change: Change;
  readonly reached: SchemaChange['reached'][number][];
}

/**
 * Facts about the schemas that travel. A component that a hundred operations use is compared once for each direction, and its
 * change names them all.
 */
export function compareSchemas(usages: readonly Usage[], classes: SchemaClasses): readonly Change[] {
  const likeness = new Likeness(classes);
  const pairs = new Pairings();
  // Texts that hold documents lead to schemas of their own, which are compared like bodies.
  const waiting = [...usages];
  const seen = new Set<string>();
  for (const usage of waiting)
    for (const visit of walk(usage, classes, likeness)) {
      pairs.add(visit, usage);
      const content = contentUsage(visit, usage);
      const key = content && `${pairs.idOf(content.base, content.revision)} ${content.operation} ${content.direction}`;
      if (content === undefined || key === undefined || seen.has(key)) continue;
      seen.add(key);
      waiting.push(content);
    }
  return pairs.all().flatMap(({ base, revision, ways }) => {
    const facts = keywordFacts(base, revision, classes);
    // Where the way is known, nobody need ask what would hold if it were not.
    const known = [...ways].filter(([direction]) => direction !== 'both' || ways.size === 1);
    return known.flatMap(([, reached]) => {
      const { direction } = (reached[0] as Found['reached'][number]).usage;
      return [
        ...facts.map((fact) => changeOf(direction, { base, revision }, fact, reached)),
        ...annotationChanges(base, revision, { usages: seenIn(reached), classes }),
      ];
    });
  });
}

/** Uses of a schema in which its values travel: what does not is told apart by nobody. */
function seenIn(reached: SchemaChange['reached']): readonly Usage[] {
  return reached.flatMap(({ usage, path }) => (isHidden(usage.direction, path) ? [] : [usage]));
}

type Way = 'in' | 'out' | 'both';

/** Pairs of nodes that differ, with the ways that lead to them. */
class Pairings {
  readonly #numbers = new Map<Schema, number>();
  readonly #found = new Map<
    string,
    { readonly base: Schema; readonly revision: Schema; readonly ways: Map<Way, Found['reached']> }
  >();

  add({ base, revision, path }: Visit, usage: Usage): void {
    const id = this.idOf(base, revision);
    const pair = this.#found.get(id) ?? { base, revision, ways: new Map<Way, Found['reached']>() };
    this.#found.set(id, pair);
    const way = towards(usage.direction);
    const reached = pair.ways.get(way);
    if (reached === undefined) pair.ways.set(way, [{ usage, path }]);
    else reached.push({ usage, path });
  }

  idOf(base: Schema, revision: Schema): string {
    return `${this.#number(base)} ${this.#number(revision)}`;
  }

  all() {
    return [...this.#found.values()];
  }

  #number(schema: Schema): number {
    const known = this.#numbers.get(schema) ?? this.#numbers.size;
    this.#numbers.set(schema, known);
    return known;
  }
}

/** What is given and what is got are judged apart; by REST or by message is the same. */
function towards(direction: Direction): Way {
  return direction === 'schema' ? 'both' : isGiven(direction) ? 'out' : 'in';
}

/** The document that a text holds (JSON Schema validation, section 8.5); a text of which nothing is said may hold any. */
function contentUsage({ base, revision, path }: Visit, usage: Usage): Usage | undefined {
  const [left, right] = [base.contentSchema, revision.contentSchema];
  if ((left === undefined && right === undefined) || isHidden(usage.direction, path)) return undefined;
  const at = inValue(path)
    .map((step) => (step.kind === 'property' ? step.name : '*'))
    .join('.');
  return {
    ...usage,
    place: `${usage.place} document in the text${at === '' ? '' : ` ${at}`}`,
    base: left ?? anything(base, right as Schema),
    revision: right ?? anything(revision, left as Schema),
  };
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

/** Pairs of nodes in which something differs, with the way to them. Subtrees that demand and say the same are passed over. */
function walk({ base, revision }: Usage, classes: SchemaClasses, likeness: Likeness): readonly Visit[] {
  const visits: Visit[] = [{ ...bothUnwrapped(base, revision), path: [] }];
  const seen = new Map<Schema, Set<Schema>>();
  const differing: Visit[] = [];
  for (const visit of visits) {
    const partners = seen.get(visit.base) ?? new Set<Schema>();
    if (partners.has(visit.revision) || likeness.isSame(visit.base, visit.revision)) continue;
    seen.set(visit.base, partners.add(visit.revision));
    differing.push(visit);
    if (differing.length > visitsMax) break;
    visits.push(...parts(visit, classes));
  }
  return differing;
}

/** Two references are looked through together, so that what one of them adds is all that is told. */
function bothUnwrapped(base: Schema, revision: Schema): Pick<Visit, 'base' | 'revision'> {
  const isKept = base.ref !== undefined && revision.ref !== undefined && isBare(base) !== isBare(revision);
  return isKept ? { base, revision } : { base: unwrapped(base), revision: unwrapped(revision) };
}

/** The schema behind references that add nothing that could have changed on its own. */
export function unwrapped(schema: Schema): Schema {
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
  return Object.keys(schema).every((member) => bare.has(member)) && xmlOf(schema) === undefined;
}

function parts({ base, revision, path }: Visit, classes: SchemaClasses): readonly Visit[] {
  const found: Visit[] = [];
  const visit = (left: Schema | undefined, right: Schema | undefined, step?: Step): void => {
    if (left !== undefined && right !== undefined)
      found.push({
        ...bothUnwrapped(left, right),
        path: step === undefined ? path : [...path, step],
      });
  };
  visit(base.ref, revision.ref);
  visit(leadsTo(base), leadsTo(revision));
  if (base.ref !== undefined && revision.ref === undefined && isBare(base)) visit(base.ref, revision);
  for (const [name, property] of [...(base.properties ?? [])].sort(([left], [right]) => (left < right ? -1 : 1)))
    visit(property, revision.properties?.get(name), { kind: 'property', name, ...memberOf(name, base, revision) });
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
  for (const { keyword, pairs } of branchesOf(base, revision, classes))
    for (const pair of pairs.both)
      visit(...pair, keyword === 'allOf' ? undefined : { kind: 'where', holds: true, conditions: pair });
  const conditions = [base.if, revision.if].filter((condition) => condition !== undefined);
  visit(base.then, revision.then, { kind: 'where', holds: true, conditions });
  visit(base.else, revision.else, { kind: 'where', holds: false, conditions });
  for (const [name, part] of base.dependentSchemas ?? []) visit(part, revision.dependentSchemas?.get(name));
  return found;
}

/** What both versions say of a member, as far as it decides whether its values travel. */
function memberOf(name: string, base: Schema, revision: Schema): Omit<Step & { kind: 'property' }, 'kind' | 'name'> {
  const hiddenIn = hiddenDirection([base.properties?.get(name), revision.properties?.get(name)]);
  const isRequired = base.required?.includes(name) === true && revision.required?.includes(name) === true;
  return { ...(hiddenIn === undefined ? {} : { hiddenIn }), ...(isRequired ? { isRequired } : {}) };
}
