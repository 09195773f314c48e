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
  | { readonly kind: 'others'; readonly declared: readonly string[]; readonly patterns: readonly string[] }
  /** The value itself, where it fits one of these, or not all of these: what stands behind a condition counts only then. */
  | { readonly kind: 'where'; readonly holds: boolean; readonly conditions: readonly Schema[] };

/** The steps that lead into the value, conditions left out. */
export function inValue(path: readonly Step[]): readonly Exclude<Step, { readonly kind: 'where' }>[] {
  return path.filter((step) => step.kind !== 'where');
}

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
  readonly lacks?: string;
  readonly member?: MemberFocus;
  readonly value?: JsonValue;
  readonly type?: JsonType;
  /** None of these values, or of none of these types. */
  readonly otherThan?: readonly JsonValue[];
  readonly notTypes?: readonly JsonType[];
  /** A value on which the two schemas differ by this keyword alone. */
  readonly keyword?: { readonly name: string; readonly type: JsonType };
  /** A value that fits a branch, or one that does not. */
  readonly fits?: Schema;
  readonly refuses?: Schema;
  /** A value that fits one of two schemas only. */
  readonly differ?: readonly [Schema, Schema];
  /** A value that fits two branches of one of these lists. */
  readonly overlap?: readonly (readonly Schema[])[];
  /** An object with a member that the own keywords of none of these name. */
  readonly beyond?: readonly Schema[];
  /** A value of which the schema looks at some part no further, and refuses it for that. */
  readonly unevaluatedBy?: Schema;
}

/** An object with a member that one of these schemas refuses; or, where that matters, one without the member. */
export interface MemberFocus {
  readonly name: string;
  readonly judgedBy: readonly Schema[];
  readonly orLacks: boolean;
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
