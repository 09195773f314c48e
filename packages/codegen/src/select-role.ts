import type {
  Channel,
  ChannelOperation,
  Contract,
  Governance,
  MediaType,
  Operation,
  Role,
  Schema,
} from '@millwright/contract';
import { reachableSchemas } from './schema-children.ts';

const safeMethods: ReadonlySet<string> = new Set(['get', 'head', 'options', 'query', 'trace']);

/**
 * The part of a contract that a role may use by `x-governance`: safe HTTP operations need `consume`, `create` or
 * `update`, the others `create` or `update`; sending on a channel needs `create` or `update`, receiving `consume`.
 * What a governed document does not grant is denied; documents without any governance are kept whole.
 * Schemas stay where something that is left refers to them.
 */
export function selectForRole(contract: Contract, role: Role): Contract {
  const operations = contract.operations.filter((operation) => mayCall(operation, role));
  const webhooks = contract.webhooks.filter(({ entry, governance }) =>
    grants(governance, ['consume'], role, entry.governance),
  );
  const channelOperations = contract.channelOperations.filter((operation) => mayExchange(operation, role));
  const channels = contract.channels.filter((channel) =>
    channelOperations.some((operation) => operation.channel === channel || operation.reply?.channel === channel),
  );
  const reached = reachableSchemas([
    ...[...operations, ...webhooks].flatMap(schemasOfOperation),
    ...channels.flatMap(schemasOfChannel),
    ...channelOperations.flatMap(({ messages, reply }) =>
      [...messages, ...(reply?.messages ?? [])].flatMap(({ payload, headers }) =>
        [payload ?? [], headers ?? []].flat(),
      ),
    ),
  ]);
  return {
    ...contract,
    operations,
    webhooks,
    channels,
    channelOperations,
    schemas: contract.schemas.filter(({ schema }) => reached.has(schema)),
  };
}

type Right = 'create' | 'update' | 'consume';

function grants(governance: Governance, rights: readonly Right[], role: Role, entry: Governance): boolean {
  if (governance.create === undefined && governance.update === undefined && governance.consume === undefined)
    return Object.keys(entry).length === 0;
  return rights.some((right) => governance[right]?.includes(role) === true);
}

function mayCall({ method, governance, entry }: Operation, role: Role): boolean {
  return grants(
    governance,
    safeMethods.has(method) ? ['consume', 'create', 'update'] : ['create', 'update'],
    role,
    entry.governance,
  );
}

function mayExchange({ action, governance, entry }: ChannelOperation, role: Role): boolean {
  return grants(governance, action === 'send' ? ['create', 'update'] : ['consume'], role, entry.governance);
}

function schemasOfContent(content: readonly MediaType[]): readonly Schema[] {
  return content.flatMap(({ schema, itemSchema }) => [schema ?? [], itemSchema ?? []].flat());
}

/** Every schema that an operation names directly, callbacks included. */
export function schemasOfOperation(operation: Operation): readonly Schema[] {
  return [
    ...operation.parameters.flatMap(({ schema, content }) => [
      ...(schema === undefined ? [] : [schema]),
      ...schemasOfContent(content),
    ]),
    ...schemasOfContent(operation.requestBody?.content ?? []),
    ...operation.responses.flatMap(({ content, headers }) => [
      ...schemasOfContent(content),
      ...headers.flatMap(({ schema, content: inner }) => [
        ...(schema === undefined ? [] : [schema]),
        ...schemasOfContent(inner),
      ]),
    ]),
    ...operation.callbacks.flatMap(schemasOfOperation),
  ];
}

function schemasOfChannel(channel: Channel): readonly Schema[] {
  return channel.messages.flatMap(({ payload, headers }) => [payload ?? [], headers ?? []].flat());
}
