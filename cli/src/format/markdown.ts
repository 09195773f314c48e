import type { Diagnostic, SourceLocation } from '@millwright/contract';
import {
  type DiffReport,
  operationsWords,
  proofWords,
  type ReportedFinding,
  type SourceTexts,
  summaryOf,
  verdictWords,
} from '../diff/diff-report.ts';
import { printable } from '../terminal.ts';

const marks = { error: '🔴', warning: '🟡', info: '🔵' } as const;
const detailedMax = 50;

/** For a comment on a pull request: the verdict, a table, and what is not harmless in detail. */
export function formatMarkdown(report: DiffReport): string {
  const { verdict, base, revision, findings, faults, texts } = report;
  const detailed = findings.filter(({ severity }) => severity !== 'info').slice(0, detailedMax);
  const sides = `${code(named(base))} → ${code(named(revision))}`;
  return `${[
    `## ${verdictWords[verdict]}`,
    `${sides}  \n${escaped(summaryOf(report))}`,
    ...faults.map((fault) => `> **${fault.code}** ${escaped(fault.message)}. ${escaped(fault.fix ?? '')}`),
    ...(findings.length === 0 ? [] : [tableOf(findings)]),
    ...detailed.map((finding) => detailOf(finding, texts)),
  ].join('\n\n')}\n`;
}

/** Contracts that cannot be read. */
export function unreadableMarkdown(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(
    ({ code: name, message, location, fix }) =>
      `- ${location === undefined ? '' : `${code(place(location))} `}**${name}** ${escaped(message)}${fix === undefined ? '' : `. ${escaped(fix)}`}`,
  );
  return `## Nothing was compared\n\n${lines.join('\n')}\n`;
}

const named = ({ file, version }: { readonly file: string; readonly version: string }): string =>
  version === '' ? file : `${file} (${version})`;

const place = ({ file, line, column }: SourceLocation): string => `${file}:${line}:${column}`;

function tableOf(findings: readonly ReportedFinding[]): string {
  const rows = findings
    .slice(0, 200)
    .map(
      ({ severity, code: name, message, operations, approval }) =>
        `| ${marks[severity]} ${severity}${approval === undefined ? '' : ', approved'} | ${escaped(operationsWords(operations, 3))} | ${escaped(message)} | ${code(name)} |`,
    );
  const rest = findings.length > 200 ? `\n\n${findings.length - 200} more are in \`--format json\`.` : '';
  return `| | Where | What | Code |\n| --- | --- | --- | --- |\n${rows.join('\n')}${rest}`;
}

function detailOf(finding: ReportedFinding, texts: SourceTexts): string {
  const { severity, message, location, was, proof, why, fix, fingerprint, approval } = finding;
  const witness = proof.kind === 'witness' ? [`${fenced(JSON.stringify(proof.instance, null, 2), 'json')}`] : [];
  const isElsewhere = was !== undefined && place(was) !== place(location);
  return [
    `### ${marks[severity]} ${escaped(message)}`,
    ...(isElsewhere ? [`Was ${code(place(was))}`, fenced(linesAt(texts, was))] : []),
    `${isElsewhere ? 'Now ' : ''}${code(place(location))}`,
    fenced(linesAt(texts, location)),
    ...(proof.kind === 'witness' || proof.kind === 'unproven' ? [`**Proof:** ${escaped(proofWords(finding))}`] : []),
    ...witness,
    ...(why === undefined ? [] : [`**Why:** ${escaped(why)}`]),
    ...(fix === undefined ? [] : [`**Fix:** ${escaped(fix)}`]),
    approval === undefined
      ? `Fingerprint ${code(fingerprint)}`
      : `Approved by ${escaped(approval.who)} until ${approval.expires}: ${escaped(approval.reason)}`,
  ].join('\n\n');
}

function linesAt(texts: SourceTexts, location: SourceLocation): string {
  return texts
    .excerpt(location, 2)
    .map(({ number, text }) => `${String(number).padStart(5)}  ${text}`)
    .join('\n');
}

/** A fence longer than any in the text, so that the text cannot end it. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${printable(text)}\n${fence}`;
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

/** Text of a contract is shown as it stands: no markup, no HTML, no link, no mention, one line. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replace(/[\\`*_{}[\]()#!|~]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, 'www&#46;');
}
