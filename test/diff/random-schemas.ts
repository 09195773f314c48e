import type { JsonObject, JsonValue } from '@millwright/contract';
import fc from 'fast-check';

type SchemaJson = JsonObject | boolean;

const names = ['a', 'b', 'c'];
const patterns = ['^a', 'b$', '^[ab]*$', 'c'];
const typeNames = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];

const name = fc.constantFrom(...names);
const scalar: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue[]>(
  ...([null, true, false, 0, 1, 2, -1, 0.5, 'a', 'b', 'ab', ''] as const),
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(name, scalar, { maxKeys: 2 }) },
);
const small = fc.integer({ min: 0, max: 3 });
const bound = fc.constantFrom(-1, 0, 1, 2, 3, 0.5);

/** Keywords without parts. */
const plain: readonly fc.Arbitrary<JsonObject>[] = [
  fc.record({ type: fc.constantFrom(...typeNames) }),
  fc.record({ type: fc.constantFrom(...typeNames) }),
  fc.record({ type: fc.uniqueArray(fc.constantFrom(...typeNames), { minLength: 2, maxLength: 3 }) }),
  fc.record({ enum: fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: (item) => JSON.stringify(item) }) }),
  fc.record({ const: value }),
  fc.record({ minimum: bound }),
  fc.record({ maximum: bound }),
  fc.record({ exclusiveMinimum: bound }),
  fc.record({ exclusiveMaximum: bound }),
  fc.record({ multipleOf: fc.constantFrom(0.5, 1, 2, 3) }),
  fc.record({ minLength: small }),
  fc.record({ maxLength: small }),
  fc.record({ pattern: fc.constantFrom(...patterns) }),
  fc.record({ minItems: small }),
  fc.record({ maxItems: small }),
  fc.record({ uniqueItems: fc.boolean() }),
  fc.record({ minProperties: small }),
  fc.record({ maxProperties: small }),
  fc.record({ required: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }) }),
  fc.record({ dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { maxLength: 2 }), { maxKeys: 2 }) }),
];

/** By entries, since an object with a member `then` looks like a promise. */
const conditional = (part: fc.Arbitrary<SchemaJson>): Record<string, fc.Arbitrary<SchemaJson>> =>
  Object.fromEntries(['if', 'then', 'else'].map((keyword) => [keyword, part]));

/** Keywords whose parts speak of the same value, and keywords whose parts speak of parts of it. */
function compound(
  here: fc.Arbitrary<SchemaJson>,
  below: fc.Arbitrary<SchemaJson>,
): readonly fc.Arbitrary<JsonObject>[] {
  const branches = fc.array(here, { minLength: 1, maxLength: 3 });
  return [
    fc.record({ allOf: branches }),
    fc.record({ anyOf: branches }),
    fc.record({ oneOf: branches }),
    fc.record({ not: here }),
    fc.record(conditional(here), { requiredKeys: ['if'] }),
    fc.record({ dependentSchemas: fc.dictionary(name, here, { minKeys: 1, maxKeys: 2 }) }),
    fc.record({ prefixItems: fc.array(below, { minLength: 1, maxLength: 2 }) }),
    fc.record({ items: below }),
    fc.record({ contains: below, minContains: small, maxContains: small }, { requiredKeys: ['contains'] }),
    fc.record({ unevaluatedItems: below }),
    fc.record({ properties: fc.dictionary(name, below, { minKeys: 1, maxKeys: 2 }) }),
    fc.record({ properties: fc.dictionary(name, below, { minKeys: 1, maxKeys: 2 }) }),
    fc.record({ patternProperties: fc.dictionary(fc.constantFrom(...patterns), below, { minKeys: 1, maxKeys: 2 }) }),
    fc.record({ additionalProperties: below }),
    fc.record({ propertyNames: here }),
    fc.record({ unevaluatedProperties: below }),
  ];
}

const merged = (parts: readonly JsonObject[]): JsonObject => Object.assign({}, ...parts) as JsonObject;

/**
 * Small schemas with all keywords. References to `$defs` stand only where parts of a value are spoken of, so that no
 * schema asks of a value that it fits itself.
 */
function schemaOf(depth: number, referable: readonly string[]): fc.Arbitrary<SchemaJson> {
  const flat = fc.array(fc.oneof(...plain), { minLength: 0, maxLength: 2 }).map(merged);
  const leaves: fc.WeightedArbitrary<SchemaJson>[] = [
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 6, arbitrary: flat },
  ];
  if (depth === 0) return fc.oneof(...leaves);
  const here = schemaOf(depth - 1, referable);
  const references = referable.map((to) => fc.constant<SchemaJson>({ $ref: `#/$defs/${to}` }));
  const below =
    references.length === 0
      ? here
      : fc.oneof({ weight: 4, arbitrary: here }, ...references.map((arbitrary) => ({ weight: 1, arbitrary })));
  const nested = fc
    .tuple(flat, fc.array(fc.oneof(...compound(here, below)), { minLength: 1, maxLength: 2 }))
    .map(([own, parts]) => merged([own, ...parts]));
  return fc.oneof(...leaves, { weight: 8, arbitrary: nested });
}

/** A schema with `$defs`, which may lead to each other and back to themselves. */
const schemaAlone: fc.Arbitrary<SchemaJson> = fc.oneof(
  { weight: 3, arbitrary: schemaOf(3, []) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(schemaOf(2, ['p', 'q']), schemaOf(2, ['p', 'q']), schemaOf(1, ['p', 'q']))
      .map(([root, p, q]): SchemaJson => (typeof root === 'boolean' ? root : { ...root, $defs: { p, q } })),
  },
);

const relatives: fc.Arbitrary<readonly [SchemaJson, SchemaJson]> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(schemaAlone, schemaAlone) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(schemaAlone, fc.oneof(...plain, ...compound(schemaOf(1, []), schemaOf(1, []))), fc.nat(50), fc.boolean())
      .map(([base, added, at, isAddition]) => [base, edited(base, added, { at, isAddition })] as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(schemaOf(1, []), { minLength: 1, maxLength: 3 }), fc.constantFrom('allOf', 'anyOf', 'oneOf'))
      .map(([parts, keyword]) => [parts[0] as SchemaJson, { [keyword]: parts } as JsonObject] as const),
  },
);

/** Two schemas as they are read from files, mostly one and a near relative of it: far ones are told apart by nearly any value. */
export const schemaPair: fc.Arbitrary<readonly [SchemaJson, SchemaJson]> = relatives.map(
  (pair) => JSON.parse(JSON.stringify(pair)) as [SchemaJson, SchemaJson],
);

const isSchemaMap = (keyword: string): boolean =>
  ['properties', 'patternProperties', 'dependentSchemas', '$defs'].includes(keyword);
const isSchemaList = (keyword: string): boolean => ['allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(keyword);
const isSchemaPart = (keyword: string): boolean =>
  /^(not|if|then|else|items|contains|additionalProperties|propertyNames|unevaluatedItems|unevaluatedProperties)$/.test(
    keyword,
  );

/** The schema with `change` made to each of its parts, the parts of those included, and then to itself. */
function mapSchema(schema: SchemaJson, change: (part: SchemaJson) => SchemaJson): SchemaJson {
  if (typeof schema === 'boolean') return change(schema);
  const inner = (part: JsonValue | undefined): JsonValue => mapSchema(part as SchemaJson, change);
  return change(
    Object.fromEntries(
      Object.entries(schema).map(([keyword, part]): [string, JsonValue] => {
        if (isSchemaPart(keyword)) return [keyword, inner(part)];
        if (isSchemaList(keyword)) return [keyword, (part as readonly JsonValue[]).map(inner)];
        if (isSchemaMap(keyword))
          return [keyword, Object.fromEntries(Object.entries(part as JsonObject).map(([key, of]) => [key, inner(of)]))];
        return [keyword, part as JsonValue];
      }),
    ),
  );
}

/** The schema with keywords of one of its parts added, or one keyword left out. */
function edited(
  schema: SchemaJson,
  added: JsonObject,
  { at, isAddition }: { readonly at: number; readonly isAddition: boolean },
): SchemaJson {
  let parts = 0;
  mapSchema(schema, (part) => {
    parts += typeof part === 'boolean' ? 0 : 1;
    return part;
  });
  let index = -1;
  return mapSchema(schema, (part) => {
    if (typeof part === 'boolean') return part;
    index += 1;
    if (index !== at % Math.max(1, parts)) return part;
    if (isAddition || part['$ref'] !== undefined) return { ...part, ...added };
    const left = Object.keys(part).filter((keyword) => keyword !== '$defs');
    const dropped = left[at % Math.max(1, left.length)];
    return Object.fromEntries(Object.entries(part).filter(([keyword]) => keyword !== dropped));
  });
}

/** The same with members in reverse order. */
export function reordered(schema: SchemaJson): SchemaJson {
  return mapSchema(schema, (part) =>
    typeof part === 'boolean' ? part : Object.fromEntries(Object.entries(part).reverse()),
  );
}

/** The same with one part that is an object moved into `$defs`. */
export function withDefinition(schema: SchemaJson, at: number): SchemaJson {
  if (typeof schema === 'boolean') return schema;
  let moved: SchemaJson | undefined;
  let index = 0;
  const { $defs = {}, ...own } = schema;
  const changed = mapSchema(own, (part) => {
    index += 1;
    if (moved !== undefined || index <= at || typeof part === 'boolean') return part;
    moved = part;
    return { $ref: '#/$defs/moved' };
  }) as JsonObject;
  return moved === undefined ? schema : { ...changed, $defs: { ...($defs as JsonObject), moved } };
}

const seeds: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  1,
  2,
  3,
  4,
  -1,
  -2,
  0.5,
  1.5,
  0.25,
  6,
  '',
  'a',
  'b',
  'c',
  'd',
  'ab',
  'ba',
  'aab',
  'abcd',
];
const members = [...names, 'd', 'ab', 'aac', 'bb'];

/** Values to try: simple ones, those that a schema names, and arrays and objects of these. */
export function instances(schemas: readonly SchemaJson[], random: () => number): readonly JsonValue[] {
  const pool: JsonValue[] = [...seeds];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const found: JsonValue[] = [];
  for (const schema of schemas)
    mapSchema(schema, (part) => {
      if (typeof part === 'object') {
        if (part['const'] !== undefined) found.push(part['const']);
        if (Array.isArray(part['enum'])) found.push(...(part['enum'] as JsonValue[]));
      }
      return part;
    });
  pool.push(...found, ...found, [], {});
  for (let made = 0; made < 160; made += 1) {
    const size = Math.floor(random() * 5);
    pool.push(
      random() < 0.4
        ? Array.from({ length: size }, () => pick(random() < 0.5 ? seeds : pool))
        : Object.fromEntries(Array.from({ length: size }, () => [pick(members), pick(random() < 0.5 ? seeds : pool)])),
    );
  }
  return pool;
}
