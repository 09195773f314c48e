import type { JsonType, JsonValue, Schema, Sourced } from '@millwright/contract';
import type { Focus } from '../change.ts';
import type { SchemaClasses } from '../relate/schema-classes.ts';
import { branchesOf, branchFacts } from './branches.ts';
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

/** Keywords with the type of values that they speak of. */
const bounds = [
  ['minimum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['minLength', 'string'],
  ['minItems', 'array'],
  ['minProperties', 'object'],
  ['minContains', 'array'],
  ['maximum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['maxLength', 'string'],
  ['maxItems', 'array'],
  ['maxProperties', 'object'],
  ['maxContains', 'array'],
  ['multipleOf', 'number'],
  ['pattern', 'string'],
  ['uniqueItems', 'array'],
] as const;
const plain = ['format', 'contentEncoding', 'contentMediaType'] as const;
const annotations = ['default', 'deprecated', 'readOnly', 'writeOnly'] as const;
const applicators = [
  ['not', undefined],
  ['if', undefined],
  ['then', undefined],
  ['else', undefined],
  ['contains', 'array'],
  ['propertyNames', 'object'],
  ['unevaluatedItems', 'array'],
  ['unevaluatedProperties', 'object'],
] as const;
/** Parts in place that are compared themselves, where both sides have them. */
const walked: ReadonlySet<string> = new Set(['then', 'else', 'dependentSchemas', 'dynamicReference']);

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
  const branches = branchesOf(base, revision, classes);
  const always = [
    ...annotations.flatMap((keyword) => changeOf(keyword, base[keyword], revision[keyword])),
    ...branchFacts(base, revision, branches),
  ];
  if (branches.some(({ isLifted }) => isLifted)) return always;
  // Where only one side allows a type, what it asks of that type comes or goes with the type.
  const isCompared = (type: JsonType | undefined): boolean =>
    type === undefined || allows(base, type) === allows(revision, type);
  return [
    ...always,
    ...referenceFacts(base, revision, classes),
    ...typeFacts(base, revision),
    ...valueFacts(base, revision),
    ...bounds.flatMap(([keyword, type]) =>
      isCompared(type)
        ? changeOf(keyword, base[keyword], revision[keyword]).map((fact) => ({
            ...fact,
            ...(/Contains$/.test(keyword) ? {} : { focus: { keyword: { name: keyword, type } } }),
          }))
        : [],
    ),
    ...plain.flatMap((keyword) => changeOf(keyword, base[keyword], revision[keyword])),
    ...(isCompared('object')
      ? [...propertyFacts(base, revision), ...openness(base, revision), ...mapFacts(base, revision, classes)]
      : []),
    ...(isCompared('array') ? itemFacts(base, revision) : []),
    ...applicators.flatMap(([keyword, type]) =>
      isCompared(type)
        ? partFact(keyword, base[keyword], revision[keyword], classes).map((fact) => ({
            ...fact,
            ...partFocus(keyword, base, revision),
          }))
        : [],
    ),
  ];
}

function allows({ type: types }: Schema, type: JsonType): boolean {
  return types === undefined || types.includes(type) || (type === 'number' && types.includes('integer'));
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

/** Where a dynamic reference leads, as far as one place can be named. */
export const leadsTo = ({ dynamicRef }: Schema): Schema | undefined => dynamicRef?.target ?? dynamicRef?.initial;

/** References beside other keywords; what two of them lead to is compared itself. */
function referenceFacts(base: Schema, revision: Schema, classes: SchemaClasses): readonly NodeFact[] {
  // One that leads to what stood there says the same.
  const isAlike = (left: Schema, right: Schema): boolean => classes.classOf(left) === classes.classOf(right);
  const fact = (word: string, target: Schema): NodeFact => ({
    kind: `reference-${word}`,
    name: target.title ?? target.pointer.slice(target.pointer.lastIndexOf('/') + 1),
    focus: { refuses: target },
  });
  return [
    ...(base.ref !== undefined && revision.ref === undefined && !isAlike(base.ref, revision)
      ? [fact('removed', base.ref)]
      : []),
    ...(base.ref === undefined && revision.ref !== undefined && !isAlike(base, revision.ref)
      ? [fact('added', revision.ref)]
      : []),
    ...partFact('dynamicReference', leadsTo(base), leadsTo(revision), classes),
  ];
}

function typeFacts({ type: before }: Schema, { type: after }: Schema): readonly NodeFact[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined)
    return [{ kind: 'type-added', after: [...(after ?? [])], focus: { notTypes: after ?? [] } }];
  if (after === undefined) return [{ kind: 'type-removed', before: [...before], focus: { notTypes: before } }];
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
  if (before === undefined)
    return [{ kind: 'enum-added', after: [...(after ?? [])], focus: { otherThan: after ?? [] } }];
  if (after === undefined) return [{ kind: 'enum-removed', before: [...before], focus: { otherThan: before } }];
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
    if ((left === undefined) !== (right === undefined)) {
      const [has, word] = left === undefined ? [after, 'added'] : [before, 'removed'];
      const others = left === undefined ? base.additionalProperties : revision.additionalProperties;
      const judgedBy = [left, right, others].filter((part) => part !== undefined);
      const focus = { member: { name, judgedBy, orLacks: before.has(name) !== after.has(name) } };
      return [{ ...places, kind: `${has.has(name) ? 'required' : 'optional'}-property-${word}`, focus }];
    }
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
  if (isClosed(revision)) return [{ kind: 'object-closed', focus: { beyond: [base, revision] } }];
  if (isClosed(base)) return [{ kind: 'object-opened', focus: { beyond: [base, revision] } }];
  return isOpen(base)
    ? [{ kind: 'additional-properties-constrained', focus: { beyond: [base, revision] } }]
    : [{ kind: 'additional-properties-freed', focus: { beyond: [base, revision] } }];
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
  return walked.has(keyword) || classes.classOf(before) === classes.classOf(after)
    ? []
    : [{ kind: `${kebab(keyword)}-changed`, base: before, revision: after }];
}

/** A condition shows by a value on which it decides otherwise; what nothing looks at is refused by the side that forbids it. */
function partFocus(keyword: string, base: Schema, revision: Schema): Pick<NodeFact, 'focus'> {
  if (keyword === 'if' || keyword === 'not') {
    const [before, after] = [base[keyword], revision[keyword]];
    return before === undefined || after === undefined ? {} : { focus: { differ: [before, after] } };
  }
  if (keyword !== 'unevaluatedProperties' && keyword !== 'unevaluatedItems') return {};
  const [before, after] = [base[keyword], revision[keyword]];
  if (before !== undefined && after !== undefined) return {};
  return { focus: { unevaluatedBy: after === undefined ? base : revision } };
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

/** Bounds that are no numbers. */
const worded: ReadonlySet<string> = new Set(['pattern', 'uniqueItems']);

const told = (words: readonly string[], keywords: readonly string[]): readonly string[] =>
  keywords.flatMap((keyword) => words.map((word) => `${kebab(keyword)}-${word}`));

/** Every kind that {@link keywordFacts} can tell. */
export const schemaKinds: readonly string[] = [
  ...['schema-forbidden', 'schema-constrained', 'schema-freed'],
  ...['type-added', 'type-removed', 'type-dropped', 'type-widened', 'became-nullable', 'became-not-nullable'],
  ...['enum-added', 'enum-removed', 'enum-value-added', 'enum-value-removed'],
  ...told(
    ['added', 'removed', 'increased', 'decreased'],
    bounds.map(([keyword]) => keyword).filter((keyword) => !worded.has(keyword)),
  ),
  ...told(
    ['added', 'removed', 'changed'],
    [
      ...[...worded, ...plain, ...annotations, 'patternProperties'],
      ...applicators.map(([keyword]) => keyword).filter((keyword) => !walked.has(keyword)),
    ],
  ),
  ...told(['added', 'removed'], [...walked]),
  ...['reference-added', 'reference-removed', 'alternatives-changed'],
  ...told(['added', 'removed'], ['anyOf', 'oneOf']),
  ...told(['increased', 'decreased'], ['default']),
  ...['required', 'optional'].flatMap((demand) => [
    `${demand}-property-added`,
    `${demand}-property-removed`,
    `property-became-${demand}`,
  ]),
  ...['object-closed', 'object-opened', 'additional-properties-constrained', 'additional-properties-freed'],
  ...['items-constrained', 'items-freed', 'tuple-lengthened', 'tuple-shortened'],
  'dependent-required-changed',
  ...told(['branch-added', 'branch-removed'], ['allOf', 'anyOf', 'oneOf']),
];
