import type { Diagnostic } from '@millwright/contract';

/** What a command found, ready to be put into any format. */
export interface Report {
  /** Command that made it, such as `lint`. */
  readonly command: string;
  readonly diagnostics: readonly Diagnostic[];
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
