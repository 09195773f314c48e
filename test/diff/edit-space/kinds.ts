import { isJsonObject, type JsonObject, type JsonValue } from '@millwright/contract';
import { dynamicSchema, follow, type MetaNode } from './meta-schemas.ts';

/** A field of an object, all fields of a pattern, or the members of a list (`[]`). */
export interface Field {
  readonly name: string;
  readonly nodes: readonly MetaNode[];
}

/** An object or a list, as the meta-schema describes it; what it says under conditions counts as well. */
export interface Kind {
  readonly name: string;
  readonly isList: boolean;
  readonly fields: readonly Field[];
  /** What may be demanded, under whatever condition. */
  readonly required: ReadonlySet<string>;
}

/** The meta-schema behind references that say nothing besides. */
function target(node: MetaNode): MetaNode {
  const { schema, base, name } = node;
  if (!isJsonObject(schema)) return node;
  const reference = schema['$ref'];
  if (schema['$dynamicRef'] === '#meta') return dynamicSchema;
  if (typeof reference !== 'string' || own(schema)) return node;
  const found = follow(reference, base);
  return target(found.name === '' ? { ...found, name } : found);
}

const own = (schema: JsonObject): boolean =>
  ['properties', 'patternProperties', 'items'].some((keyword) => keyword in schema) ||
  isJsonObject(schema['additionalProperties']);

/** What a value may be, each alternative by itself. A reference stands for what it leads to, and is none. */
export function alternatives(node: MetaNode): readonly MetaNode[] {
  const found = target(node);
  const { schema, base, name } = found;
  if (/^reference(object)?$/i.test(name)) return [];
  if (!isJsonObject(schema) || own(schema) || name === 'schema') return [found];
  const nested = [schema['oneOf'], schema['anyOf'], [schema['then'], schema['else']]].flatMap((list) =>
    Array.isArray(list) ? list.filter((item) => item !== undefined) : [],
  );
  // Of a plain value every part says something; of an object all parts are one kind.
  const both = kindOf(found) === undefined && Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  if (nested.length === 0 && both.length === 0) return [found];
  return [...nested, ...both].flatMap((inner) => alternatives({ schema: inner as JsonValue, base, name }));
}

const kinds = new Map<JsonValue, Map<string, Kind | undefined>>();

/** The object or list that a node describes, if it is one. */
export function kindOf(node: MetaNode): Kind | undefined {
  const named = kinds.get(node.schema) ?? new Map<string, Kind | undefined>();
  kinds.set(node.schema, named);
  if (!named.has(node.name)) named.set(node.name, newKind(node));
  return named.get(node.name);
}

function newKind(node: MetaNode): Kind | undefined {
  const fields = new Map<string, MetaNode[]>();
  const required = new Set<string>();
  collect(node, node.name, { fields, required, seen: new Set() });
  if (fields.size === 0) return undefined;
  return {
    name: node.name,
    isList: fields.has('[]'),
    fields: [...fields].map(([name, nodes]) => ({ name, nodes })),
    required,
  };
}

interface Collected {
  readonly fields: Map<string, MetaNode[]>;
  readonly required: Set<string>;
  readonly seen: Set<JsonValue>;
}

function collect({ schema, base }: MetaNode, owner: string, into: Collected): void {
  if (!isJsonObject(schema) || into.seen.has(schema)) return;
  into.seen.add(schema);
  const add = (name: string, value: JsonValue): void => {
    const node = { schema: value, base, name: `${owner}.${name}` };
    const nodes = into.fields.get(name);
    if (nodes === undefined) into.fields.set(name, [node]);
    else nodes.push(node);
  };
  // Extensions that the meta-schema happens to know are extensions all the same.
  for (const [name, value] of Object.entries(objectOf(schema['properties'])))
    if (!name.startsWith('x-')) add(name, value as JsonValue);
  // A pattern of fixed names says more about these.
  for (const [pattern, value] of Object.entries(objectOf(schema['patternProperties'])))
    if (pattern.startsWith('^x-')) add('x-*', value as JsonValue);
    else if (!pattern.startsWith('^(?:')) add('*', value as JsonValue);
  const rest = schema['additionalProperties'];
  if (rest === true || isJsonObject(rest)) add('*', rest);
  if (schema['items'] !== undefined) add('[]', schema['items'] as JsonValue);
  if (Array.isArray(schema['required'])) for (const name of schema['required']) into.required.add(String(name));
  const isOfOthers = isJsonObject(schema['if']) && 'not' in schema['if'] && 'type' in objectOf(schema['if']['not']);
  const branches = [isOfOthers ? undefined : schema['then'], schema['else']];
  const parts = [schema['allOf'], schema['oneOf'], schema['anyOf'], branches];
  const conditional = Object.values(objectOf(schema['dependentSchemas']));
  for (const part of [...parts.flatMap((list) => (Array.isArray(list) ? list : [])), ...conditional])
    if (part !== undefined) collect({ schema: part as JsonValue, base, name: owner }, owner, into);
  if (typeof schema['$ref'] === 'string') collect(follow(schema['$ref'], base), owner, into);
}

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
