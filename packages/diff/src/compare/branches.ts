import type { Schema } from '@millwright/contract';
import type { Focus } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import type { NodeFact } from './keywords.ts';
import { type Pairs, pairBy, pairRest } from './pairs.ts';
import { textOf } from './values.ts';

type Keyword = 'allOf' | 'anyOf' | 'oneOf';
type Alternatives = 'anyOf' | 'oneOf';

const alternatives = ['anyOf', 'oneOf'] as const;
const kebab = { allOf: 'all-of', anyOf: 'any-of', oneOf: 'one-of' } as const;

/** The branches of two nodes side by side. */
export interface Branches {
  /** How the branches are tied; of alternatives that are tied otherwise now, the new way. */
  readonly keyword: Keyword;
  readonly pairs: Pairs<Schema>;
  /** The one side has no alternatives: it is the only one itself, and all that it asks is told of the branch. */
  readonly isLifted: boolean;
}

/**
 * Branches are put side by side where both nodes have some. A node without alternatives beside one that has nothing else is an
 * alternative itself: a text that may be a number now has got a branch.
 */
export function branchesOf(base: Schema, revision: Schema, classes: SchemaClasses): readonly Branches[] {
  const side = (keyword: Keyword, left: readonly Schema[], right: readonly Schema[], isLifted = false): Branches => ({
    keyword,
    pairs: pairBranches(left, right, classes),
    isLifted,
  });
  const found: Branches[] = [];
  if (base.allOf !== undefined || revision.allOf !== undefined)
    found.push(side('allOf', base.allOf ?? [], revision.allOf ?? []));
  const [left, right] = [onlyAlternatives(base), onlyAlternatives(revision)];
  const lifted = left ?? right;
  if (lifted !== undefined && isLiftable(left === undefined ? base : revision))
    return [
      side(
        lifted,
        left === undefined ? [base] : (base[left] ?? []),
        right === undefined ? [revision] : (revision[right] ?? []),
        true,
      ),
    ];
  const turned = turnedAlternatives(base, revision);
  if (turned !== undefined) return [...found, side(turned[1], base[turned[0]] ?? [], revision[turned[1]] ?? [])];
  for (const keyword of alternatives) {
    const [before, after] = [base[keyword], revision[keyword]];
    if (before !== undefined && after !== undefined) found.push(side(keyword, before, after));
  }
  return found;
}

/** What was an `anyOf` and is a `oneOf`, or the other way round. */
function turnedAlternatives(base: Schema, revision: Schema): readonly [Alternatives, Alternatives] | undefined {
  const [before, after] = [base, revision].map((schema) =>
    alternatives.filter((keyword) => schema[keyword] !== undefined),
  );
  const [left, right] = [before?.[0], after?.[0]];
  const isTurned = before?.length === 1 && after?.length === 1 && left !== right;
  return isTurned && left !== undefined && right !== undefined ? [left, right] : undefined;
}

/** Keywords that ask nothing of a value. */
const silent: ReadonlySet<string> = new Set([
  'kind',
  'document',
  'pointer',
  'raw',
  'dialect',
  'resource',
  'title',
  'description',
  'examples',
  'extensions',
  'anchor',
]);
const said: ReadonlySet<string> = new Set(['default', 'deprecated', 'readOnly', 'writeOnly', 'discriminator']);

/** The keyword of the alternatives of a node that asks nothing else. */
function onlyAlternatives(schema: Schema): Alternatives | undefined {
  const [keyword, ...others] = alternatives.filter((name) => schema[name] !== undefined);
  if (keyword === undefined || others.length > 0) return undefined;
  return Object.keys(schema).every((name) => name === keyword || silent.has(name) || said.has(name))
    ? keyword
    : undefined;
}

/** A node that has no alternatives, and that says nothing which would be told twice. */
function isLiftable(schema: Schema): boolean {
  if (schema.boolean !== undefined || (schema.extensions?.size ?? 0) > 0) return false;
  return Object.keys(schema).every((name) => name !== 'anyOf' && name !== 'oneOf' && !said.has(name));
}

/** Branches that are the same; that go by one name, or one condition; the only ones of a type; and what is left, if it is one. */
function pairBranches(base: readonly Schema[], revision: readonly Schema[], classes: SchemaClasses): Pairs<Schema> {
  let pairs = pairBy(base, revision, (schema) => String(classes.classOf(schema)));
  pairs = pairRest(pairs, nameOf);
  pairs = pairRest(pairs, ({ if: condition }) =>
    condition === undefined ? undefined : String(classes.classOf(condition)),
  );
  const [removed, added] = [onlyOfType(pairs.removed), onlyOfType(pairs.added)];
  pairs = pairRest(pairs, (schema) => {
    const type = typeOf(schema);
    return type !== undefined && removed.has(type) && added.has(type) ? type : undefined;
  });
  return pairRest(pairs, () => (pairs.removed.length === 1 && pairs.added.length === 1 ? 'rest' : undefined));
}

function nameOf({ ref, title }: Schema): string | undefined {
  return ref === undefined ? title : (ref.title ?? ref.pointer.slice(ref.pointer.lastIndexOf('/') + 1));
}

const typeOf = ({ ref, type }: Schema): string | undefined => (type ?? ref?.type)?.join(' or ');

function onlyOfType(schemas: readonly Schema[]): ReadonlySet<string> {
  const types = schemas.map(typeOf).filter((type) => type !== undefined);
  return new Set(types.filter((type) => types.indexOf(type) === types.lastIndexOf(type)));
}

/** How a reader knows a branch: by name, by the condition that it begins with, by type, else by its place. */
function labelOf(schema: Schema): string {
  return nameOf(schema) ?? conditionOf(schema) ?? typeOf(schema) ?? schema.pointer;
}

function conditionOf({ if: condition }: Schema): string | undefined {
  const asked = [condition, ...(condition?.anyOf ?? [])].flatMap((part) => (part === undefined ? [] : askedBy(part)));
  return asked.length === 0 ? undefined : `if ${asked.join(' or ')}`;
}

function askedBy({ properties = new Map<string, Schema>() }: Schema): readonly string[] {
  const asked = [...properties].flatMap(([name, part]) => {
    const values = 'const' in part ? [part.const ?? null] : (part.enum ?? []);
    return values.length === 0 ? [] : [`${name} is ${values.map(textOf).join(' or ')}`];
  });
  return asked.length === 0 ? [] : [asked.join(' and ')];
}

/** A branch that begins with a condition, and says nothing otherwise, counts only where the condition holds. */
function onlyWhere(schema: Schema): Focus {
  const isConditional = schema.if !== undefined && schema.else === undefined;
  const others = Object.keys(schema).filter((name) => name !== 'if' && name !== 'then' && !silent.has(name));
  return isConditional && others.length === 0 && schema.if !== undefined ? { fits: schema.if } : {};
}

export function branchFacts(base: Schema, revision: Schema, branches: readonly Branches[]): readonly NodeFact[] {
  const facts: NodeFact[] = branches.flatMap(({ keyword, pairs }): readonly NodeFact[] => {
    // A branch of allOf shows by what it refuses, an alternative by what it accepts.
    const focusOf = (schema: Schema): Focus =>
      keyword === 'allOf' ? { refuses: schema, ...onlyWhere(schema) } : { fits: schema };
    const fact = (word: string, schema: Schema): NodeFact => ({
      kind: `${kebab[keyword]}-branch-${word}`,
      name: labelOf(schema),
      focus: focusOf(schema),
    });
    return [
      ...pairs.removed.map((schema) => ({ ...fact('removed', schema), base: schema })),
      ...pairs.added.map((schema) => ({ ...fact('added', schema), revision: schema })),
    ];
  });
  if (branches.some(({ isLifted }) => isLifted)) return facts;
  const turned = turnedAlternatives(base, revision);
  if (turned !== undefined) {
    const overlap = [base[turned[0]] ?? [], revision[turned[1]] ?? []];
    return [...facts, { kind: 'alternatives-changed', before: turned[0], after: turned[1], focus: { overlap } }];
  }
  for (const keyword of alternatives) {
    const [before, after] = [base[keyword], revision[keyword]];
    if (before === undefined && after !== undefined) facts.push({ kind: `${kebab[keyword]}-added` });
    if (before !== undefined && after === undefined) facts.push({ kind: `${kebab[keyword]}-removed` });
  }
  return facts;
}
