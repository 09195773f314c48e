import { kindOf, type Violation } from './violation.ts';

/** Violations of one value that are reported at most. */
const violationsMax = 100;

/** What in-place applicators have looked at, for `unevaluatedProperties` and `unevaluatedItems`. */
export interface Seen {
  readonly names: Set<string>;
  readonly indexes: Set<number>;
}

/** Schema resources that evaluation came through, innermost first (JSON Schema core, section 7.1). */
export interface Scope {
  readonly resource: number;
  readonly outer: Scope | undefined;
}

/**
 * The circumstances of an evaluation. There is one for a whole value: whoever changes it for a part puts it back, because
 * a new one for every part would cost more than the checks do.
 */
export class Frame {
  /** Names and indexes that lead to the part that is judged. */
  readonly path: (string | number)[] = [];
  depth = 0;
  scope: Scope | undefined;
  strict: boolean;
  /** Undefined where nobody asks what was looked at. */
  seen: Seen | undefined;
  /** Undefined where only the verdict counts; then the first failure ends the evaluation. */
  out: Violation[] | undefined;

  constructor(strict: boolean, out: Violation[] | undefined) {
    this.scope = undefined;
    this.strict = strict;
    this.seen = undefined;
    this.out = out;
  }
}

const special = /[~/]/;

/** JSON pointer to where the evaluation is. */
export function pointerOf(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const token of path)
    pointer +=
      typeof token === 'string' && special.test(token)
        ? `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`
        : `/${token}`;
  return pointer;
}

export const newSeen = (): Seen => ({ names: new Set(), indexes: new Set() });

/** Adds what a branch that holds has looked at. */
export function merge(into: Seen | undefined, from: Seen | undefined): void {
  if (into === undefined || from === undefined) return;
  for (const name of from.names) into.names.add(name);
  for (const index of from.indexes) into.indexes.add(index);
}

/** Reports a violation where somebody listens; always false. */
export function fail(frame: Frame, keyword: string, message: string, value: unknown): false {
  const { out } = frame;
  if (out !== undefined && out.length < violationsMax)
    out.push({ pointer: pointerOf(frame.path), keyword, message, kind: kindOf(value) });
  return false;
}

/** Hands on a violation that was found elsewhere. */
export function report({ out }: Frame, violation: Violation): void {
  if (out !== undefined && out.length < violationsMax) out.push(violation);
}

/** A number with its noun: `1 item`, `2 items`. */
export function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** How far a value is from a branch, and why. */
export interface Attempt {
  readonly at: number;
  readonly violations: readonly Violation[];
  readonly distance: number;
}

/** The nearer of two attempts; of equally near ones the branch that is written first. */
export function nearer(left: Attempt | undefined, right: Attempt): Attempt {
  if (left === undefined || right.distance < left.distance) return right;
  return right.distance === left.distance && right.at < left.at ? right : left;
}

/** A branch that is not meant for the value is at least so far away. */
export const foreignDistance = 100;

/** A wrong constant or type at the top tells that another branch was meant; faults deeper down weigh less. */
export function distanceOf(violations: readonly Violation[], pointerLength: number): number {
  let sum = 0;
  for (const { pointer, keyword } of violations) {
    const isAtTop = pointer.indexOf('/', pointerLength + 1) === -1;
    if (!isAtTop) sum += 1;
    else sum += keyword === 'const' || keyword === 'type' ? foreignDistance : 10;
  }
  return sum;
}
