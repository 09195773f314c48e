import type { SourceDocument } from './document.ts';
import type { Governance } from './governance.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { NamedSchema, Schema } from './schema.ts';

export type ContractKind = 'openapi' | 'asyncapi' | 'jsonschema' | 'arazzo';

/** Where a node of the contract stands in its source. */
export interface Sourced {
  readonly document: SourceDocument;
  readonly pointer: string;
}

/** One file that was asked for, with what it declares about itself. */
export interface ContractEntry extends Sourced {
  readonly kind: ContractKind;
  /** Version of the format as written, such as `3.1.1`; the dialect for JSON Schema. */
  readonly formatVersion: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Short name for folders and files: the file name without extension, such as `production`. */
  readonly domain: string;
  readonly servers: readonly Server[];
  readonly securitySchemes: ReadonlyMap<string, SecurityScheme>;
  readonly tags: readonly Tag[];
  readonly governance: Governance;
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

/**
 * Everything that a set of files promises, in one model: REST operations, event channels and the schemas that they
 * share. A schema that several files use is one node. Arrays keep the order of the files and of their members.
 */
export interface Contract {
  readonly entries: readonly ContractEntry[];
  /**
   * Every document that was read, entries first, then in the order of first reference. The standard meta-schemas, which come
   * with the reader, are none of them.
   */
  readonly documents: readonly SourceDocument[];
  readonly schemas: readonly NamedSchema[];
  /** HTTP operations under `paths`. */
  readonly operations: readonly Operation[];
  /** OpenAPI webhooks: requests that the described application sends. */
  readonly webhooks: readonly Operation[];
  readonly channels: readonly Channel[];
  readonly channelOperations: readonly ChannelOperation[];
  readonly workflows: readonly Workflow[];
}

export type HttpMethod =
  | 'get'
  | 'put'
  | 'post'
  | 'delete'
  | 'options'
  | 'head'
  | 'patch'
  | 'trace'
  | 'query'
  | (string & {});

export interface Operation extends Sourced {
  readonly kind: 'operation';
  readonly entry: ContractEntry;
  /** `operationId`, or `<method> <path>` where the author gave none. */
  readonly id: string;
  readonly operationId?: string;
  readonly surface: 'path' | 'webhook' | 'callback';
  readonly method: HttpMethod;
  /** Path template as written (`/items/{itemNumber}`); the webhook's name or the callback's expression otherwise. */
  readonly path: string;
  readonly tags: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  /** Path-level parameters merged with the operation's own. */
  readonly parameters: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: readonly Response[];
  /** Alternatives; undefined when nothing is declared anywhere. */
  readonly security?: readonly SecurityRequirement[];
  readonly servers: readonly Server[];
  readonly callbacks: readonly Operation[];
  readonly governance: Governance;
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

export type ParameterIn = 'path' | 'query' | 'header' | 'cookie' | 'querystring';

export interface Parameter extends Sourced {
  readonly kind: 'parameter';
  readonly name: string;
  readonly in: ParameterIn;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly description?: string;
  /** Serialisation style with the spec's default filled in. */
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  readonly schema?: Schema;
  /** Set instead of `schema` when the parameter is serialised by a media type. */
  readonly content: readonly MediaType[];
  readonly examples: readonly Example[];
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

export interface RequestBody extends Sourced {
  readonly required: boolean;
  readonly description?: string;
  readonly content: readonly MediaType[];
}

export interface MediaType extends Sourced {
  /** As written, such as `application/json` or `text/*`. */
  readonly mediaType: string;
  readonly schema?: Schema;
  /** OpenAPI 3.2 `itemSchema` of a sequential media type. */
  readonly itemSchema?: Schema;
  readonly examples: readonly Example[];
  readonly encoding: ReadonlyMap<string, JsonObject>;
}

export interface Response extends Sourced {
  /** `200`, `4XX` or `default`. */
  readonly status: string;
  readonly description: string;
  readonly headers: readonly Header[];
  readonly content: readonly MediaType[];
  readonly links: ReadonlyMap<string, JsonObject>;
}

export interface Header extends Sourced {
  readonly name: string;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly description?: string;
  readonly schema?: Schema;
  readonly content: readonly MediaType[];
  readonly examples: readonly Example[];
}

export interface Example extends Sourced {
  /** Key under `examples`; empty for a single `example`. */
  readonly name: string;
  /** Absent for an `externalValue`. */
  readonly value?: JsonValue;
}

export interface Server extends Sourced {
  readonly name?: string;
  /** OpenAPI url, or AsyncAPI `protocol://host/pathname`. */
  readonly url: string;
  readonly protocol?: string;
  readonly description?: string;
  readonly variables: ReadonlyMap<string, JsonObject>;
  /** AsyncAPI: alternatives for whoever connects. */
  readonly security?: readonly SecurityRequirement[];
  readonly bindings: ReadonlyMap<string, JsonObject>;
}

/** Schemes that are needed together, by name, with their scopes. Empty: no credentials are needed. */
export type SecurityRequirement = ReadonlyMap<string, readonly string[]>;

export interface SecurityScheme extends Sourced {
  readonly name: string;
  /** `apiKey`, `http`, `mutualTLS`, `oauth2`, `openIdConnect` or an AsyncAPI type. */
  readonly type: string;
  readonly raw: JsonObject;
}

export interface Tag {
  readonly name: string;
  /** Short display name (OpenAPI 3.2). */
  readonly summary?: string;
  readonly description?: string;
  /** Name of the tag that this one is nested under (OpenAPI 3.2). */
  readonly parent?: string;
  /** What the tag is for, such as `nav` or `badge` (OpenAPI 3.2). */
  readonly kind?: string;
}

/** A place where messages flow (AsyncAPI 3 channel; in 2.x the channel item). */
export interface Channel extends Sourced {
  readonly kind: 'channel';
  readonly entry: ContractEntry;
  /** Key under `channels`. */
  readonly key: string;
  /** Address template; null when it is unknown at design time. */
  readonly address: string | null;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly ChannelParameter[];
  readonly messages: readonly Message[];
  readonly servers: readonly Server[];
  readonly bindings: ReadonlyMap<string, JsonObject>;
  readonly governance: Governance;
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

export interface ChannelParameter extends Sourced {
  readonly name: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly examples: readonly string[];
}

/** What the described application does with a channel. AsyncAPI 2 `publish` is `receive` here, `subscribe` is `send`. */
export interface ChannelOperation extends Sourced {
  readonly kind: 'channel-operation';
  readonly entry: ContractEntry;
  /** Key under `operations`, or the 2.x operationId, or `<action> <channel>`. */
  readonly id: string;
  readonly action: 'send' | 'receive';
  readonly channel: Channel;
  readonly messages: readonly Message[];
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly reply?: Reply;
  readonly tags: readonly string[];
  /** Alternatives, needed besides those of the server. */
  readonly security?: readonly SecurityRequirement[];
  readonly bindings: ReadonlyMap<string, JsonObject>;
  readonly governance: Governance;
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

export interface Reply extends Sourced {
  readonly channel?: Channel;
  readonly addressLocation?: string;
  readonly messages: readonly Message[];
}

export interface Message extends Sourced {
  readonly kind: 'message';
  /** Key under the channel's or component's `messages`. */
  readonly key: string;
  /** Machine name: `name`, else the key. */
  readonly name: string;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly contentType: string;
  readonly deprecated: boolean;
  readonly payload?: Schema;
  readonly headers?: Schema;
  /** Runtime expression of the correlation id, such as `$message.header#/correlationid`. */
  readonly correlationIdLocation?: string;
  readonly tags: readonly string[];
  readonly bindings: ReadonlyMap<string, JsonObject>;
  readonly examples: readonly MessageExample[];
  readonly governance: Governance;
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

export interface MessageExample extends Sourced {
  readonly name?: string;
  readonly payload?: JsonValue;
  readonly headers?: JsonValue;
}

/** A business flow over operations and channels (Arazzo workflow). */
export interface Workflow extends Sourced {
  readonly kind: 'workflow';
  readonly entry: ContractEntry;
  readonly id: string;
  readonly summary?: string;
  /** What a run is started with (Arazzo 1.1, section 4.6.4). */
  readonly inputs?: Schema;
  readonly raw: JsonObject;
  readonly steps: readonly WorkflowStep[];
  readonly governance: Governance;
  readonly extensions: ReadonlyMap<string, JsonValue>;
}

export interface WorkflowStep extends Sourced {
  readonly id: string;
  readonly raw: JsonObject;
}
