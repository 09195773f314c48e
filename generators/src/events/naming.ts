import { NameScope, pathSegment, sortedBy, toCamelCase, toPascalCase } from '@millwright/codegen';
import type { Channel, ChannelOperation, Contract, ContractEntry, Message } from '@millwright/contract';
import { typeNames } from '../client/type-names.ts';

/** Names that an events module imports, declares for itself or uses as parameters. */
const ownNames: readonly string[] = [
  ...[
    'Bus',
    'BusConfig',
    'Cause',
    'ContractViolation',
    'Delivery',
    'Envelope',
    'Handler',
    'MessageDescriptor',
    'MessageViolation',
    'Received',
    'Subscription',
  ],
  ...[
    'SubscriptionOptions',
    'Transport',
    'Unauthorised',
    'ValidateMessage',
    'address',
    'bus',
    'cause',
    'config',
    'createBus',
    'createEventBus',
    'data',
    'handler',
    'headers',
  ],
  'messageDescriptors',
  ...['input', 'options', 'parameters', 'publishMessage', 'subscribeMessage'],
];

/** A message in one direction: what one generated function does. */
export interface MessageUse {
  /** `reply` publishes the answer to a received request. */
  readonly action: 'publish' | 'reply' | 'subscribe';
  readonly message: Message;
  /** Undefined for a reply whose address only the request knows. */
  readonly channel: Channel | undefined;
  readonly replyTo: string | undefined;
  /** Undefined where the document has channels but no operations. */
  readonly operation: ChannelOperation | undefined;
}

export interface NamedUse extends MessageUse {
  readonly functionName: string;
  readonly inputName: string;
  readonly descriptorName: string;
}

/** One module of the output: an entry of the contract and its messages. */
export interface EventsModule {
  readonly entry: ContractEntry;
  readonly uses: readonly NamedUse[];
  readonly path: string;
  readonly root: './' | '../';
  readonly prefix: string;
}

/**
 * Uses of an operation. The document describes an application, and the SDK is for that application: what it sends is
 * published, what it receives is subscribed to. AsyncAPI 2 named its operations for the other side (`publish` is what
 * others may publish to the application); the contract model has turned them round already.
 */
function usesOf(operation: ChannelOperation): readonly MessageUse[] {
  const action = operation.action === 'send' ? 'publish' : 'subscribe';
  const own = operation.messages.map(
    (message): MessageUse => ({ action, message, channel: operation.channel, replyTo: undefined, operation }),
  );
  const { reply } = operation;
  if (reply === undefined) return own;
  const answer = operation.action === 'send' ? 'subscribe' : 'reply';
  const messages = reply.messages.length > 0 ? reply.messages : (reply.channel?.messages ?? []);
  const replies = messages.map(
    (message): MessageUse => ({
      action: answer,
      message,
      channel: reply.channel,
      replyTo: reply.addressLocation,
      operation,
    }),
  );
  return [...own, ...replies];
}

/**
 * Uses of a document. One with channels but no operations leaves the direction open, so both are made; not under a
 * role, where the missing operations are those that the role has no right to.
 */
function usesOfEntry(contract: Contract, entry: ContractEntry, role: string | undefined): readonly MessageUse[] {
  const operations = contract.channelOperations.filter((operation) => operation.entry === entry);
  if (operations.length > 0) return operations.flatMap(usesOf);
  if (role !== undefined) return [];
  const channels = contract.channels.filter((channel) => channel.entry === entry);
  return channels.flatMap((channel) =>
    channel.messages.flatMap((message) =>
      (['publish', 'subscribe'] as const).map(
        (action): MessageUse => ({ action, message, channel, replyTo: undefined, operation: undefined }),
      ),
    ),
  );
}

const placeOf = ({ action, message, channel }: MessageUse): string =>
  [action, message.name, channel?.key ?? '', message.key].join('\u0000');

/** Names each use once; a message that travels on several channels is told apart by the channel's name. */
function nameUses(uses: readonly MessageUse[], scope: NameScope): readonly NamedUse[] {
  const unique = new Map(
    sortedBy(uses, (use) => `${placeOf(use)}\u0000${use.operation?.id ?? ''}`).map(
      (use) => [placeOf(use), use] as const,
    ),
  );
  const counts = new Map<string, number>();
  for (const { action, message } of unique.values())
    counts.set(`${action} ${message.name}`, (counts.get(`${action} ${message.name}`) ?? 0) + 1);
  const functions = [...unique.values()].map((use) => {
    const several = (counts.get(`${use.action} ${use.message.name}`) ?? 0) > 1;
    const channel = several ? `On${toPascalCase(use.channel?.key ?? 'reply')}` : '';
    return [use, scope.claim(`${use.action}${toPascalCase(use.message.name)}${channel}`)] as const;
  });
  return functions.map(([use, functionName]) => ({
    ...use,
    functionName,
    inputName: scope.claim(`${toPascalCase(functionName)}Message`),
    descriptorName: scope.claim(`${functionName}Descriptor`),
  }));
}

/** Modules of the events: `events.ts` for one AsyncAPI entry, else one file a domain. */
export function eventsModules(contract: Contract, role: string | undefined): readonly EventsModule[] {
  // A document of shared components has no module, and neither has one of which a role may use nothing.
  const entries = contract.entries.filter(
    (entry) => entry.kind === 'asyncapi' && usesOfEntry(contract, entry, role).length > 0,
  );
  const ordered = sortedBy(entries, (entry) => [entry.domain, entry.document.uri].join('\u0000'));
  const single = ordered.length === 1;
  const files = new NameScope();
  const prefixes = new NameScope();
  return ordered.map((entry) => {
    const uses = nameUses(usesOfEntry(contract, entry, role), new NameScope([...ownNames, ...typeNames(contract)]));
    const file = files
      .claim(pathSegment(entry.domain).replaceAll('-', '_'))
      .replaceAll('_', '-')
      .replace(/-+$/, '-events');
    return {
      entry,
      uses,
      prefix: prefixes.claim(toCamelCase(entry.domain)),
      root: single ? './' : '../',
      path: single ? 'events.ts' : `events/${file}.ts`,
    };
  });
}
