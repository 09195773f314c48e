import type { Contract, Diagnostic, SourceLocation } from '@millwright/contract';
import type { ContractDiff, DiffFinding, Relation } from '@millwright/diff';
import type { Approval } from './approvals.ts';

/** A finding with what the command line adds: its fingerprint, and who approved it. */
export interface ReportedFinding extends DiffFinding {
  readonly fingerprint: string;
  readonly approval?: Approval;
  /** Of what was removed: what held it in the new contract. Nothing where the whole document went. */
  readonly survivor?: SourceLocation;
}

/** One side as it is named in a report. */
export interface ReportedSide {
  readonly file: string;
  /** Empty when the documents have none in common. */
  readonly version: string;
}

/** A comparison, ready to be put into any format. */
export interface DiffReport {
  readonly verdict: ContractDiff['verdict'];
  readonly requiredBump: ContractDiff['requiredBump'];
  readonly base: ReportedSide;
  /** Releases before the base that were compared as well. */
  readonly earlier?: readonly ReportedSide[];
  readonly revision: ReportedSide;
  readonly findings: readonly ReportedFinding[];
  /** What is wrong with the approvals. */
  readonly faults: readonly Diagnostic[];
  /** Of two JSON Schemas. */
  readonly relation?: Relation;
  /** Schemas were judged this way, whichever way they travel. */
  readonly compatibility?: string;
  /** Only what concerns this role is in the report. */
  readonly role?: string;
  readonly texts: SourceTexts;
}

/** Lines of every file of both sides, as they were read. */
export class SourceTexts {
  readonly #texts = new Map<string, string>();
  readonly #lines = new Map<string, readonly string[]>();

  add(documents: Contract['documents'], shown: (file: string) => string): void {
    for (const { file, text } of documents) this.#texts.set(shown(file), text);
  }

  /** The texts of another comparison as well. */
  include(other: SourceTexts): void {
    for (const [file, text] of other.#texts) this.#texts.set(file, text);
  }

  /** The line of a place with some around it; long lines are cut to a window around the column. */
  excerpt({ file, line, column }: SourceLocation, around: number): readonly ExcerptLine[] {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = (this.#texts.get(file) ?? '').replace(/\r?\n$/, '').split(/\r?\n/);
      this.#lines.set(file, lines);
    }
    const first = Math.max(1, line - around);
    return lines.slice(first - 1, line + around).map((text, index) => {
      const isMarked = first + index === line;
      const start = isMarked && column > widthMax ? column - 40 : 0;
      const [before, after] = [start > 0 ? '…' : '', text.length > start + widthMax ? '…' : ''];
      const shown = `${before}${text.slice(start, start + widthMax).replaceAll('\t', ' ')}${after}`;
      const mark = Math.max(0, column - 1 - start) + before.length;
      return { number: first + index, text: shown, ...(isMarked ? { mark } : {}) };
    });
  }
}

const widthMax = 110;

export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  /** Column of the place, from 0, on the line that holds it. */
  readonly mark?: number;
}

/** `breaking: 2 errors, 1 warning, 3 info, 1 approved; the next version is a major one.` */
export function summaryOf({ verdict, requiredBump, findings, faults, role, compatibility }: DiffReport): string {
  const open = findings.filter(({ approval }) => approval === undefined);
  const number = (severity: string): number => open.filter((finding) => finding.severity === severity).length;
  const counts = [
    plural(number('error'), 'error'),
    plural(number('warning'), 'warning'),
    number('info') > 0 ? `${number('info')} info` : '',
    findings.length > open.length ? `${findings.length - open.length} approved` : '',
    faults.length > 0 ? `${plural(faults.length, 'fault')} in the approvals` : '',
  ].filter((part) => part !== '');
  const bump = requiredBump === 'none' ? 'no new version is needed' : `the next version is a ${requiredBump} one`;
  const whom = role === undefined ? '' : ` for ${role}`;
  const how = compatibility === undefined ? '' : ` by ${compatibility}`;
  return `${verdictWords[verdict]}${whom}${how}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}; ${bump}.`;
}

export const verdictWords: Readonly<Record<ContractDiff['verdict'], string>> = {
  none: 'No difference',
  compatible: 'Compatible',
  breaking: 'Breaking',
  unproven: 'Not proven compatible',
};

export function plural(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What a proof says, in one sentence; the witness itself stands before it. */
export function proofWords({ proof }: Pick<DiffFinding, 'proof'>): string {
  switch (proof.kind) {
    case 'witness': {
      const words = proof.acceptedBy === 'base' ? 'was accepted, is now rejected' : 'could not occur, can occur now';
      // The engine's general reason repeats what the sentence says.
      return /^is (refused|rejected) by the /.test(proof.reason) ? words : `${words}: ${proof.reason}`;
    }
    case 'contained':
      return 'every value that was valid for one side is valid for the other';
    case 'structural':
      return 'the contract itself shows it';
    case 'unproven':
      return `undecided, so it counts as a break: ${proof.reason}`;
  }
}

/** The operations of a finding, as a reader can take them in. */
export function operationsWords(operations: readonly string[], shownMax = 6): string {
  const shown = operations.slice(0, shownMax).join(', ');
  return operations.length > shownMax ? `${shown} and ${operations.length - shownMax} more` : shown;
}
