import { DynamicScope } from '../dynamic-scope.ts';
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

/** Each scope repeats what depends on it, so there are few. */
const scopesMax = 16;

/**
 * One self-contained JSON Schema 2020-12 document with the meaning of a schema node, for validators that are asked at
 * run time: every `$ref` target becomes an entry of `$defs`, so cycles stay finite and no file is read again. A `$dynamicRef`
 * becomes a plain reference: what depends on the dynamic scope is printed once for each scope that leads there.
 *
 * Limit: beyond 16 scopes the anchors of further resources are not kept.
 */
export function toJsonSchema(root: Schema): JsonObject {
  const printer = new JsonSchemaPrinter();
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...printer.printRoot(root) };
}

interface Definition {
  readonly name: string;
  readonly schema: Schema;
  readonly scope: DynamicScope;
}

class JsonSchemaPrinter {
  readonly #names = new Map<DynamicScope, Map<Schema, string>>();
  readonly #waiting: Definition[] = [];
  #count = 0;

  printRoot(root: Schema): JsonObject {
    const body: JsonObject = { $ref: this.#refer(root, new DynamicScope(scopesMax)) };
    const definitions: Record<string, JsonValue> = {};
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      definitions[next.name] = this.#print(next.schema, next.scope);
    return { ...body, $defs: definitions };
  }

  #refer(schema: Schema, around: DynamicScope): string {
    const scope = around.enter(schema.resource) ?? around;
    let names = this.#names.get(scope);
    if (names === undefined) {
      names = new Map();
      this.#names.set(scope, names);
    }
    let name = names.get(schema);
    if (name === undefined) {
      name = `s${this.#count}`;
      this.#count += 1;
      names.set(schema, name);
      this.#waiting.push({ name, schema, scope });
    }
    return `#/$defs/${name}`;
  }

  #print(schema: Schema, around: DynamicScope): JsonValue {
    if (schema.boolean !== undefined) return schema.boolean;
    const scope = around.enter(schema.resource) ?? around;
    const printed: Record<string, JsonValue> = {};
    if (schema.ref !== undefined) printed['$ref'] = this.#refer(schema.ref, scope);
    if (schema.dynamicRef !== undefined)
      printed['allOf'] = [{ $ref: this.#refer(scope.targetOf(schema.dynamicRef), scope) }];
    if (schema.type !== undefined)
      printed['type'] = schema.type.length === 1 ? (schema.type[0] as string) : [...schema.type];
    if ('const' in schema) printed['const'] = schema.const as JsonValue;
    for (const keyword of plainKeywords)
      if (schema[keyword] !== undefined) printed[keyword] = schema[keyword] as JsonValue;
    for (const keyword of schemaKeywords)
      if (schema[keyword] !== undefined) printed[keyword] = this.#print(schema[keyword] as Schema, scope);
    for (const keyword of listKeywords) {
      const list = schema[keyword]?.map((item) => this.#print(item, scope));
      if (list !== undefined)
        printed[keyword] =
          keyword === 'allOf' && Array.isArray(printed['allOf'])
            ? [...(printed['allOf'] as JsonValue[]), ...list]
            : list;
    }
    for (const keyword of mapKeywords)
      if (schema[keyword] !== undefined)
        printed[keyword] = this.#printMap(schema[keyword] as ReadonlyMap<string, Schema>, scope);
    if (schema.dependentRequired !== undefined) printed['dependentRequired'] = toObject([...schema.dependentRequired]);
    return printed;
  }

  #printMap(map: ReadonlyMap<string, Schema>, scope: DynamicScope): JsonObject {
    return toObject([...map].map(([name, schema]) => [name, this.#print(schema, scope)] as const));
  }
}

/** Object.fromEntries defines own members, so `__proto__` stays data. */
function toObject(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries);
}
