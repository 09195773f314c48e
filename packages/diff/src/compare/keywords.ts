import type { JsonType, JsonValue, Schema, Sourced } from '@millwright/contract';
import type { Focus } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { pairBranches } from './schemas.ts';
import { isSame, textOf } from './values.ts';

/** What differs between two schema nodes, their parts aside. */
export interface NodeFact {
  readonly kind: string;
  readonly name?: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly focus?: Focus;
  /** Where it stands, when not at the node itself. */
  readonly base?: Sourced;
  readonly revision?: Sourced;
}

const bounds = [
  ['minimum', 'up'],
  ['exclusiveMinimum', 'up'],
  ['minLength', 'up'],
  ['minItems', 'up'],
  ['minProperties', 'up'],
  ['minContains', 'up'],
  ['maximum', 'down'],
  ['exclusiveMaximum', 'down'],
  ['maxLength', 'down'],
  ['maxItems', 'down'],
  ['maxProperties', 'down'],
  ['maxContains', 'down'],
] as const;
const plain = ['multipleOf', 'pattern', 'format', 'uniqueItems', 'contentEncoding', 'contentMediaType'] as const;
const annotations = ['default', 'deprecated', 'readOnly', 'writeOnly'] as const;
const applicators = [
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
] as const;

const kebab = (keyword: string): string => keyword.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function keywordFacts(base: Schema, revision: Schema, classes: SchemaClasses): readonly NodeFact[] {
  if (base.boolean !== undefined || revision.boolean !== undefined)
    return [
      {
        kind:
          revision.boolean === false
            ? 'schema-forbidden'
            : base.boolean === true
              ? 'schema-constrained'
              : 'schema-freed',
      },
    ];
  return [
    ...typeFacts(base, revision),
    ...valueFacts(base, revision),
    ...bounds.flatMap(([keyword]) => changeOf(keyword, base[keyword], revision[keyword])),
    ...plain.flatMap((keyword) => changeOf(keyword, base[keyword], revision[keyword])),
    ...annotations.flatMap((keyword) => changeOf(keyword, base[keyword], revision[keyword])),
    ...propertyFacts(base, revision),
    ...openness(base, revision),
    ...itemFacts(base, revision),
    ...applicators.flatMap((keyword) => partFact(keyword, base[keyword], revision[keyword], classes)),
    ...mapFacts(base, revision, classes),
    ...branchFacts(base, revision, classes),
  ];
}

function changeOf(keyword: string, before: JsonValue | undefined, after: JsonValue | undefined): readonly NodeFact[] {
  if (isSame(before, after)) return [];
  const word =
    before === undefined
      ? 'added'
      : after === undefined
        ? 'removed'
        : typeof before === 'number' && typeof after === 'number'
          ? after > before
            ? 'increased'
            : 'decreased'
          : 'changed';
  return [
    {
      kind: `${kebab(keyword)}-${word}`,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

function typeFacts({ type: before }: Schema, { type: after }: Schema): readonly NodeFact[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind: 'type-added', after: [...(after ?? [])] }];
  if (after === undefined) return [{ kind: 'type-removed', before: [...before] }];
  const covers = (types: readonly JsonType[], type: JsonType): boolean =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  const fact = (kind: string, type: JsonType): NodeFact => ({
    kind: type === 'null' ? `${kind === 'type-dropped' ? 'became-not' : 'became'}-nullable` : kind,
    ...(type === 'null' ? {} : { name: type }),
    before: [...before],
    after: [...after],
    focus: { type },
  });
  return [
    ...before.filter((type) => !covers(after, type)).map((type) => fact('type-dropped', type)),
    ...after.filter((type) => !covers(before, type)).map((type) => fact('type-widened', type)),
  ];
}

function valueFacts(base: Schema, revision: Schema): readonly NodeFact[] {
  // Beside each other the two allow what is in both.
  const values = (schema: Schema): readonly JsonValue[] | undefined =>
    'const' in schema
      ? [schema.const as JsonValue].filter((value) => schema.enum?.some((other) => isSame(value, other)) !== false)
      : schema.enum;
  const [before, after] = [values(base), values(revision)];
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind: 'enum-added', after: [...(after ?? [])] }];
  if (after === undefined) return [{ kind: 'enum-removed', before: [...before] }];
  const fact = (kind: string, value: JsonValue): NodeFact => ({ kind, name: textOf(value), focus: { value } });
  const [known, now] = [new Set(before.map(textOf)), new Set(after.map(textOf))];
  return [
    ...before.filter((value) => !now.has(textOf(value))).map((value) => fact('enum-value-removed', value)),
    ...after.filter((value) => !known.has(textOf(value))).map((value) => fact('enum-value-added', value)),
  ];
}

function propertyFacts(base: Schema, revision: Schema): readonly NodeFact[] {
  const [before, after] = [new Set(base.required), new Set(revision.required)];
  const names = new Set([
    ...(base.properties?.keys() ?? []),
    ...(revision.properties?.keys() ?? []),
    ...before,
    ...after,
  ]);
  return [...names].sort().flatMap((name): readonly NodeFact[] => {
    const [left, right] = [base.properties?.get(name), revision.properties?.get(name)];
    const places = {
      name,
      ...(left === undefined ? {} : { base: left }),
      ...(right === undefined ? {} : { revision: right }),
    };
    if (left !== undefined && right === undefined)
      return [
        { ...places, kind: `${before.has(name) ? 'required' : 'optional'}-property-removed`, focus: { has: name } },
      ];
    if (left === undefined && right !== undefined)
      return [
        {
          ...places,
          kind: `${after.has(name) ? 'required' : 'optional'}-property-added`,
          ...(after.has(name) && !before.has(name) ? { focus: { lacks: name } } : { focus: { has: name } }),
        },
      ];
    if (before.has(name) === after.has(name)) return [];
    return [
      {
        ...places,
        kind: after.has(name) ? 'property-became-required' : 'property-became-optional',
        focus: { lacks: name },
      },
    ];
  });
}

function openness(base: Schema, revision: Schema): readonly NodeFact[] {
  const isClosed = ({ additionalProperties }: Schema): boolean => additionalProperties?.boolean === false;
  const isOpen = ({ additionalProperties }: Schema): boolean =>
    additionalProperties === undefined || additionalProperties.boolean === true;
  if (isClosed(base) === isClosed(revision) && isOpen(base) === isOpen(revision)) return [];
  if (isClosed(revision)) return [{ kind: 'object-closed' }];
  if (isClosed(base)) return [{ kind: 'object-opened' }];
  return [{ kind: isOpen(base) ? 'additional-properties-constrained' : 'additional-properties-freed' }];
}

function itemFacts(base: Schema, revision: Schema): readonly NodeFact[] {
  const facts: NodeFact[] = [];
  if (base.items === undefined && revision.items !== undefined) facts.push({ kind: 'items-constrained' });
  if (base.items !== undefined && revision.items === undefined) facts.push({ kind: 'items-freed' });
  const [before, after] = [base.prefixItems?.length ?? 0, revision.prefixItems?.length ?? 0];
  if (before !== after) facts.push({ kind: after > before ? 'tuple-lengthened' : 'tuple-shortened', before, after });
  return facts;
}

function partFact(
  keyword: string,
  before: Schema | undefined,
  after: Schema | undefined,
  classes: SchemaClasses,
): readonly NodeFact[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind: `${kebab(keyword)}-added`, revision: after as Schema }];
  if (after === undefined) return [{ kind: `${kebab(keyword)}-removed`, base: before }];
  return classes.classOf(before) === classes.classOf(after)
    ? []
    : [{ kind: `${kebab(keyword)}-changed`, base: before, revision: after }];
}

function mapFacts(base: Schema, revision: Schema, classes: SchemaClasses): readonly NodeFact[] {
  const facts: NodeFact[] = [];
  for (const keyword of ['patternProperties', 'dependentSchemas'] as const) {
    const names = new Set([...(base[keyword]?.keys() ?? []), ...(revision[keyword]?.keys() ?? [])]);
    for (const name of [...names].sort())
      facts.push(
        ...partFact(keyword, base[keyword]?.get(name), revision[keyword]?.get(name), classes).map((fact) => ({
          ...fact,
          name,
        })),
      );
  }
  const texts = (schema: Schema): JsonValue =>
    Object.fromEntries([...(schema.dependentRequired ?? [])].map(([name, list]) => [name, [...list].sort()]));
  if (!isSame(texts(base), texts(revision)))
    facts.push({ kind: 'dependent-required-changed', before: texts(base), after: texts(revision) });
  return facts;
}

function branchFacts(base: Schema, revision: Schema, classes: SchemaClasses): readonly NodeFact[] {
  return (['allOf', 'anyOf', 'oneOf'] as const).flatMap((keyword): readonly NodeFact[] => {
    const { removed, added } = pairBranches(base[keyword] ?? [], revision[keyword] ?? [], classes);
    const name = ({ ref, title, pointer }: Schema): string => ref?.title ?? title ?? (ref ?? { pointer }).pointer;
    return [
      ...removed.map((schema) => ({ kind: `${kebab(keyword)}-branch-removed`, name: name(schema), base: schema })),
      ...added.map((schema) => ({ kind: `${kebab(keyword)}-branch-added`, name: name(schema), revision: schema })),
    ];
  });
}

const told = (words: readonly string[], keywords: readonly string[]): readonly string[] =>
  keywords.flatMap((keyword) => words.map((word) => `${kebab(keyword)}-${word}`));

/** Every kind that {@link keywordFacts} can tell. */
export const schemaKinds: readonly string[] = [
  ...['schema-forbidden', 'schema-constrained', 'schema-freed'],
  ...['type-added', 'type-removed', 'type-dropped', 'type-widened', 'became-nullable', 'became-not-nullable'],
  ...['enum-added', 'enum-removed', 'enum-value-added', 'enum-value-removed'],
  ...told(['added', 'removed', 'increased', 'decreased'], [...bounds.map(([keyword]) => keyword), 'multipleOf']),
  ...told(
    ['added', 'removed', 'changed'],
    [...plain.filter((keyword) => keyword !== 'multipleOf'), ...annotations, ...applicators],
  ),
  ...told(['increased', 'decreased'], ['default']),
  ...['required', 'optional'].flatMap((demand) => [
    `${demand}-property-added`,
    `${demand}-property-removed`,
    `property-became-${demand}`,
  ]),
  ...['object-closed', 'object-opened', 'additional-properties-constrained', 'additional-properties-freed'],
  ...['items-constrained', 'items-freed', 'tuple-lengthened', 'tuple-shortened'],
  ...told(['added', 'removed', 'changed'], ['patternProperties', 'dependentSchemas']),
  'dependent-required-changed',
  ...told(['branch-added', 'branch-removed'], ['allOf', 'anyOf', 'oneOf']),
];
