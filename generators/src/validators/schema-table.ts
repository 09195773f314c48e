import { type Code, code, join, literal, sortedBy, stringLiteral } from '@millwright/codegen';
import { isJsonObject, type JsonValue, member, type Schema } from '@millwright/contract';
import { isAnnotated, type Shape } from '../types/shapes.ts';
import { checkedFormat } from './scalars.ts';

const plainKeywords = [
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
  'maxProperties',
  'minProperties',
  'type',
  'enum',
] as const;
const singles = [
  'ref',
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
const lists = ['prefixItems', 'anyOf', 'oneOf'] as const;
const maps = ['properties', 'patternProperties', 'dependentSchemas'] as const;

/** Names that must be present in a shape: a member that does not travel in it is never asked for. */
export function requiredIn(schema: Schema, shape: Shape): readonly string[] {
  const hidden = shape === 'write' ? 'readOnly' : 'writeOnly';
  return (schema.required ?? []).filter((name) => {
    const property = schema.properties?.get(name);
    return property === undefined || !isAnnotated(property, hidden);
  });
}

/** Writes schemas as the plain data that `violationsOf` of the runtime reads. */
export class SchemaTablePrinter {
  readonly #formats: boolean;
  readonly #nameOf: (schema: Schema) => string | undefined;
  readonly #indexes: Readonly<Record<Shape, Map<Schema, number>>> = { read: new Map(), write: new Map() };
  readonly #waiting: (readonly [schema: Schema, shape: Shape])[] = [];
  readonly #lines: string[] = [];
  readonly #resources: Readonly<Record<Shape, Map<Schema['resource'], number>>> = { read: new Map(), write: new Map() };
  readonly #anchors: { readonly resource: Schema['resource']; readonly shape: Shape }[] = [];

  constructor(nameOf: (schema: Schema) => string | undefined, formats: boolean) {
    this.#nameOf = nameOf;
    this.#formats = formats;
  }

  /** Index of a schema in a shape. */
  indexOf(schema: Schema, shape: Shape): number {
    const known = this.#indexes[shape].get(schema);
    if (known !== undefined) return known;
    const index = this.#lines.length;
    this.#lines.push('');
    this.#indexes[shape].set(schema, index);
    this.#waiting.push([schema, shape]);
    return index;
  }

  /** The table as an expression, complete for every index that was asked for. */
  print(): Code {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const [schema, shape] = next;
      this.#lines[this.indexOf(schema, shape)] = JSON.stringify(this.#node(schema, shape));
    }
    const resources = this.#anchors.map(({ resource, shape }) =>
      sortedObject(
        [...resource.dynamicAnchors].map(([anchor, schema]) => [anchor, this.indexOf(schema, shape)] as const),
      ),
    );
    // Anchors may have led to schemas that nothing else refers to.
    if (this.#waiting.length > 0) return this.print();
    return code`{
  nodes: [
${join(
  this.#lines.map((line) => code`    ${stringLiteral(line)},`),
  '\n',
)}
  ].map((node) => JSON.parse(node)),
  resources: ${literal(resources)},
}`;
  }

  #node(schema: Schema, shape: Shape): JsonValue {
    if (schema.boolean !== undefined) return schema.boolean;
    const node: [string, JsonValue][] = [];
    const add = (keyword: string, value: JsonValue | undefined): void => {
      if (value !== undefined) node.push([keyword, value]);
    };
    add('title', this.#nameOf(schema));
    if (isClassified(schema)) add('classified', true);
    add('resource', this.#resourceOf(schema, shape));
    for (const keyword of plainKeywords) add(keyword, schema[keyword] as JsonValue | undefined);
    if ('const' in schema) add('const', schema.const);
    add('format', checkedFormat(schema, this.#formats));
    const required = requiredIn(schema, shape);
    if (required.length > 0) add('required', [...required].sort());
    if (schema.dependentRequired !== undefined)
      add('dependentRequired', sortedBy(schema.dependentRequired, ([name]) => name) as unknown as JsonValue);
    const { dynamicRef } = schema;
    if (dynamicRef?.dynamic === true)
      add('dynamicRef', { anchor: dynamicRef.anchor, initial: this.indexOf(dynamicRef.initial, shape) });
    const allOf = [...(dynamicRef?.dynamic === false ? [dynamicRef.initial] : []), ...(schema.allOf ?? [])];
    if (allOf.length > 0)
      add(
        'allOf',
        allOf.map((part) => this.indexOf(part, shape)),
      );
    for (const keyword of singles) {
      const part = schema[keyword];
      if (part !== undefined) add(keyword, this.indexOf(part, shape));
    }
    for (const keyword of lists)
      add(
        keyword,
        schema[keyword]?.map((part) => this.indexOf(part, shape)),
      );
    for (const keyword of maps) {
      const parts = schema[keyword];
      if (parts !== undefined)
        add(
          keyword,
          sortedBy(parts, ([name]) => name).map(([name, part]) => [name, this.indexOf(part, shape)]),
        );
    }
    return Object.fromEntries(node);
  }

  #resourceOf(schema: Schema, shape: Shape): number | undefined {
    const { resource } = schema;
    if (resource.dynamicAnchors.size === 0) return undefined;
    let index = this.#resources[shape].get(resource);
    if (index === undefined) {
      index = this.#anchors.length;
      this.#resources[shape].set(resource, index);
      this.#anchors.push({ resource, shape });
    }
    return index;
  }
}

function sortedObject(entries: readonly (readonly [string, JsonValue])[]): JsonValue {
  return Object.fromEntries(sortedBy(entries, ([name]) => name));
}

function isClassified(schema: Schema): boolean {
  const governance = schema.extensions?.get('x-governance');
  if (!isJsonObject(governance)) return false;
  const classification = member(governance, 'classification');
  return classification === 'confidential' || classification === 'regulated';
}
