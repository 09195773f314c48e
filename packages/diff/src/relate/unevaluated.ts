import { conditionalParts, type Schema } from '@millwright/contract';
import { all, always, among, any, everyMember, type Formula, has, negate, opaque, pattern, rest } from './formula.ts';
import type { SchemaClasses } from './schema-classes.ts';

/** Conditions that are told apart case by case at most. */
const conditionsMax = 6;

type Unfolded = (part: Schema) => Formula;

/** A part in place, with the literals that must hold of the value so that its annotations count. */
interface Part {
  readonly schema: Schema;
  readonly literals: readonly Formula[];
}

/** The parts in place, those that always count first; undefined when they cannot be told. */
function partsOf(node: Schema, of: Unfolded): readonly Part[] | undefined {
  return conditionalParts(node)?.map(({ schema, when }) => ({
    schema,
    literals: when.map((condition) =>
      'has' in condition
        ? has(condition.has, true)
        : 'holds' in condition
          ? of(condition.holds)
          : negate(of(condition.fails)),
    ),
  }));
}

/** Whichever conditions hold, what the parts that count then do not look at must obey. */
function caseByCase(parts: readonly Part[], lawFor: (counting: readonly Schema[]) => Formula): Formula | undefined {
  const conditions = new Map<string, Formula>();
  for (const literal of parts.flatMap(({ literals }) => literals))
    if (!conditions.has(literal.key) && !conditions.has(negate(literal).key)) conditions.set(literal.key, literal);
  if (conditions.size > conditionsMax) return undefined;
  const split = (open: readonly Formula[], granted: ReadonlySet<string>): Formula => {
    const [condition, ...others] = open;
    if (condition === undefined)
      return lawFor(
        parts
          .filter(({ literals }) => literals.every(({ kind, key }) => kind === 'true' || granted.has(key)))
          .map(({ schema }) => schema),
      );
    return any(
      [condition, negate(condition)].map((literal) =>
        all([literal, split(others, new Set([...granted, literal.key]))]),
      ),
    );
  };
  return split([...conditions.values()], new Set());
}

export function ofUnevaluatedProperties(node: Schema, law: Formula, of: Unfolded, classes: SchemaClasses): Formula {
  const parts = partsOf(node, of);
  const everything = (schema: Schema): boolean =>
    schema.additionalProperties !== undefined || (schema.unevaluatedProperties !== undefined && schema !== node);
  const base = parts?.filter(({ literals }) => literals.length === 0) ?? [];
  if (base.some(({ schema }) => everything(schema))) return always;
  const [names, patterns] = [
    new Set(base.flatMap(({ schema }) => [...(schema.properties?.keys() ?? [])])),
    new Set(base.flatMap(({ schema }) => [...(schema.patternProperties?.keys() ?? [])])),
  ];
  const sometimes = parts?.filter(({ literals }) => literals.length > 0) ?? [];
  const hasNewPatterns = sometimes.some(({ schema }) =>
    [...(schema.patternProperties?.keys() ?? [])].some((source) => !patterns.has(source)),
  );
  const known = { names, patterns, everything };
  const formula =
    parts === undefined
      ? undefined
      : hasNewPatterns
        ? nameCases(sometimes, law, known)
        : all(nameByName(sometimes, law, known));
  return formula ?? undecided('unevaluatedProperties', node, classes);
}

/** Names that are looked at in every case, and which part looks at all names. */
interface LookedAt {
  readonly names: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
  readonly everything: (schema: Schema) => boolean;
}

/** A member obeys the law, or one of the parts that look at it counts: one clause for the names that the same parts look at. */
function nameByName(
  parts: readonly Part[],
  law: Formula,
  { names, patterns, everything }: LookedAt,
): readonly Formula[] {
  const lookers = new Map<string, Part[]>();
  for (const part of parts)
    for (const name of part.schema.properties?.keys() ?? [])
      if (!names.has(name)) lookers.set(name, [...(lookers.get(name) ?? []), part]);
  const lookingAtAll = parts.filter(({ schema }) => everything(schema));
  const groups = new Map<string, { readonly members: string[]; readonly clauses: readonly Formula[] }>();
  for (const [name, looking] of lookers) {
    const clauses = [...looking, ...lookingAtAll].map(({ literals }) => all(literals));
    const key = clauses
      .map((clause) => clause.key)
      .sort()
      .join();
    const group = groups.get(key) ?? { members: [], clauses };
    group.members.push(name);
    groups.set(key, group);
  }
  const notMatching = [...patterns].map((source) => pattern(source, false));
  return [
    ...[...groups.values()].map(({ members, clauses }) =>
      any([everyMember(all([among(members), ...notMatching]), law), ...clauses]),
    ),
    any([
      everyMember(otherNames([...names, ...lookers.keys()], [...patterns]), law),
      ...lookingAtAll.map(({ literals }) => all(literals)),
    ]),
  ];
}

/** Patterns overlap, so that the names that the same parts look at are no plain list. */
function nameCases(
  sometimes: readonly Part[],
  law: Formula,
  { names, patterns, everything }: LookedAt,
): Formula | undefined {
  const addsMore = ({ schema }: Part): boolean =>
    everything(schema) ||
    [...(schema.properties?.keys() ?? [])].some((name) => !names.has(name)) ||
    [...(schema.patternProperties?.keys() ?? [])].some((source) => !patterns.has(source));
  return caseByCase(sometimes.filter(addsMore), (counting) =>
    counting.some(everything)
      ? always
      : everyMember(
          otherNames(
            [...names, ...counting.flatMap(({ properties }) => [...(properties?.keys() ?? [])])],
            [...patterns, ...counting.flatMap((schema) => [...(schema.patternProperties?.keys() ?? [])])],
          ),
          law,
        ),
  );
}

export function ofUnevaluatedItems(node: Schema, law: Formula, of: Unfolded, classes: SchemaClasses): Formula {
  const parts = partsOf(node, of);
  const everything = (schema: Schema): boolean =>
    schema.items !== undefined || (schema.unevaluatedItems !== undefined && schema !== node);
  const base = parts?.filter(({ literals }) => literals.length === 0) ?? [];
  if (base.some(({ schema }) => everything(schema))) return always;
  const prefixOf = (schemas: readonly Schema[]): number =>
    Math.max(0, ...schemas.map(({ prefixItems }) => prefixItems?.length ?? 0));
  // From 2020-12 on an item that `contains` is true of has been looked at.
  const containedBy = (schemas: readonly Schema[]): readonly Formula[] =>
    schemas.flatMap(({ contains, dialect }) => (contains === undefined || dialect === '2019-09' ? [] : [of(contains)]));
  const settled = base.map(({ schema }) => schema);
  const prefix = prefixOf(settled);
  const addsMore = ({ literals, schema }: Part): boolean =>
    literals.length > 0 && (everything(schema) || prefixOf([schema]) > prefix || containedBy([schema]).length > 0);
  const formula =
    parts === undefined
      ? undefined
      : caseByCase(parts.filter(addsMore), (counting) =>
          counting.some(everything)
            ? always
            : rest(prefixOf([...settled, ...counting]), any([law, ...containedBy([...settled, ...counting])])),
        );
  return formula ?? undecided('unevaluatedItems', node, classes);
}

function undecided(keyword: string, node: Schema, classes: SchemaClasses): Formula {
  return opaque(`${keyword}${classes.classOf(node)}`, true, `${keyword} beside too many branches or a $dynamicRef`);
}

/** Names that are none of these and that fit none of the patterns. */
export function otherNames(names: readonly string[], patterns: readonly string[]): Formula {
  return all([
    ...(names.length === 0 ? [] : [negate(among([...new Set(names)]))]),
    ...patterns.map((source) => pattern(source, false)),
  ]);
}
