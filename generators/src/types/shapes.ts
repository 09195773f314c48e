import { NameScope, nameSchemas, reachableSchemas } from '@millwright/codegen';
import type { Contract, Operation, Schema } from '@millwright/contract';

/** `read` is what a server answers or a message carries; `write` is what a client sends: without readOnly members. */
export type Shape = 'read' | 'write';

/** Type names of a contract in both shapes. */
export interface ShapeNames {
  /** Every named schema with its type name, in code-unit order. */
  readonly named: ReadonlyMap<Schema, string>;
  /** Type name of a node in a shape; undefined when the node is printed in place. */
  readonly nameOf: (schema: Schema, shape: Shape) => string | undefined;
  /** True when requests and responses need types of their own. */
  readonly differs: (schema: Schema) => boolean;
}

const shapesOfContract = new WeakMap<Contract, ShapeNames>();

/** Names both shapes; the write shape is called `<Name>Input` and exists only where it differs and somebody sends it. */
export function nameShapes(contract: Contract): ShapeNames {
  const known = shapesOfContract.get(contract);
  if (known !== undefined) return known;
  const names = nameSchemas(contract);
  const sent = sentSchemas(contract);
  const differing = new Set(
    [...differingSchemas([...names.byName.values()])].filter((schema) => sent === undefined || sent.has(schema)),
  );
  const scope = new NameScope(names.byName.keys());
  const inputs = new Map<Schema, string>();
  for (const [name, schema] of names.byName) if (differing.has(schema)) inputs.set(schema, scope.claim(`${name}Input`));
  const shapes: ShapeNames = {
    named: new Map([...names.byName].map(([name, schema]) => [schema, name])),
    nameOf: (schema, shape) =>
      shape === 'write' ? (inputs.get(schema) ?? names.nameOf(schema)) : names.nameOf(schema),
    differs: (schema) => differing.has(schema),
  };
  shapesOfContract.set(contract, shapes);
  return shapes;
}

/** Schemas of which requests consist. Undefined for a contract without operations: then nobody knows what is sent. */
function sentSchemas(contract: Contract): ReadonlySet<Schema> | undefined {
  const operations = [...contract.operations, ...contract.webhooks];
  return operations.length === 0 ? undefined : reachableSchemas(operations.flatMap(requestSchemas));
}

function requestSchemas({ parameters, requestBody, callbacks }: Operation): readonly Schema[] {
  const contents = [...parameters.flatMap(({ content }) => content), ...(requestBody?.content ?? [])];
  return [
    ...parameters.flatMap(({ schema }) => schema ?? []),
    ...contents.flatMap(({ schema, itemSchema }) => [schema ?? [], itemSchema ?? []].flat()),
    ...callbacks.flatMap(requestSchemas),
  ];
}

/** Schemas from which a readOnly or writeOnly property can be reached: found by walking the edges backwards. */
function differingSchemas(roots: readonly Schema[]): ReadonlySet<Schema> {
  const users = new Map<Schema, Schema[]>();
  const differing = new Set<Schema>();
  for (const schema of reachableSchemas(roots)) {
    for (const target of printedParts(schema)) {
      const list = users.get(target);
      if (list === undefined) users.set(target, [schema]);
      else list.push(schema);
    }
    for (const property of schema.properties?.values() ?? [])
      if (isAnnotated(property, 'readOnly') || isAnnotated(property, 'writeOnly')) differing.add(schema);
  }
  for (const schema of differing) for (const user of users.get(schema) ?? []) differing.add(user);
  return differing;
}

/** True when a property, or the schema that it refers to, has an annotation. */
export function isAnnotated(property: Schema, annotation: 'readOnly' | 'writeOnly'): boolean {
  return (property[annotation] ?? property.ref?.[annotation]) === true;
}

/** The schemas that the type of a schema mentions: conditions and negations say nothing that a type can say. */
function printedParts(schema: Schema): readonly Schema[] {
  const {
    ref,
    dynamicRef,
    allOf = [],
    anyOf = [],
    oneOf = [],
    items,
    prefixItems = [],
    properties,
    patternProperties,
    additionalProperties,
  } = schema;
  const singles = [ref, dynamicRef?.target, items, additionalProperties].filter((part) => part !== undefined);
  return [
    ...singles,
    ...allOf,
    ...anyOf,
    ...oneOf,
    ...prefixItems,
    ...(properties?.values() ?? []),
    ...(patternProperties?.values() ?? []),
  ];
}
