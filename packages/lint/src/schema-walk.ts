import type { Contract, Header, MediaType, Message, Operation, Parameter, Schema } from '@millwright/contract';

/** Every schema of a contract once: the named ones, and what operations and messages hold, with all that is inside. */
export function allSchemas(contract: Contract): ReadonlySet<Schema> {
  let found = schemasOfContract.get(contract);
  if (found === undefined) {
    found = reachableFrom([...contract.schemas.map(({ schema }) => schema), ...exchangedSchemas(contract)]);
    schemasOfContract.set(contract, found);
  }
  return found;
}

const schemasOfContract = new WeakMap<Contract, ReadonlySet<Schema>>();

/** What operations, webhooks and messages name directly. */
export function exchangedSchemas(contract: Contract): readonly Schema[] {
  return [
    ...allOperations(contract).flatMap(schemasOfOperation),
    ...allMessages(contract).flatMap(({ payload, headers }) => [payload ?? [], headers ?? []].flat()),
  ];
}

/** Operations of paths and webhooks with the callbacks in them. */
export function allOperations(contract: Contract): readonly Operation[] {
  return [...contract.operations, ...contract.webhooks].flatMap((operation) => [operation, ...operation.callbacks]);
}

/** Messages of channels, of their operations and of replies, each once. */
export function allMessages(contract: Contract): readonly Message[] {
  return [
    ...new Set([
      ...contract.channels.flatMap(({ messages }) => messages),
      ...contract.channelOperations.flatMap(({ messages, reply }) => [...messages, ...(reply?.messages ?? [])]),
    ]),
  ];
}

/** Content of request and responses, of parameters and of headers. */
function contentOf(operation: Operation): readonly MediaType[] {
  return [
    ...operation.parameters.flatMap(({ content }) => content),
    ...(operation.requestBody?.content ?? []),
    ...operation.responses.flatMap(({ content, headers }) => [
      ...content,
      ...headers.flatMap(({ content: inner }) => inner),
    ]),
  ];
}

/** Schemas that an operation names directly. */
export function schemasOfOperation(operation: Operation): readonly Schema[] {
  const described: readonly (Parameter | Header)[] = [
    ...operation.parameters,
    ...operation.responses.flatMap(({ headers }) => headers),
  ];
  return [
    ...described.flatMap(({ schema }) => schema ?? []),
    ...contentOf(operation).flatMap(({ schema, itemSchema }) => [schema ?? [], itemSchema ?? []].flat()),
  ];
}

/** Schemas that can be reached from some, themselves included. */
export function reachableFrom(roots: Iterable<Schema>): ReadonlySet<Schema> {
  const reached = new Set(roots);
  for (const schema of reached) for (const part of partsOf(schema)) reached.add(part);
  return reached;
}

/** Schemas directly inside a schema or referred to by it. */
function partsOf(schema: Schema): readonly Schema[] {
  const singles = [
    schema.ref,
    schema.dynamicRef?.initial,
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
    schema.contentSchema,
  ];
  const lists = [
    schema.allOf,
    schema.anyOf,
    schema.oneOf,
    schema.prefixItems,
    schema.properties?.values(),
    schema.patternProperties?.values(),
    schema.dependentSchemas?.values(),
    schema.discriminator?.mapping.values(),
  ];
  return [...singles, ...lists.flatMap((list) => [...(list ?? [])])].filter((part) => part !== undefined);
}

/** What a chain of `$ref` ends at. */
export function targetOf(schema: Schema): Schema {
  const seen = new Set([schema]);
  let target = schema;
  while (target.ref !== undefined && !seen.has(target.ref)) {
    target = target.ref;
    seen.add(target);
  }
  return target;
}

/** The schemas that an instance must all obey: a schema, what it refers to, and the members of `allOf`. */
export function conjunctsOf(schema: Schema): ReadonlySet<Schema> {
  const parts = new Set([schema]);
  for (const part of parts) for (const next of [part.ref ?? [], part.allOf ?? []].flat()) parts.add(next);
  return parts;
}

/** Properties that an instance of a schema may have, through `$ref` and `allOf`. */
export function propertiesOf(schema: Schema): ReadonlyMap<string, Schema> {
  return new Map([...conjunctsOf(schema)].flatMap(({ properties }) => [...(properties ?? [])]));
}
