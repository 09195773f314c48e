import { isObject, own } from '../validation/values.ts';
import { Comparison, tokensOf } from './comparison.ts';
import type { MemberDifference } from './differing.ts';

/** What one system holds of an object. */
export interface Side {
  /** Role or name of the system. */
  readonly name: string;
  /**
   * Reads all objects from the beginning. Called up to twice, once where the sides are sorted. An `Error` in place of an object
   * stands for one that could not be read; a read that fails as a whole throws.
   */
  read(): AsyncIterable<unknown> | Iterable<unknown>;
}

/** What two systems hold, told apart by which is right. */
export interface Sides {
  /** The system of record, which is right. */
  readonly record: Side;
  readonly copy: Side;
}

export interface ReconcileOptions {
  /** Members that name an object, such as `['plantId', 'workOrderNumber']`. */
  readonly key: readonly string[];
  /** Member that grows with each change. It is compared, and tells which side is later. */
  readonly version?: string;
  /**
   * JSON Schema of the objects, as data: decimals are compared by value, date-times as instants, arrays with `uniqueItems` in any
   * order. Without it values are compared as JSON.
   */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** JSON pointers of members that may differ; a token `*` stands for any member or item. */
  readonly ignore?: readonly string[];
  /**
   * Both sides come in the order of their keys, text by UTF-16 code units: nothing is held then. Throws {@link UnsortedSide} where they
   * do not.
   */
  readonly sorted?: boolean;
  /** Objects of the copy that are held to tell in which members they differ, where sides are not sorted. Default 1,000. */
  readonly heldMax?: number;
}

type Key = readonly (string | number | boolean)[];

/** Something that is not alike on both sides. */
export type Difference =
  | { readonly kind: 'missing'; readonly key: Key; readonly recordVersion?: unknown; readonly record: unknown }
  | { readonly kind: 'extra'; readonly key: Key; readonly copyVersion?: unknown; readonly copy: unknown }
  | {
      readonly kind: 'different';
      readonly key: Key;
      readonly recordVersion?: unknown;
      readonly copyVersion?: unknown;
      readonly record: unknown;
      /** Absent for those behind `heldMax`. */
      readonly members?: readonly MemberDifference[];
    }
  /** A side has a key twice; the first one was compared. */
  | { readonly kind: 'duplicate'; readonly side: string; readonly key: Key }
  /** Has no key, or could not be read. `position` counts from 1. */
  | { readonly kind: 'unreadable'; readonly side: string; readonly position: number; readonly reason: string };

export interface ReconcileTotals {
  /** Objects that were read. */
  readonly record: number;
  readonly copy: number;
  readonly equal: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly duplicate: number;
  readonly unreadable: number;
}

/** A side did not come in the order of its keys. */
export class UnsortedSide extends Error {
  override readonly name = 'UnsortedSide';
  readonly code = 'unsorted-side';
}

/**
 * Which side is right: the one whose name is the system of record by the contract's `x-governance`; else the first one, and
 * `isDeclared` says that nothing declares it.
 */
export function sidesOf(first: Side, second: Side, systemOfRecord?: string): Sides & { readonly isDeclared: boolean } {
  if (second.name === systemOfRecord) return { record: second, copy: first, isDeclared: true };
  return { record: first, copy: second, isDeclared: first.name === systemOfRecord };
}

export function comparisonOf({ schema = {}, ignore = [] }: ReconcileOptions): Comparison {
  return new Comparison(schema, [schema], ignore.map(tokensOf));
}

/** The key of an object, or why it has none. */
export function keyOf(object: unknown, members: readonly string[]): Key | string {
  if (object instanceof Error) return object.message;
  if (!isObject(object)) return 'is no object';
  const key: (string | number | boolean)[] = [];
  for (const name of members) {
    const value = own(object, name);
    if (typeof value === 'bigint') key.push(value.toString());
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') key.push(value);
    else return value === undefined ? `has no ${name}` : `${name} is no text and no number`;
  }
  return key;
}

/** Order of keys: numbers by value, everything else by its text. */
export function compareKeys(left: Key, right: Key): number {
  for (const [index, one] of left.entries()) {
    const other = right[index] ?? '';
    if (one === other) continue;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    return String(one) < String(other) ? -1 : 1;
  }
  return 0;
}

/** The version of an object under a name. */
export function versionIn<Name extends string>(
  object: unknown,
  version: string | undefined,
  name: Name,
): { readonly [Key in Name]?: unknown } {
  const value = version === undefined || !isObject(object) ? undefined : own(object, version);
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: unknown });
}
