import type {
  Channel,
  ChannelOperation,
  ChannelParameter,
  ContractEntry,
  Message,
  Reply,
  SecurityRequirement,
  SecurityScheme,
  Server,
} from '../contract.ts';
import type { SourceDocument } from '../document.ts';
import type { Governance } from '../governance.ts';
import { type JsonValue, member } from '../json.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Schema } from '../schema.ts';
import { entryOf } from './entry.ts';
import { readGovernance } from './governance-reader.ts';
import { keyOf, MessageReader } from './messages.ts';
import type { SchemaGraph } from './schema-graph.ts';
import { readSchemeList, readSecurity, readSecuritySchemes } from './security.ts';
import {
  extensionsOf,
  type ObjectCursor,
  objectAt,
  objectsAt,
  reportName,
  reportShape,
  textAt,
  textsAt,
  wordsAt,
} from './shape.ts';
import { readTags } from './tags.ts';
import { TraitMerger } from './traits.ts';

/** What an AsyncAPI description adds to the contract. */
export interface AsyncApiParts {
  readonly entry: ContractEntry;
  readonly channels: readonly Channel[];
  readonly channelOperations: readonly ChannelOperation[];
  readonly schemas: readonly (readonly [name: string, schema: Schema])[];
}

/** Builds the model of an AsyncAPI 2.6, 3.0 or 3.1 description (2.0 to 2.5 are read by the rules of 2.6). */
export function buildAsyncApi(
  workspace: Workspace,
  graph: SchemaGraph,
  document: SourceDocument,
): AsyncApiParts | undefined {
  const root = objectAt(workspace, { document, pointer: '', value: document.value });
  if (root === undefined) return undefined;
  const version = member(root.value, 'asyncapi');
  if (typeof version !== 'string' || !/^(2\.[0-6]|3\.[01])\.\d+$/.test(version)) {
    reportName(
      workspace,
      child(root, 'asyncapi') ?? root,
      'contract/version-unsupported',
      `AsyncAPI version ${JSON.stringify(version ?? null)} is not supported`,
      'Use 2.6.x, 3.0.x or 3.1.x.',
    );
    return undefined;
  }
  return new AsyncApiBuilder(workspace, graph, root, version).build();
}

class AsyncApiBuilder {
  readonly #workspace: Workspace;
  readonly #root: ObjectCursor;
  readonly #version: string;
  readonly #isVersion2: boolean;
  readonly #schemes: Map<string, SecurityScheme>;
  readonly #traits: TraitMerger;
  readonly #messages: MessageReader;
  readonly #channels = new Map<string, Channel>();

  constructor(workspace: Workspace, graph: SchemaGraph, root: ObjectCursor, version: string) {
    this.#workspace = workspace;
    this.#root = root;
    this.#version = version;
    this.#isVersion2 = version.startsWith('2');
    this.#schemes = new Map(readSecuritySchemes(workspace, child(root, 'components')));
    this.#traits = new TraitMerger(workspace, this.#isVersion2);
    this.#messages = new MessageReader(workspace, graph, root, this.#traits);
  }

  build(): AsyncApiParts {
    const root = this.#root;
    const workspace = this.#workspace;
    const info = child(root, 'info');
    const components = objectAt(workspace, child(root, 'components'));
    const entry: ContractEntry = {
      ...entryOf(workspace, root, 'asyncapi', this.#version),
      servers: children(objectAt(workspace, child(root, 'servers'))).flatMap(
        ([name, server]) => this.#server(name, server) ?? [],
      ),
      securitySchemes: this.#schemes,
      tags: readTags(workspace, this.#isVersion2 || info === undefined ? root : info),
    };
    const schemas = children(components && objectAt(workspace, child(components, 'schemas'))).flatMap(
      ([name, cursor]) => {
        const schema = this.#messages.schema(cursor);
        return schema === undefined ? [] : [[name, schema] as const];
      },
    );
    const operations: ChannelOperation[] = [];
    const channels = children(objectAt(workspace, child(root, 'channels'))).flatMap(([key, cursor]) => {
      const channel = this.#channel(entry, key, cursor);
      if (channel !== undefined && this.#isVersion2)
        operations.push(...this.#operationsOfVersion2(entry, channel, cursor));
      return channel ?? [];
    });
    if (!this.#isVersion2) {
      for (const [key, cursor] of children(objectAt(workspace, child(root, 'operations'))))
        operations.push(...this.#operation(entry, key, cursor));
    }
    for (const [key, cursor] of children(components && child(components, 'messages')))
      this.#messages.messagesAt(cursor, entry.governance, key);
    return { entry, channels, channelOperations: operations, schemas };
  }

  #security(cursor: Cursor): readonly SecurityRequirement[] | undefined {
    const list = child(cursor, 'security');
    return this.#isVersion2
      ? readSecurity(this.#workspace, list)
      : readSchemeList(this.#workspace, list, this.#schemes);
  }

  #server(name: string, reference: Cursor): Server | undefined {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    const protocol = textAt(this.#workspace, cursor, 'protocol');
    const host = textAt(this.#workspace, cursor, 'host');
    const url =
      host === undefined
        ? (textAt(this.#workspace, cursor, 'url') ?? '')
        : `${protocol ?? 'tcp'}://${host}${textAt(this.#workspace, cursor, 'pathname') ?? ''}`;
    const security = this.#security(cursor);
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      url,
      ...(protocol === undefined ? {} : { protocol }),
      ...wordsAt(this.#workspace, cursor, ['description']),
      variables: objectsAt(this.#workspace, cursor, 'variables'),
      ...(security === undefined ? {} : { security }),
      bindings: objectsAt(this.#workspace, cursor, 'bindings'),
    };
  }

  #channel(entry: ContractEntry, key: string, reference: Cursor): Channel | undefined {
    const workspace = this.#workspace;
    const cursor = objectAt(workspace, follow(workspace, reference));
    if (cursor === undefined) return undefined;
    const place = `${cursor.document.uri}#${cursor.pointer}`;
    const known = this.#channels.get(place);
    if (known !== undefined) return known;
    const governance = readGovernance(workspace, cursor, entry.governance);
    const address = member(cursor.value, 'address');
    const listed = child(cursor, 'servers');
    const channel: Channel = {
      kind: 'channel',
      document: cursor.document,
      pointer: cursor.pointer,
      entry,
      key,
      address: this.#isVersion2 ? key : typeof address === 'string' ? address : null,
      ...wordsAt(workspace, cursor),
      parameters: children(objectAt(workspace, child(cursor, 'parameters'))).flatMap(
        ([name, parameter]) => this.#parameter(name, parameter) ?? [],
      ),
      messages: children(this.#isVersion2 ? undefined : objectAt(workspace, child(cursor, 'messages'))).flatMap(
        ([name, message]) => this.#messages.messagesAt(message, governance, name),
      ),
      servers:
        listed === undefined
          ? entry.servers
          : children(listed).flatMap(([, server]) => this.#listedServer(entry, server)),
      bindings: objectsAt(workspace, cursor, 'bindings'),
      governance,
      extensions: extensionsOf(cursor.value),
    };
    this.#channels.set(place, channel);
    return channel;
  }

  #listedServer(entry: ContractEntry, cursor: Cursor): readonly Server[] {
    if (typeof cursor.value === 'string') return entry.servers.filter(({ name }) => name === cursor.value);
    const followed = follow(this.#workspace, cursor);
    return followed === undefined
      ? []
      : entry.servers.filter(({ pointer, document }) => pointer === followed.pointer && document === followed.document);
  }

  #parameter(name: string, reference: Cursor): ChannelParameter | undefined {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    // In 2.x the values of a parameter are described by a schema; in 3.x by members of their own.
    const described = child(cursor, 'schema');
    const schema = described && objectAt(this.#workspace, follow(this.#workspace, described));
    const values = schema === undefined ? cursor : valuesAsText(schema);
    const allowed = textsAt(this.#workspace, values, 'enum');
    const otherwise = textAt(this.#workspace, values, 'default');
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      ...wordsAt(this.#workspace, cursor, ['description']),
      ...(allowed === undefined ? {} : { enum: allowed }),
      ...(otherwise === undefined ? {} : { default: otherwise }),
      examples: textsAt(this.#workspace, values, 'examples') ?? [],
    };
  }

  #operation(entry: ContractEntry, key: string, reference: Cursor): readonly ChannelOperation[] {
    const workspace = this.#workspace;
    const cursor = objectAt(workspace, follow(workspace, reference));
    if (cursor === undefined) return [];
    const action = textAt(workspace, cursor, 'action');
    const channelAt = child(cursor, 'channel');
    const channel = channelAt === undefined ? undefined : this.#channel(entry, keyOf(channelAt), channelAt);
    if ((action !== 'send' && action !== 'receive') || channel === undefined) {
      reportShape(workspace, cursor, 'an operation with "action" (send or receive) and "channel" (a $ref)');
      return [];
    }
    const merged = this.#traits.merge(cursor);
    const governance = readGovernance(workspace, merged, channel.governance);
    const listed = child(cursor, 'messages');
    const reply = this.#reply(entry, child(cursor, 'reply'));
    return [
      {
        ...this.#described(merged, governance),
        entry,
        id: key,
        action,
        channel,
        messages: listed === undefined ? channel.messages : this.#messages.listed(listed, governance),
        ...(reply === undefined ? {} : { reply }),
      },
    ];
  }

  /** What operations of both major versions say alike. */
  #described(
    merged: ObjectCursor,
    governance: Governance,
  ): Omit<ChannelOperation, 'entry' | 'id' | 'action' | 'channel' | 'messages' | 'reply'> {
    const workspace = this.#workspace;
    const security = this.#security(merged);
    return {
      kind: 'channel-operation',
      document: merged.document,
      pointer: merged.pointer,
      ...wordsAt(workspace, merged),
      tags: readTags(workspace, merged).map(({ name }) => name),
      ...(security === undefined ? {} : { security }),
      bindings: objectsAt(workspace, merged, 'bindings'),
      governance,
      extensions: extensionsOf(merged.value),
    };
  }

  #reply(entry: ContractEntry, reference: Cursor | undefined): Reply | undefined {
    const cursor = reference === undefined ? undefined : objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    const channelAt = child(cursor, 'channel');
    const channel = channelAt === undefined ? undefined : this.#channel(entry, keyOf(channelAt), channelAt);
    const address = child(cursor, 'address');
    const location =
      address === undefined
        ? undefined
        : textAt(this.#workspace, follow(this.#workspace, address) ?? address, 'location');
    const listed = child(cursor, 'messages');
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      ...(channel === undefined ? {} : { channel }),
      ...(location === undefined ? {} : { addressLocation: location }),
      messages:
        listed === undefined
          ? (channel?.messages ?? [])
          : this.#messages.listed(listed, channel?.governance ?? entry.governance),
    };
  }

  /** In 2.x `publish` is what others publish, so the application receives; `subscribe` is what it sends. */
  #operationsOfVersion2(entry: ContractEntry, channel: Channel, reference: Cursor): readonly ChannelOperation[] {
    const item = follow(this.#workspace, reference);
    return (['publish', 'subscribe'] as const).flatMap((verb) => {
      const cursor = item === undefined ? undefined : objectAt(this.#workspace, child(item, verb));
      if (cursor === undefined) return [];
      const action = verb === 'publish' ? 'receive' : 'send';
      const merged = this.#traits.merge(cursor);
      const governance = readGovernance(this.#workspace, merged, channel.governance);
      const messageAt = child(cursor, 'message');
      const messages = messageAt === undefined ? [] : this.#messages.messagesAt(messageAt, governance);
      const known = new Set(channel.messages);
      for (const message of messages) if (!known.has(message)) (channel.messages as Message[]).push(message);
      return [
        {
          ...this.#described(merged, governance),
          entry,
          id: textAt(this.#workspace, merged, 'operationId') ?? `${action} ${channel.key}`,
          action,
          channel,
          messages,
        },
      ];
    });
  }
}

/** A schema whose values are written as text, because an address is text. */
function valuesAsText(cursor: ObjectCursor): ObjectCursor {
  const asText = (value: JsonValue): JsonValue =>
    Array.isArray(value) ? value.map(asText) : ['number', 'boolean'].includes(typeof value) ? String(value) : value;
  const { enum: allowed, default: otherwise, examples } = cursor.value;
  const value = Object.fromEntries(
    Object.entries({ enum: allowed, default: otherwise, examples }).flatMap(([name, given]) =>
      given === undefined ? [] : [[name, asText(given)] as const],
    ),
  );
  return { ...cursor, value };
}
