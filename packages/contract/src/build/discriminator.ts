import { isJsonObject, type JsonValue } from '../json.ts';
import { joinPointer } from '../pointer.ts';
import { baseOf, valueAt } from '../resolve/references.ts';
import type { Discriminator, Schema } from '../schema.ts';
import type { MutableSchema, SchemaGraph } from './schema-graph.ts';

/** Reads a discriminator and asks for the targets of its mapping (OpenAPI 3.2, section 4.25). */
export function readDiscriminator(graph: SchemaGraph, node: MutableSchema, value: JsonValue): void {
  if (!isJsonObject(value) || typeof value['propertyName'] !== 'string') return;
  const mapping = new Map<string, Schema>();
  const discriminator: { -readonly [K in keyof Discriminator]: Discriminator[K] } = {
    propertyName: value['propertyName'],
    mapping,
  };
  node.discriminator = discriminator;
  const refer = (target: string, tokens: readonly string[], settle: (schema: Schema) => void): void =>
    graph.refer(
      node,
      referenceOf(node, target),
      joinPointer(node.pointer, 'discriminator', ...tokens),
      'mapping',
      settle,
    );
  const otherwise = value['defaultMapping'];
  if (typeof otherwise === 'string')
    refer(otherwise, ['defaultMapping'], (schema) => {
      discriminator.defaultMapping = schema;
    });
  const raw = value['mapping'];
  if (!isJsonObject(raw)) return;
  const settle = inSourceOrder(Object.keys(raw), mapping);
  for (const [index, name] of Object.keys(raw).entries()) {
    const target = raw[name];
    if (typeof target === 'string') refer(target, ['mapping', name], (schema) => settle(index, schema));
  }
}

/** Fills a mapping in the order of the source, though references to other files are tied later than the rest. */
function inSourceOrder(
  names: readonly string[],
  mapping: Map<string, Schema>,
): (index: number, schema: Schema) => void {
  const settled: (Schema | undefined)[] = [];
  return (index, schema) => {
    const isNext = index >= settled.length;
    settled[index] = schema;
    if (isNext) {
      mapping.set(names[index] as string, schema);
      return;
    }
    mapping.clear();
    for (const [at, known] of settled.entries()) if (known !== undefined) mapping.set(names[at] as string, known);
  };
}

/** A value that can be a component's name is one; only then is it looked at as a URI reference. */
function referenceOf(node: Schema, target: string): string {
  const isPlain = /^[A-Za-z0-9._-]+$/.test(target);
  const pointer = `/components/schemas/${target}`;
  const isName = isPlain && (valueAt(node.document, pointer) !== undefined || !/\.(json|ya?ml)$/.test(target));
  if (!isName) return target;
  // Components belong to the document, whatever `$id` the schema has.
  return `${node.resource.uri === baseOf(node.document) ? '' : node.document.uri}#${pointer}`;
}
