import type { Contract, Severity, SourceDocument } from '@millwright/contract';

/** Where a finding stands. */
export interface Place {
  readonly document: SourceDocument;
  readonly pointer: string;
}

/** What a rule gets: the contract, and the door for what it finds. */
export interface LintContext {
  readonly contract: Contract;
  readonly report: (place: Place, message: string) => void;
}

/** One law about contracts. Facts come from the contract, wording from the rule, severity from rule or config. */
export interface LintRule {
  /** `lint/` and the folder of the rule; never changes. */
  readonly id: `lint/${string}`;
  readonly severity: Severity;
  /** What holds, in one sentence. */
  readonly law: string;
  /** Who or what breaks otherwise. */
  readonly why: string;
  readonly fix: string;
  readonly check: (context: LintContext) => void;
}

/** A finding that is accepted, and why. */
export interface LintIgnore {
  readonly rule: string;
  /** Beginning of the JSON pointer; the whole file when absent. */
  readonly pointer?: string;
  /** End of the file name; every file when absent. */
  readonly file?: string;
  readonly reason: string;
}

/** Severities by rule id, and accepted findings. */
export interface LintConfig {
  readonly rules?: Readonly<Record<string, Severity | 'off'>>;
  readonly ignores?: readonly LintIgnore[];
}
