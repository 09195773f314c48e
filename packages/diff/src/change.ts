import type { JsonType, JsonValue, Schema, Sourced } from '@millwright/contract';

/**
 * Which way values travel, seen from the described application: what it gets (`request`, `receive`) may only widen, what it
 * gives (`response`, `send`) may only narrow. `schema` is a schema for itself, `none` what does not travel.
 */
export type Direction = 'request' | 'response' | 'receive' | 'send' | 'schema' | 'none';

/** A step from a value to one of its parts. */
export type Step =
  | {
      readonly kind: 'property';
      readonly name: string;
      /** Where the member does not travel: `readOnly` in requests, `writeOnly` in responses, as both versions say. */
      readonly hiddenIn?: 'request' | 'response';
      /** Both versions demand it. */
      readonly isRequired?: boolean;
    }
  | { readonly kind: 'items'; readonly from: number }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'others'; readonly declared: readonly string[]; readonly patterns: readonly string[] };

/** Where values of a schema travel: a body, a parameter, a header, a payload. */
export interface Usage {
  readonly direction: Direction;
  /** `POST /items`, or the channel operation's id. */
  readonly operation: string;
  /** `request body application/json`, `response 200 application/json`, `query parameter limit`, `payload`. */
  readonly place: string;
  readonly base: Schema;
  readonly revision: Schema;
  /** The value may be left out in both versions, and then the default holds. */
  readonly isOptional?: boolean;
  /** How scalars are written where it is not as JSON: as their text, or so that a list repeats what a scalar is once. */
  readonly written?: 'text' | 'repeated';
}

/** The two schemas that a change of a schema lies in, with the ways that lead to them. */
export interface SchemaChange {
  readonly base: Schema;
  readonly revision: Schema;
  /** Each with the way from the value that travels to the part that changed. */
  readonly reached: readonly { readonly usage: Usage; readonly path: readonly Step[] }[];
  /** What a value that shows the change looks like at its place. */
  readonly focus?: Focus;
}

/** A value with or without a member, a certain value, or one of a type. */
export interface Focus {
  readonly has?: string;
  readonly lacks?: string;
  readonly value?: JsonValue;
  readonly type?: JsonType;
}

/** A fact: something is different. It says nothing about whether that matters. */
export interface Change {
  /** What happened, such as `operation-removed` or `property-became-required`. */
  readonly kind: string;
  readonly direction: Direction;
  /** Names what changed within its kind: a property, a status, a role. */
  readonly name?: string;
  readonly operation?: string;
  /** All operations that it concerns, where it is not one; a change of a schema names them by its ways. */
  readonly operations?: readonly string[];
  /** Where it stands; `was` in the base. One of the two is missing for what was added or removed. */
  readonly base?: Sourced;
  readonly revision?: Sourced;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly schema?: SchemaChange;
}
