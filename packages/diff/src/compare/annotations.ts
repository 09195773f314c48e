import { governanceOf, type JsonObject, type JsonValue, member, type Schema } from '@millwright/contract';
import type { Change, Usage } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { isGiven, listDifference } from './facts.ts';
import { compareGovernance } from './governance.ts';
import { discriminatorOf, marksNullable, xmlOf } from './likeness.ts';
import { stabilityFacts } from './stability.ts';
import { stateFacts } from './states.ts';
import { sunsetKind, sunsetOf } from './sunset.ts';
import { isSame, textsOf } from './values.ts';
import { vocabularyFacts } from './vocabularies.ts';

/** What differs beside the constraints of a schema: no value can show it, so it is judged by policy. */
export interface PolicyFact {
  readonly kind: string;
  readonly name?: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** True where it matters which way the values travel. */
  readonly directed?: boolean;
}

/** A change without a proof for each fact, as it looks to the operations of one direction. */
export function annotationChanges(
  base: Schema,
  revision: Schema,
  { usages, classes }: { readonly usages: readonly Usage[]; readonly classes: SchemaClasses },
): readonly Change[] {
  const operations = [...new Set(usages.map(({ operation }) => operation))].sort();
  const [first] = usages;
  if (first === undefined) return [];
  const schema = nameOf(revision);
  const operation = schema ?? (operations[0] as string);
  // Of a schema for itself both sides are taken: nobody knows which way its values go.
  const directions =
    first.direction === 'schema'
      ? (['request', 'response'] as const)
      : ([isGiven(first.direction) ? 'response' : 'request'] as const);
  const changeOf = ({ directed, ...fact }: PolicyFact, direction: Change['direction']): Change => ({
    ...fact,
    direction,
    operation,
    operations,
    base,
    revision,
  });
  const changes: Change[] = [];
  for (const fact of [
    ...discriminatorFacts(base, revision, classes),
    ...extensibleFacts(base, revision),
    ...nullableFacts(base, revision),
  ])
    if (fact.directed === true) changes.push(...directions.map((direction) => changeOf(fact, direction)));
    else changes.push(changeOf(fact, 'none'));
  for (const fact of [
    ...xmlFacts(base, revision, usages),
    ...stateFacts(base.extensions?.get('x-states'), revision.extensions?.get('x-states')),
    ...vocabularyFacts(base.extensions?.get('x-vocabulary'), revision.extensions?.get('x-vocabulary')),
    ...stabilityFacts(base, revision),
    ...sunsetFacts(base, revision),
  ])
    changes.push(changeOf(fact, 'none'));
  const governed = { changes: [] as Change[], usages: [] };
  const [before, after] = [base, revision].map((node) => ({ ...node, governance: governanceOf(node) }));
  if (before !== undefined && after !== undefined)
    compareGovernance(before, after, { operation, parents: [] }, governed);
  changes.push(...governed.changes.map((change) => ({ ...change, base, revision, operations })));
  return changes;
}

/** How a reader names a schema: its title, else the last token of a component's pointer. */
function nameOf({ title, pointer, document }: Schema): string | undefined {
  if (title !== undefined) return title;
  if (pointer === '') return document.uri.slice(document.uri.lastIndexOf('/') + 1);
  return /\/(?:schemas|\$defs|definitions)\/([^/]+)$/.exec(pointer)?.[1];
}

/** `x-sunset` of a member or a component; its lifecycle is compared with the rest of governance. */
function sunsetFacts(base: Schema, revision: Schema): readonly PolicyFact[] {
  const [before, after] = [sunsetOf(base), sunsetOf(revision)];
  const kind = sunsetKind(before, after);
  const name = nameOf(revision) ?? lastToken(revision);
  return kind === undefined ? [] : [{ kind: `property-${kind}`, name, before: before ?? null, after: after ?? null }];
}

/** Values that a discriminator knows, and where they lead. The place of a component is no change when it is the same. */
function discriminatorFacts(base: Schema, revision: Schema, classes: SchemaClasses): readonly PolicyFact[] {
  const [before, after] = [discriminatorOf(base), discriminatorOf(revision)];
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind: 'discriminator-added', after: after?.propertyName ?? null }];
  if (after === undefined) return [{ kind: 'discriminator-removed', before: before.propertyName }];
  const facts: PolicyFact[] = [];
  if (before.propertyName !== after.propertyName)
    facts.push({ kind: 'discriminator-property-changed', before: before.propertyName, after: after.propertyName });
  const values = listDifference([...before.mapping.keys()], [...after.mapping.keys()]);
  facts.push(...values.removed.map((name) => ({ kind: 'discriminator-mapping-removed', name, directed: true })));
  facts.push(...values.added.map((name) => ({ kind: 'discriminator-mapping-added', name, directed: true })));
  for (const [name, left] of before.mapping) {
    const right = after.mapping.get(name);
    if (right !== undefined && !isSameTarget(left, right, classes))
      facts.push({ kind: 'discriminator-mapping-changed', name, before: lastToken(left), after: lastToken(right) });
  }
  return facts;
}

const lastToken = ({ pointer }: Schema): string => pointer.slice(pointer.lastIndexOf('/') + 1);

const isSameTarget = (left: Schema, right: Schema, classes: SchemaClasses): boolean =>
  lastToken(left) === lastToken(right) ||
  (classes.classOf(left) !== undefined && classes.classOf(left) === classes.classOf(right));

function nullableFacts(base: Schema, revision: Schema): readonly PolicyFact[] {
  const [before, after] = [marksNullable(base), marksNullable(revision)];
  return before === after ? [] : [{ kind: `nullable-mark-${after ? 'added' : 'removed'}`, directed: true }];
}

/** Members of an XML Object; the prefix of a namespace is for the writer to choose (Namespaces in XML 1.0, section 3). */
const xmlMembers = ['name', 'namespace', 'prefix', 'attribute', 'wrapped', 'nodeType'] as const;

/** How a value is written as XML, which matters where it is. */
function xmlFacts(base: Schema, revision: Schema, usages: readonly Usage[]): readonly PolicyFact[] {
  const [before, after] = [xmlOf(base), xmlOf(revision)];
  const isWritten = usages.some(({ place }) => /[/+]xml\b/i.test(place));
  const meant = (xml: JsonObject | undefined, name: string): JsonValue => {
    const value = xml === undefined ? undefined : member(xml, name);
    return value === undefined || value === false ? null : value;
  };
  return xmlMembers.flatMap((name) => {
    const kind = isWritten && name !== 'prefix' ? 'xml-form-changed' : 'xml-hint-changed';
    return isSame(meant(before, name), meant(after, name)) ? [] : [{ kind, name }];
  });
}

/** `x-extensible-enum`: values that are known today; readers must bear others. */
function extensibleFacts(base: Schema, revision: Schema): readonly PolicyFact[] {
  const read = (schema: Schema): JsonValue | undefined => schema.extensions?.get('x-extensible-enum');
  const [before, after] = [read(base), read(revision)];
  if (isSame(before, after)) return [];
  if (before === undefined) return [{ kind: 'extensible-enum-added' }];
  if (after === undefined) return [{ kind: 'extensible-enum-removed' }];
  const values = listDifference(textsOf(before), textsOf(after));
  return [
    ...values.removed.map((name) => ({ kind: 'extensible-value-removed', name, directed: true })),
    ...values.added.map((name) => ({ kind: 'extensible-value-added', name, directed: true })),
  ];
}
