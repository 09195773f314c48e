import { operationsWords, proofWords, type ReportedFinding } from '../diff/diff-report.ts';
import { printable } from '../terminal.ts';

/** What changed since the release before, in the order of how much it matters; without one it is the first. */
export function changelogOf(
  version: string,
  previous: string | undefined,
  findings: readonly ReportedFinding[],
): string {
  const parts: readonly (readonly [title: string, severity: string])[] = [
    ['Breaking', 'error'],
    ['Can be noticed', 'warning'],
    ['Safe', 'info'],
  ];
  const sections = parts.flatMap(([title, severity]) => {
    const group = findings.filter((finding) => finding.severity === severity);
    return group.length === 0 ? [] : [`## ${title}\n\n${group.map(lineOf).join('\n')}`];
  });
  const since = previous === undefined ? 'The first release.' : `Compared with ${previous}.`;
  const body = previous !== undefined && findings.length === 0 ? ['Nothing in the promises changed.'] : sections;
  return `${[`# ${version}`, since, ...body].join('\n\n')}\n`;
}

function lineOf(finding: ReportedFinding): string {
  const { message, operations, proof, fix, severity } = finding;
  const used = operations.length > 1 ? ` (${operationsWords(operations)})` : '';
  const witness =
    severity !== 'info' && proof.kind === 'witness'
      ? `\n  Proof: ${quoted(JSON.stringify(proof.instance).slice(0, 300))} ${escaped(proofWords(finding))}.`
      : '';
  const remedy = severity === 'error' && fix !== undefined ? `\n  ${escaped(fix)}` : '';
  return `- ${escaped(message + used)}.${witness}${remedy}`;
}

/** Code in Markdown that the text cannot end. */
function quoted(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${printable(text)} ${fence}`;
}

function escaped(text: string): string {
  return printable(text)
    .replace(/[\r\n\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_[\]<>|&]/g, (sign) => `\\${sign}`);
}
