import type { JsonObject, JsonValue } from '../json.ts';
import type { Schema } from '../schema.ts';

const plainKeywords = [
  'enum',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'minContains',
  'maxContains',
  'maxItems',
  'minItems',
  'uniqueItems',
  'required',
  'maxProperties',
  'minProperties',
  'format',
  'contentEncoding',
  'contentMediaType',
] as const;
const schemaKeywords = [
  'items',
  'contains',
  'unevaluatedItems',
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
] as const;
const listKeywords = ['prefixItems', 'allOf', 'anyOf', 'oneOf'] as const;
const mapKeywords = ['properties', 'patternProperties', 'dependentSchemas'] as const;

/**
 * One self-contained JSON Schema 2020-12 document with the meaning of a schema node, for validators that are asked at
 * run time: every `$ref` target becomes an entry of `$defs`, so cycles stay finite and no file is read again.
 *
 * Limit: a `$dynamicRef` is printed as a reference to its starting point; the dynamic scope is not kept.
 */
export function toJsonSchema(root: Schema): JsonObject {
  const names = new Map<Schema, string>();
  const waiting: Schema[] = [];
  const refer = (schema: Schema): string => {
    let name = names.get(schema);
    if (name === undefined) {
      name = `s${names.size}`;
      names.set(schema, name);
      waiting.push(schema);
    }
    return `#/$defs/${name}`;
  };
  const body: JsonObject = { $ref: refer(root) };
  const definitions: Record<string, JsonValue> = {};
  for (let schema = waiting.shift(); schema !== undefined; schema = waiting.shift())
    definitions[names.get(schema) as string] = toJsonSchemaPart(schema, refer);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...body, $defs: definitions };
}

/** The same without the targets of its references: `refer` gives each its URI, for validators that share them. */
export function toJsonSchemaPart(schema: Schema, refer: (target: Schema) => string): JsonValue {
  return new JsonSchemaPrinter(refer).print(schema);
}

class JsonSchemaPrinter {
  readonly #refer: (target: Schema) => string;

  constructor(refer: (target: Schema) => string) {
    this.#refer = refer;
  }

  print(schema: Schema): JsonValue {
    if (schema.boolean !== undefined) return schema.boolean;
    const printed: Record<string, JsonValue> = {};
    if (schema.ref !== undefined) printed['$ref'] = this.#refer(schema.ref);
    if (schema.dynamicRef !== undefined) printed['allOf'] = [{ $ref: this.#refer(schema.dynamicRef.initial) }];
    if (schema.type !== undefined)
      printed['type'] = schema.type.length === 1 ? (schema.type[0] as string) : [...schema.type];
    if ('const' in schema) printed['const'] = schema.const as JsonValue;
    for (const keyword of plainKeywords)
      if (schema[keyword] !== undefined) printed[keyword] = schema[keyword] as JsonValue;
    for (const keyword of schemaKeywords)
      if (schema[keyword] !== undefined) printed[keyword] = this.print(schema[keyword] as Schema);
    for (const keyword of listKeywords) {
      const list = schema[keyword]?.map((item) => this.print(item));
      if (list !== undefined)
        printed[keyword] =
          keyword === 'allOf' && Array.isArray(printed['allOf'])
            ? [...(printed['allOf'] as JsonValue[]), ...list]
            : list;
    }
    for (const keyword of mapKeywords)
      if (schema[keyword] !== undefined)
        printed[keyword] = this.#printMap(schema[keyword] as ReadonlyMap<string, Schema>);
    if (schema.dependentRequired !== undefined) printed['dependentRequired'] = toObject([...schema.dependentRequired]);
    return printed;
  }

  #printMap(map: ReadonlyMap<string, Schema>): JsonObject {
    return toObject([...map].map(([name, schema]) => [name, this.print(schema)] as const));
  }
}

/** Object.fromEntries defines own members, so `__proto__` stays data. */
function toObject(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries);
}
