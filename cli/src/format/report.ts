import type { Diagnostic } from '@millwright/contract';

/** A diagnostic with what names it for good, where a command knows that; of others code and place do. */
export interface ReportedDiagnostic extends Diagnostic {
  readonly fingerprint?: string;
}

/** What a command found, ready to be put into any format. */
export interface Report {
  /** Command that made it, such as `lint`. */
  readonly command: string;
  readonly diagnostics: readonly ReportedDiagnostic[];
  /** Last line of the text format: what was looked at and how it went. */
  readonly summary: string;
  /** Members that the JSON format has besides the diagnostics. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export const formats = ['text', 'json', 'github', 'sarif', 'junit'] as const;
export type Format = (typeof formats)[number];

/** Number of diagnostics of each severity. */
export function countBySeverity(diagnostics: readonly Diagnostic[]): Readonly<Record<Diagnostic['severity'], number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of diagnostics) counts[severity] += 1;
  return counts;
}
