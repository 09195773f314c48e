import { member } from '../json.ts';
import { parsePointer } from '../pointer.ts';
import type { NamedSchema, Schema } from '../schema.ts';
import { documentKind } from './document-kind.ts';
import type { SchemaGraph } from './schema-graph.ts';

/**
 * Schemas that have a name of their own: components, roots of schema files, definitions, inline schemas of schema files
 * with a PascalCase title that nobody else has, and whatever else a `$ref` points to.
 */
export function nameCandidates(
  graph: SchemaGraph,
  components: readonly (readonly [string, Schema])[],
): readonly NamedSchema[] {
  const named = new Map<Schema, NamedSchema>();
  const add = (name: string, schema: Schema, role: NamedSchema['role']): void => {
    if (!named.has(schema)) named.set(schema, { name, schema, role });
  };
  for (const [name, schema] of components) add(name, schema, 'component');
  // What comes with the reader has a name only where a reference asks for it.
  const given = graph.given();
  for (const schema of given) {
    if (schema.pointer === '' && documentKind(schema.document) === 'jsonschema' && saysSomething(schema))
      add(documentName(schema), schema, 'document');
  }
  for (const schema of given)
    if (documentKind(schema.document) !== 'arazzo')
      for (const [name, definition] of schema.defs ?? []) add(name, definition, 'definition');
  for (const schema of graph.referenced)
    if (schema.boolean === undefined || schema.pointer !== '') add(referenceName(schema), schema, 'reference');
  addTitled(graph, named, add);
  return [...named.values()];
}

/** A file that only holds definitions describes no value of its own. */
function saysSomething(schema: Schema): boolean {
  if (typeof schema.raw === 'boolean') return true;
  return Object.keys(schema.raw).some(
    (keyword) =>
      ![
        '$schema',
        '$id',
        'id',
        '$comment',
        '$vocabulary',
        '$defs',
        'definitions',
        'title',
        'description',
        '$anchor',
      ].includes(keyword) && !keyword.startsWith('x-'),
  );
}

function documentName(schema: Schema): string {
  const title = schema.title;
  if (title !== undefined && /^[\p{L}_][\p{L}\p{Nd} _-]{0,60}$/u.test(title)) return title;
  const file = schema.document.uri.slice(schema.document.uri.lastIndexOf('/') + 1);
  return file.replace(/\.(json|ya?ml)$/i, '').replace(/\.schema$/i, '') || 'Root';
}

/** Last words of the pointer that tell the place apart, such as `OrderItems` for `/properties/order/items`. */
function referenceName(schema: Schema): string {
  if (schema.pointer === '') return documentName(schema);
  const tokens = (parsePointer(schema.pointer) ?? []).filter((token) => !structuralTokens.has(token));
  const last = tokens.at(-1) ?? 'Schema';
  return /^\d+$/.test(last) ? `${tokens.at(-2) ?? 'Schema'} ${last}` : last;
}

const structuralTokens: ReadonlySet<string> = new Set([
  'schema',
  'properties',
  '$defs',
  'definitions',
  'components',
  'schemas',
  'content',
  'items',
  'allOf',
  'anyOf',
  'oneOf',
  'application/json',
]);

function addTitled(
  graph: SchemaGraph,
  named: ReadonlyMap<Schema, NamedSchema>,
  add: (name: string, schema: Schema, role: 'titled') => void,
): void {
  const taken = new Set([...named.values()].map(({ name }) => name));
  const counts = new Map<string, number>();
  const candidates: (readonly [string, Schema])[] = [];
  for (const schema of graph.nodes) {
    const { title } = schema;
    if (title === undefined || !/^[A-Z][A-Za-z0-9]*$/.test(title) || named.has(schema) || schema.ref !== undefined)
      continue;
    if (
      documentKind(schema.document) !== 'jsonschema' ||
      typeof schema.raw === 'boolean' ||
      member(schema.raw, 'const') !== undefined
    )
      continue;
    counts.set(title, (counts.get(title) ?? 0) + 1);
    candidates.push([title, schema]);
  }
  for (const [title, schema] of candidates)
    if (counts.get(title) === 1 && !taken.has(title)) add(title, schema, 'titled');
}
