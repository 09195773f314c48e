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

export interface Path {
  readonly token: string | number;
  readonly parent: Path | undefined;
}

/** The circumstances of one evaluation. */
export interface Frame {
  readonly path: Path | undefined;
  readonly scope: Scope | undefined;
  readonly depth: number;
  readonly strict: boolean;
  /** Undefined where nobody asks what was looked at. */
  readonly seen: Seen | undefined;
  /** Undefined where only the verdict counts; then the first failure ends the evaluation. */
  readonly out: Violation[] | undefined;
}

/** JSON pointer to where the evaluation is. */
export function pointerOf(path: Path | undefined): string {
  const tokens: string[] = [];
  for (let at = path; at !== undefined; at = at.parent)
    tokens.push(String(at.token).replaceAll('~', '~0').replaceAll('/', '~1'));
  return tokens.reverse().reduce((pointer, token) => `${pointer}/${token}`, '');
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
  if (frame.out !== undefined) report(frame, { pointer: pointerOf(frame.path), keyword, message, kind: kindOf(value) });
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
