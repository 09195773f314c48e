import type { SourceLocation } from './location.ts';

/** How much a diagnostic matters: an `error` makes a command fail, a `warning` does not, an `info` only tells. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * What is wrong, where, why it matters and what to do about it.
 * `code` is stable for ever (`contract/json-duplicate-key`, `lint/operation-owner-declared`); wording is not.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** One sentence, no trailing newline; never contains file contents beyond the offending token. */
  readonly message: string;
  readonly location?: SourceLocation;
  /** Who or what breaks when this is left as it is. */
  readonly why?: string;
  /** What the author can do. */
  readonly fix?: string;
}

/** A diagnostic that judges a readable contract: the result of a lint or diff rule. It always has a position. */
export interface Finding extends Diagnostic {
  readonly location: SourceLocation;
}

/** Value or nothing, and what was noticed on the way. The value is absent exactly when a diagnostic is an `error`. */
export type Result<T> = readonly [value: T | undefined, diagnostics: readonly Diagnostic[]];

/** True when one of the diagnostics is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
