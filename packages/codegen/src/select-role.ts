import {
  type Channel,
  type ChannelOperation,
  type Contract,
  type Governance,
  type MediaType,
  type Message,
  type Operation,
  type Role,
  roles,
  type Schema,
} from '@millwright/contract';
import { reachableSchemas } from './schema-children.ts';

const safeMethods: ReadonlySet<string> = new Set(['get', 'head', 'options', 'query', 'trace']);

/**
 * The part of a contract that a role may use by `x-governance`: safe HTTP operations need `consume`, `create` or
 * `update`, the others `create` or `update`; sending on a channel needs `create` or `update`, receiving `consume`.
 * Rights that a message declares itself win over those of its operation, member by member.
 * What a governed document does not grant is denied; documents without any governance are kept whole.
 * Schemas stay where something that is left refers to them.
 */
export function selectForRole(contract: Contract, role: Role): Contract {
  const operations = contract.operations.filter((operation) => mayCall(operation, role));
  const webhooks = contract.webhooks.filter(({ entry, governance }) =>
    grants(governance, ['consume'], role, entry.governance),
  );
  const exchanged = contract.channelOperations.flatMap((operation) => selectExchange(operation, role) ?? []);
  const messages = exchanged.flatMap((operation) => [...operation.messages, ...(operation.reply?.messages ?? [])]);
  const channels = new Map(
    contract.channels
      .filter((channel) => exchanged.some(({ channel: own, reply }) => own === channel || reply?.channel === channel))
      .map((channel) => [channel, withoutOthers(channel, new Set(messages.map(placeOf)))]),
  );
  const reached = reachableSchemas([
    ...[...operations, ...webhooks].flatMap(schemasOfOperation),
    ...messages.flatMap(schemasOfMessage),
  ]);
  return {
    ...contract,
    operations,
    webhooks,
    channels: [...channels.values()],
    channelOperations: exchanged.map((operation) => onChannels(operation, channels)),
    schemas: contract.schemas.filter(({ schema }) => reached.has(schema)),
  };
}

type Right = 'create' | 'update' | 'consume';

function grants(governance: Governance, rights: readonly Right[], role: Role, entry: Governance): boolean {
  if (governance.create === undefined && governance.update === undefined && governance.consume === undefined)
    return Object.keys(entry).length === 0;
  return rights.some((right) => governance[right]?.includes(role) === true);
}

/** Roles that may call an operation; undefined where neither it nor its document says who may. */
export function callersOf(operation: Operation): readonly Role[] | undefined {
  const { governance, entry } = operation;
  const isSilent = rights.every((right) => governance[right] === undefined);
  if (isSilent && Object.keys(entry.governance).length === 0) return undefined;
  return roles.filter((role) => mayCall(operation, role));
}

function mayCall({ method, governance, entry }: Operation, role: Role): boolean {
  return grants(
    governance,
    safeMethods.has(method) ? ['consume', 'create', 'update'] : ['create', 'update'],
    role,
    entry.governance,
  );
}

/** An operation with the messages that the role may exchange; undefined when it may exchange none. */
function selectExchange(operation: ChannelOperation, role: Role): ChannelOperation | undefined {
  const { action, channel, reply, messages } = operation;
  const inherited = [operation.governance, channel.governance, reply?.channel?.governance, operation.entry.governance];
  const may = (direction: ChannelOperation['action'], message?: Message): boolean =>
    grants(
      message === undefined ? operation.governance : nearest(message, operation.governance, inherited),
      direction === 'send' ? ['create', 'update'] : ['consume'],
      role,
      operation.entry.governance,
    );
  const kept = messages.filter((message) => may(action, message));
  if (messages.length === 0 ? !may(action) : kept.length === 0) return undefined;
  const { reply: _, ...rest } = { ...operation, messages: kept };
  if (reply === undefined) return rest;
  // An answer belongs to its question, unless its message says itself who may have it.
  const answers = reply.messages.filter(
    (message) => !declaresRights(message, inherited) || may(action === 'send' ? 'receive' : 'send', message),
  );
  const denied = answers.length === 0 && reply.messages.length > 0;
  return denied ? rest : { ...rest, reply: { ...reply, messages: answers } };
}

const rights = ['create', 'update', 'consume'] as const;

/** A right of a message that it has not from what it lies in: inherited members are the same array. */
function ownRight(message: Message, right: Right, inherited: readonly (Governance | undefined)[]) {
  const value = message.governance[right];
  return inherited.some((governance) => governance?.[right] === value) ? undefined : value;
}

function declaresRights(message: Message, inherited: readonly (Governance | undefined)[]): boolean {
  return rights.some((right) => ownRight(message, right, inherited) !== undefined);
}

/** Rights of a message on an operation: its own over those of the operation, member by member. */
function nearest(message: Message, base: Governance, inherited: readonly (Governance | undefined)[]): Governance {
  const own = rights.flatMap((right) => {
    const value = ownRight(message, right, inherited);
    return value === undefined ? [] : [[right, value] as const];
  });
  return { ...base, ...Object.fromEntries(own) };
}

const placeOf = ({ document, pointer }: Message): string => `${document.uri}#${pointer}`;

/** A channel whose other messages keep their place, because a consumer must know that they travel there, but no schema. */
function withoutOthers(channel: Channel, places: ReadonlySet<string>): Channel {
  const messages = channel.messages.map((message) => {
    if (places.has(placeOf(message))) return message;
    const { payload: _, headers: __, ...bare } = message;
    return bare;
  });
  return { ...channel, messages };
}

function onChannels(operation: ChannelOperation, channels: ReadonlyMap<Channel, Channel>): ChannelOperation {
  const { channel, reply } = operation;
  const moved = { ...operation, channel: channels.get(channel) ?? channel };
  if (reply?.channel === undefined) return moved;
  return { ...moved, reply: { ...reply, channel: channels.get(reply.channel) ?? reply.channel } };
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

function schemasOfMessage({ payload, headers }: Message): readonly Schema[] {
  return [payload ?? [], headers ?? []].flat();
}
