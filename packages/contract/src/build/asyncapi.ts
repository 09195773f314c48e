import type {
  Channel,
  ChannelOperation,
  ChannelParameter,
  ContractEntry,
  Message,
  MessageExample,
  Reply,
  SecurityScheme,
  Server,
} from '../contract.ts';
import type { SourceDocument } from '../document.ts';
import type { Governance } from '../governance.ts';
import { isJsonObject, type JsonObject, type JsonValue, member } from '../json.ts';
import { locate } from '../read/locate.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Dialect, Schema } from '../schema.ts';
import { dialectOf } from './dialects.ts';
import { entryOf } from './entry.ts';
import { readGovernance } from './governance-reader.ts';
import { readTags } from './openapi.ts';
import type { SchemaGraph } from './schema-graph.ts';
import { extensionsOf, objectAt, objectsAt, reportName, reportShape, textAt, textsAt } from './shape.ts';

/** What an AsyncAPI description adds to the contract. */
export interface AsyncApiParts {
  readonly entry: ContractEntry;
  readonly channels: readonly Channel[];
  readonly channelOperations: readonly ChannelOperation[];
  readonly schemas: readonly (readonly [name: string, schema: Schema])[];
}

type ObjectCursor = Cursor & { readonly value: JsonObject };

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
  readonly #graph: SchemaGraph;
  readonly #root: ObjectCursor;
  readonly #version: string;
  readonly #channels = new Map<string, Channel>();
  readonly #messages = new Map<string, Message>();

  constructor(workspace: Workspace, graph: SchemaGraph, root: ObjectCursor, version: string) {
    this.#workspace = workspace;
    this.#graph = graph;
    this.#root = root;
    this.#version = version;
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
      securitySchemes: this.#securitySchemes(components),
      tags: readTags(workspace, this.#version.startsWith('2') || info === undefined ? root : info),
    };
    const schemas = children(components && objectAt(workspace, child(components, 'schemas'))).flatMap(
      ([name, cursor]) => {
        const schema = this.#schema(cursor, undefined);
        return schema === undefined ? [] : [[name, schema] as const];
      },
    );
    const operations: ChannelOperation[] = [];
    const channels = children(objectAt(workspace, child(root, 'channels'))).flatMap(([key, cursor]) => {
      const channel = this.#channel(entry, key, cursor);
      if (channel !== undefined && this.#version.startsWith('2'))
        operations.push(...this.#operationsOfVersion2(entry, channel, cursor));
      return channel ?? [];
    });
    if (!this.#version.startsWith('2')) {
      for (const [key, cursor] of children(objectAt(workspace, child(root, 'operations'))))
        operations.push(...this.#operation(entry, key, cursor));
    }
    for (const [key, cursor] of children(components && child(components, 'messages')))
      this.#message(key, cursor, entry.governance);
    return { entry, channels, channelOperations: operations, schemas };
  }

  #texts(cursor: Cursor): { readonly title?: string; readonly summary?: string; readonly description?: string } {
    const texts: Record<string, string> = {};
    for (const name of ['title', 'summary', 'description']) {
      const value = textAt(this.#workspace, cursor, name);
      if (value !== undefined) texts[name] = value;
    }
    return texts;
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
    const { description } = this.#texts(cursor);
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      url,
      ...(protocol === undefined ? {} : { protocol }),
      ...(description === undefined ? {} : { description }),
      variables: objectsAt(cursor, 'variables'),
      bindings: objectsAt(cursor, 'bindings'),
    };
  }

  #securitySchemes(components: Cursor | undefined): ReadonlyMap<string, SecurityScheme> {
    const schemes = new Map<string, SecurityScheme>();
    for (const [name, reference] of children(components && child(components, 'securitySchemes'))) {
      const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
      if (cursor !== undefined)
        schemes.set(name, {
          document: cursor.document,
          pointer: cursor.pointer,
          name,
          type: textAt(this.#workspace, cursor, 'type') ?? '',
          raw: cursor.value,
        });
    }
    return schemes;
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
      address: this.#version.startsWith('2') ? key : typeof address === 'string' ? address : null,
      ...this.#texts(cursor),
      parameters: children(objectAt(workspace, child(cursor, 'parameters'))).flatMap(
        ([name, parameter]) => this.#parameter(name, parameter) ?? [],
      ),
      messages: children(
        this.#version.startsWith('2') ? undefined : objectAt(workspace, child(cursor, 'messages')),
      ).flatMap(([name, message]) => this.#message(name, message, governance) ?? []),
      servers:
        listed === undefined
          ? entry.servers
          : children(listed).flatMap(([, server]) => this.#listedServer(entry, server)),
      bindings: objectsAt(cursor, 'bindings'),
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
    const source = objectAt(this.#workspace, child(cursor, 'schema')) ?? cursor;
    const { description } = this.#texts(cursor);
    const allowed = textsAt(this.#workspace, source, 'enum');
    const otherwise = textAt(this.#workspace, source, 'default');
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      ...(description === undefined ? {} : { description }),
      ...(allowed === undefined ? {} : { enum: allowed }),
      ...(otherwise === undefined ? {} : { default: otherwise }),
      examples: textsAt(this.#workspace, source, 'examples') ?? [],
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
    const merged = this.#withTraits(cursor);
    const governance = readGovernance(workspace, cursor, channel.governance);
    const listed = child(cursor, 'messages');
    const reply = this.#reply(entry, child(cursor, 'reply'));
    return [
      {
        kind: 'channel-operation',
        document: cursor.document,
        pointer: cursor.pointer,
        entry,
        id: key,
        action,
        channel,
        messages: listed === undefined ? channel.messages : this.#listedMessages(listed, governance),
        ...this.#texts(merged),
        ...(reply === undefined ? {} : { reply }),
        tags: readTags(workspace, merged).map(({ name }) => name),
        bindings: objectsAt(merged, 'bindings'),
        governance,
        extensions: extensionsOf(merged.value),
      },
    ];
  }

  #listedMessages(list: Cursor, governance: Governance): readonly Message[] {
    return children(list).flatMap(([, message]) => this.#message(keyOf(message), message, governance) ?? []);
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
          : this.#listedMessages(listed, channel?.governance ?? entry.governance),
    };
  }

  /** In 2.x `publish` is what others publish, so the application receives; `subscribe` is what it sends. */
  #operationsOfVersion2(entry: ContractEntry, channel: Channel, reference: Cursor): readonly ChannelOperation[] {
    const item = follow(this.#workspace, reference);
    return (['publish', 'subscribe'] as const).flatMap((verb) => {
      const cursor = item === undefined ? undefined : objectAt(this.#workspace, child(item, verb));
      if (cursor === undefined) return [];
      const action = verb === 'publish' ? 'receive' : 'send';
      const merged = this.#withTraits(cursor);
      const governance = readGovernance(this.#workspace, cursor, channel.governance);
      const messageAt = child(cursor, 'message');
      const several = messageAt === undefined ? undefined : child(messageAt, 'oneOf');
      const messages =
        several === undefined
          ? messageAt === undefined
            ? []
            : [this.#message(keyOf(messageAt), messageAt, governance) ?? []].flat()
          : this.#listedMessages(several, governance);
      (channel.messages as Message[]).push(...messages.filter((message) => !channel.messages.includes(message)));
      return [
        {
          kind: 'channel-operation' as const,
          document: cursor.document,
          pointer: cursor.pointer,
          entry,
          id: textAt(this.#workspace, cursor, 'operationId') ?? `${action} ${channel.key}`,
          action,
          channel,
          messages,
          ...this.#texts(merged),
          tags: readTags(this.#workspace, merged).map(({ name }) => name),
          bindings: objectsAt(merged, 'bindings'),
          governance,
          extensions: extensionsOf(merged.value),
        },
      ];
    });
  }

  #message(key: string, reference: Cursor, inherited: Governance): Message | undefined {
    const workspace = this.#workspace;
    const cursor = objectAt(workspace, follow(workspace, reference));
    if (cursor === undefined) return undefined;
    const place = `${cursor.document.uri}#${cursor.pointer}`;
    const known = this.#messages.get(place);
    if (known !== undefined) return known;
    const merged = this.#withTraits(cursor);
    const format = textAt(workspace, merged, 'schemaFormat');
    const payload = this.#payload(child(cursor, 'payload') ?? this.#traitMember(cursor, 'payload'), format);
    const headers = this.#payload(child(cursor, 'headers') ?? this.#traitMember(cursor, 'headers'), undefined);
    const correlation = child(merged, 'correlationId');
    const correlationAt = correlation === undefined ? undefined : follow(workspace, correlation);
    const location = correlationAt === undefined ? undefined : textAt(workspace, correlationAt, 'location');
    const message: Message = {
      kind: 'message',
      document: cursor.document,
      pointer: cursor.pointer,
      key,
      name: textAt(workspace, merged, 'name') ?? key,
      ...this.#texts(merged),
      contentType:
        textAt(workspace, merged, 'contentType') ??
        textAt(workspace, this.#root, 'defaultContentType') ??
        'application/json',
      deprecated: member(merged.value, 'deprecated') === true || member(merged.value, 'x-deprecated') === true,
      ...(payload === undefined ? {} : { payload }),
      ...(headers === undefined ? {} : { headers }),
      ...(location === undefined ? {} : { correlationIdLocation: location }),
      bindings: objectsAt(merged, 'bindings'),
      examples: children(child(merged, 'examples')).flatMap(([, example]) => readMessageExample(example)),
      governance: readGovernance(workspace, cursor, inherited),
      extensions: extensionsOf(merged.value),
    };
    this.#messages.set(place, message);
    return message;
  }

  /** A payload is a schema, or a Multi Format Schema that names its dialect. Formats that are not JSON Schema are left as unknown data. */
  #payload(cursor: Cursor | undefined, schemaFormat: string | undefined): Schema | undefined {
    if (cursor === undefined) return undefined;
    const isReference = isJsonObject(cursor.value) && typeof member(cursor.value, '$ref') === 'string';
    const target = isReference ? follow(this.#workspace, cursor) : undefined;
    // A reference to a schema stays an edge; one to a Multi Format Schema leads to the schema inside.
    return this.#schema(target !== undefined && isMultiFormat(target) ? target : cursor, schemaFormat);
  }

  #schema(cursor: Cursor, schemaFormat: string | undefined): Schema | undefined {
    const inner = isMultiFormat(cursor) ? child(cursor, 'schema') : undefined;
    if (inner !== undefined) return this.#schema(inner, String(member(cursor.value as JsonObject, 'schemaFormat')));
    const dialect = dialectOfFormat(schemaFormat);
    if (dialect === undefined) {
      this.#workspace.report({
        code: 'contract/schema-format-unsupported',
        severity: 'warning',
        message: `Schema format ${JSON.stringify(schemaFormat)} is not JSON Schema and is not checked`,
        location: locate(cursor.document, cursor.pointer),
        fix: 'Use application/schema+json;version=2020-12.',
      });
      return undefined;
    }
    return this.#graph.schemaAt(cursor, dialect);
  }

  /** Traits fill in what the object itself does not say (AsyncAPI 3, section "Traits Merge Mechanism"). */
  #withTraits(cursor: ObjectCursor): ObjectCursor {
    const traits = child(cursor, 'traits');
    if (traits === undefined) return cursor;
    let merged: Record<string, JsonValue> = {};
    for (const [, reference] of children(traits)) {
      const trait = objectAt(this.#workspace, follow(this.#workspace, reference));
      if (trait !== undefined) merged = { ...merged, ...(trait.value as JsonObject) };
    }
    return { ...cursor, value: { ...merged, ...(cursor.value as JsonObject) } };
  }

  /** A schema keeps its place in the file, so headers that a trait brings are read where they stand; the last trait wins. */
  #traitMember(cursor: ObjectCursor, name: string): Cursor | undefined {
    return children(child(cursor, 'traits'))
      .map(([, reference]) => follow(this.#workspace, reference))
      .map((trait) => (trait === undefined ? undefined : child(trait, name)))
      .findLast((found) => found !== undefined);
  }
}

/** Multi Format Schema Object: a schema with the format that it is written in (AsyncAPI 3, section 4.8.22). */
function isMultiFormat({ value }: Cursor): boolean {
  return isJsonObject(value) && Object.hasOwn(value, 'schemaFormat') && Object.hasOwn(value, 'schema');
}

function keyOf(cursor: Cursor): string {
  const reference = isJsonObject(cursor.value) ? member(cursor.value, '$ref') : undefined;
  const pointer = typeof reference === 'string' ? reference : cursor.pointer;
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

function dialectOfFormat(format: string | undefined): Dialect | undefined {
  if (format === undefined || /^application\/vnd\.aai\.asyncapi(\+(json|yaml))?;\s*version=/.test(format))
    return 'draft-07';
  if (/^application\/vnd\.oai\.openapi(\+(json|yaml))?;\s*version=3\.0/.test(format)) return 'openapi-3.0';
  if (/^application\/vnd\.oai\.openapi(\+(json|yaml))?;\s*version=3\.[12]/.test(format)) return '2020-12';
  const draft = /^application\/schema\+(?:json|yaml);\s*version=(draft-0[4-7]|2019-09|2020-12)$/.exec(format)?.[1];
  if (draft === undefined) return undefined;
  return draft.startsWith('draft')
    ? dialectOf(`http://json-schema.org/${draft}/schema`)
    : dialectOf(`https://json-schema.org/draft/${draft}/schema`);
}

/** Value of a message example; its place is the example's. */
function readMessageExample(cursor: Cursor): readonly MessageExample[] {
  if (!isJsonObject(cursor.value)) return [];
  const name = member(cursor.value, 'name');
  const payload = member(cursor.value, 'payload');
  const headers = member(cursor.value, 'headers');
  return [
    {
      document: cursor.document,
      pointer: cursor.pointer,
      ...(typeof name === 'string' ? { name } : {}),
      ...(payload === undefined ? {} : { payload }),
      ...(headers === undefined ? {} : { headers }),
    },
  ];
}
