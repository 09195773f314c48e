import type { Contract, Schema } from '@millwright/contract';

/** Every schema of a contract once: the named ones, and what operations and messages hold, with all that is inside. */
export function allSchemas(contract: Contract): ReadonlySet<Schema> {
  const known = schemasOfContract.get(contract);
  if (known !== undefined) return known;
  const found = new Set<Schema>(contract.schemas.map(({ schema }) => schema));
  for (const operation of [...contract.operations, ...contract.webhooks]) {
    for (const { schema } of [
      ...operation.parameters,
      ...(operation.requestBody?.content ?? []),
      ...operation.responses.flatMap(({ content, headers }) => [...content, ...headers]),
    ])
      if (schema !== undefined) found.add(schema);
  }
  for (const { messages } of contract.channels)
    for (const { payload, headers } of messages)
      for (const schema of [payload, headers]) if (schema !== undefined) found.add(schema);
  for (const schema of found) for (const part of partsOf(schema)) found.add(part);
  schemasOfContract.set(contract, found);
  return found;
}

const schemasOfContract = new WeakMap<Contract, ReadonlySet<Schema>>();

/** Schemas directly inside a schema or referred to by it. */
export function partsOf(schema: Schema): readonly Schema[] {
  const singles = [
    schema.ref,
    schema.items,
    schema.contains,
    schema.additionalProperties,
    schema.propertyNames,
    schema.unevaluatedItems,
    schema.unevaluatedProperties,
    schema.not,
    schema.if,
    schema.then,
    schema.else,
  ];
  const lists = [
    schema.allOf,
    schema.anyOf,
    schema.oneOf,
    schema.prefixItems,
    schema.properties?.values(),
    schema.patternProperties?.values(),
    schema.dependentSchemas?.values(),
  ];
  return [...singles, ...lists.flatMap((list) => [...(list ?? [])])].filter((part) => part !== undefined);
}
