import type { Diagnostic } from '@millwright/contract';
import {
  type DiffReport,
  operationsWords,
  plural,
  proofWords,
  type ReportedFinding,
  summaryOf,
} from '../diff/diff-report.ts';
import type { Terminal } from '../terminal.ts';
import { writeReport } from './format-report.ts';
import type { Format, ReportedDiagnostic } from './report.ts';

export type DiffFormat = Format | 'markdown' | 'html';

/** Writes a comparison to stdout in the format asked for; each format is loaded when it is used. */
export async function writeDiff(report: DiffReport, format: DiffFormat, terminal: Terminal): Promise<void> {
  switch (format) {
    case 'text':
      return terminal.write((await import('./diff-text.ts')).formatDiffText(report, terminal.colours));
    case 'json':
      return terminal.write(formatDiffJson(report));
    case 'markdown':
      return terminal.write((await import('./markdown.ts')).formatMarkdown(report));
    case 'html':
      return terminal.write((await import('./html.ts')).formatHtml(report));
    default:
      return writeReport(
        {
          command: 'diff',
          diagnostics: [...report.faults, ...report.findings.map(asDiagnostic)],
          summary: summaryOf(report),
        },
        format,
        terminal,
      );
  }
}

/** Contracts that cannot be read; Markdown and HTML are for people, who get the text. */
export async function writeUnreadable(
  command: string,
  diagnostics: readonly Diagnostic[],
  format: DiffFormat,
  terminal: Terminal,
): Promise<void> {
  const summary = `Nothing was compared: ${plural(diagnostics.length, 'error')} in the contracts.`;
  if (format === 'markdown') return terminal.write((await import('./markdown.ts')).unreadableMarkdown(diagnostics));
  if (format === 'html') return terminal.write((await import('./html.ts')).unreadableHtml(diagnostics));
  return writeReport({ command, diagnostics, summary }, format, terminal);
}

/** The stable, versioned form that tools rely on. */
function formatDiffJson({
  verdict,
  requiredBump,
  base,
  revision,
  findings,
  faults,
  relation,
  role,
  compatibility,
  earlier,
}: DiffReport): string {
  const result = {
    format: 'millwright.diff/1',
    verdict,
    requiredBump,
    base,
    ...(earlier === undefined ? {} : { earlier }),
    revision,
    ...(compatibility === undefined ? {} : { compatibility }),
    ...(role === undefined ? {} : { for: role }),
    ...(relation === undefined ? {} : { relation }),
    findings: findings.map(jsonFinding),
    ...(faults.length === 0 ? {} : { faults }),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function jsonFinding(finding: ReportedFinding): object {
  const { code, severity, kind, direction, operations, message, location, was, fingerprint, proof } = finding;
  const { breaks, why, fix, approval, name, before, after } = finding;
  return {
    code,
    severity,
    kind,
    direction,
    ...(operations[0] === undefined ? {} : { operation: operations[0] }),
    ...(operations.length > 1 ? { operations } : {}),
    ...(name === undefined ? {} : { name }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    message,
    location,
    ...(was === undefined ? {} : { was }),
    fingerprint,
    proof,
    breaks,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
    ...(approval === undefined ? {} : { approval }),
  };
}

/** A finding for the formats that know no proofs: the proof becomes a part of the message. They show lines of the new contract. */
function asDiagnostic(finding: ReportedFinding): ReportedDiagnostic {
  const { code, severity, message, location, was, why, fix, proof, operations, approval, fingerprint } = finding;
  const isGone = was !== undefined && was.file === location.file && was.pointer === location.pointer;
  const place = isGone ? finding.survivor : location;
  const shown = proof.kind === 'witness' ? `${JSON.stringify(proof.instance).slice(0, 400)} ` : '';
  const proven = proof.kind === 'witness' || proof.kind === 'unproven' ? `. Proof: ${shown}${proofWords(finding)}` : '';
  const used = operations.length > 1 ? `. Concerns ${operationsWords(operations)}` : '';
  const approved = approval === undefined ? '' : `. Approved by ${approval.who}: ${approval.reason}`;
  return {
    code,
    severity: approval === undefined ? severity : 'info',
    message: `${message}${used}${proven}${approved}`,
    ...(place === undefined ? {} : { location: place }),
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
    fingerprint,
  };
}
