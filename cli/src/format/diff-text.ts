import type { SourceLocation } from '@millwright/contract';
import {
  type DiffReport,
  operationsWords,
  proofWords,
  type ReportedFinding,
  type SourceTexts,
  summaryOf,
} from '../diff/diff-report.ts';
import { type Colours, printable } from '../terminal.ts';

const severityColour = { error: 'red', warning: 'yellow', info: 'blue' } as const;
const shownMax = 200;
const witnessWidthMax = 400;

/** One block a finding: position, severity, code; message; the line now and before; proof; why; fix; fingerprint. */
export function formatDiffText(report: DiffReport, colours: Colours): string {
  const { findings, faults, texts, relation } = report;
  const blocks = [
    ...faults.map(({ code, message, location, why, fix }) =>
      [
        head({ code, severity: 'error', ...(location === undefined ? {} : { location }) }, colours),
        `  ${printable(message)}`,
        ...labelled(
          [
            ['why', why],
            ['fix', fix],
          ],
          colours,
        ),
      ].join('\n'),
    ),
    ...findings.slice(0, shownMax).map((finding) => blockOf(finding, texts, colours)),
  ];
  if (findings.length > shownMax)
    blocks.push(colours('dim', `... and ${findings.length - shownMax} more; --format json shows all of them.`));
  if (relation !== undefined) blocks.push(relationText(report, colours));
  return `${blocks.map((block) => `${block}\n`).join('\n')}${blocks.length > 0 ? '\n' : ''}${printable(summaryOf(report))}\n`;
}

function head(
  { code, severity, location }: { code: string; severity: keyof typeof severityColour; location?: SourceLocation },
  colours: Colours,
): string {
  const place = location === undefined ? '' : `${colours('bold', printable(placeText(location)))} `;
  return `${place}${colours(severityColour[severity], severity)} ${colours('dim', code)}`;
}

const placeText = ({ file, line, column }: SourceLocation): string => `${file}:${line}:${column}`;

function blockOf(finding: ReportedFinding, texts: SourceTexts, colours: Colours): string {
  const { message, location, was, proof, why, fix, operations, approval, fingerprint, severity } = finding;
  const isElsewhere = was !== undefined && placeText(was) !== placeText(location);
  const witness = proof.kind === 'witness' ? `${shortened(JSON.stringify(proof.instance))} ` : '';
  return [
    head(finding, colours),
    `  ${printable(message)}`,
    ...excerpt(texts, location, colours),
    ...(isElsewhere
      ? [`  ${colours('dim', 'was')}     ${printable(placeText(was))}`, ...excerpt(texts, was, colours)]
      : []),
    ...labelled(
      [
        ['in', operations.length > 1 ? operationsWords(operations) : undefined],
        [
          'proof',
          proof.kind === 'witness' || proof.kind === 'unproven' ? `${witness}${proofWords(finding)}` : undefined,
        ],
        ['why', why],
        ['fix', fix],
        ['approve', severity === 'info' || approval !== undefined ? undefined : fingerprint],
        ['approved', approval && `by ${approval.who} until ${approval.expires}: ${approval.reason}`],
      ],
      colours,
    ),
  ].join('\n');
}

function labelled(
  lines: readonly (readonly [label: string, text: string | undefined])[],
  colours: Colours,
): readonly string[] {
  return lines.flatMap(([label, text]) =>
    text === undefined ? [] : [`  ${colours('dim', label.padEnd(8))}${label.length > 7 ? ' ' : ''}${printable(text)}`],
  );
}

function excerpt(texts: SourceTexts, location: SourceLocation, colours: Colours): readonly string[] {
  return texts.excerpt(location, 0).flatMap(({ number, text, mark = 0 }) => {
    const margin = `  ${number} | `;
    return [
      colours('dim', margin) + printable(text),
      `${' '.repeat(margin.length - 2)}${colours('dim', '| ')}${' '.repeat(mark)}${colours('red', '^')}`,
    ];
  });
}

function shortened(text: string): string {
  return text.length > witnessWidthMax ? `${text.slice(0, witnessWidthMax)}...` : text;
}

const answers = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'no'],
  [null, 'undecided'],
]);

function relationText({ relation, base, revision }: DiffReport, colours: Colours): string {
  if (relation === undefined) return '';
  const { baseInRevision, revisionInBase, witness } = relation;
  const line = (from: string, to: string, answer: boolean | null, value: unknown): string => {
    const shown = value === undefined ? '' : `: ${shortened(JSON.stringify(value))} is not`;
    return `  every value of ${printable(from)} is one of ${printable(to)}: ${colours('bold', answers.get(answer) ?? '')}${printable(shown)}`;
  };
  return [
    line(base.file, revision.file, baseInRevision, witness.onlyInBase),
    line(revision.file, base.file, revisionInBase, witness.onlyInRevision),
  ].join('\n');
}
