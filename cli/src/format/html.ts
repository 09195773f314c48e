import type { Diagnostic, SourceLocation } from '@millwright/contract';
import {
  type DiffReport,
  type ExcerptLine,
  proofWords,
  type ReportedFinding,
  type SourceTexts,
  verdictWords,
} from '../diff/diff-report.ts';
import { printable } from '../terminal.ts';
import { version } from '../version.ts';
import { htmlStyle } from './html-style.ts';

const witnessLengthMax = 6_000;
/** A page with more cards is read by nobody; the rest is counted. */
const cardsMax = 1_000;

/** One self-contained page without a script, to read, to print and to send. Every text of a contract is escaped. */
export function formatHtml(report: DiffReport): string {
  const { findings, faults, verdict, base, revision, texts } = report;
  const shown = findings.slice(0, cardsMax);
  const hidden = findings.length - shown.length;
  return page(`${verdictWords[verdict]}: ${base.file} → ${revision.file}`, [
    headerOf(report),
    ...(report.relation === undefined ? [] : [relationOf(report)]),
    ...(faults.length === 0 ? [] : [section('Approvals', faults.map(faultOf).join('\n'))]),
    ...groupsOf(shown).map(([title, group]) =>
      section(title, group.map((finding) => cardOf(finding, texts)).join('\n')),
    ),
    ...(hidden > 0 ? [`<p class="note">${hidden} more findings are in the JSON format.</p>`] : []),
    ...(findings.length === 0 ? ['<p class="note">The two sides say the same.</p>'] : []),
  ]);
}

/** Contracts that cannot be read. */
export function unreadableHtml(diagnostics: readonly Diagnostic[]): string {
  return page('Nothing was compared', [
    '<header><p class="verdict breaking">Nothing was compared</p><p class="summary">A contract cannot be read.</p></header>',
    section('What is wrong', diagnostics.map(faultOf).join('\n')),
  ]);
}

function page(title: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<main>
${parts.join('\n')}
</main>
<footer>millwright ${escaped(version)}. A witness is a value that one side accepts and the other refuses; an independent validator has checked it.</footer>
</body>
</html>
`;
}

function headerOf(report: DiffReport): string {
  const { verdict, requiredBump, base, revision, findings, role, compatibility, earlier = [] } = report;
  const number = (severity: string): number =>
    findings.filter((finding) => finding.severity === severity && finding.approval === undefined).length;
  const approved = findings.filter(({ approval }) => approval !== undefined).length;
  const tiles: readonly (readonly [number: string, label: string, kind: string])[] = [
    [String(number('error')), 'break', 'error'],
    [String(number('warning')), 'can be noticed', 'warning'],
    [String(number('info')), 'safe', 'info'],
    ...(approved > 0 ? [[String(approved), 'approved', 'plain'] as const] : []),
    [requiredBump, 'next version', 'plain'],
  ];
  return `<header>
<p class="verdict ${verdict}">${escaped(verdictWords[verdict])}${role === undefined ? '' : ` for ${escaped(role)}`}${compatibility === undefined ? '' : ` by ${escaped(compatibility)}`}</p>
<dl class="sides"><dt>Before</dt>${[base, ...earlier].map((side) => `<dd>${sideText(side)}</dd>`).join('')}<dt>After</dt><dd>${sideText(revision)}</dd></dl>
<ul class="tiles">${tiles.map(([count, label, kind]) => `<li class="${kind}"><b>${escaped(count)}</b><span>${label}</span></li>`).join('')}</ul>
<p class="summary">${escaped(verdictMeanings[verdict])}</p>
</header>`;
}

const verdictMeanings: Readonly<Record<DiffReport['verdict'], string>> = {
  none: 'Both sides promise the same.',
  compatible: 'Whoever keeps to the contract before the change can go on after it.',
  breaking: 'Somebody who keeps to the contract before the change fails after it. Each break below shows how.',
  unproven: 'It could not be proven that nothing breaks. What is undecided counts as a break.',
};

function sideText({ file, version: own }: DiffReport['base']): string {
  return `<code>${escaped(file)}</code>${own === '' ? '' : ` <span class="version">${escaped(own)}</span>`}`;
}

/** By the operation that is concerned; a component that several use stands for itself. */
function groupsOf(findings: readonly ReportedFinding[]): readonly (readonly [string, readonly ReportedFinding[]])[] {
  const groups = new Map<string, ReportedFinding[]>();
  for (const finding of findings) {
    const [first, ...others] = finding.operations;
    const title = first === undefined ? 'The contract' : others.length === 0 ? first : 'Shared by several operations';
    const group = groups.get(title);
    if (group === undefined) groups.set(title, [finding]);
    else group.push(finding);
  }
  return [...groups];
}

function section(title: string, content: string): string {
  return `<section>\n<h2>${escaped(title)}</h2>\n${content}\n</section>`;
}

function cardOf(finding: ReportedFinding, texts: SourceTexts): string {
  const { severity, message, code, location, was, why, fix, fingerprint, approval, operations, breaks } = finding;
  const kind = approval === undefined ? severity : 'approved';
  const head = `<span class="badge">${kind}</span> <span class="message">${escaped(message)}</span>`;
  const base = was ?? location;
  const isElsewhere = was !== undefined && (was.file !== location.file || was.line !== location.line);
  const excerpts = isElsewhere
    ? `<div class="pair">${excerptOf('Before', base, texts)}${excerptOf('After', location, texts)}</div>`
    : excerptOf(was === undefined ? 'After' : 'Before', location, texts);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Concerns', operations.length > 1 ? operationList(operations) : undefined],
    [
      'Breaks',
      breaks === 'nothing' ? undefined : breaks === 'wire' ? 'what travels on the wire' : 'only generated code',
    ],
    ['Why', why && escaped(why)],
    ['Fix', fix && escaped(fix)],
    ['Approved', approval && escaped(`by ${approval.who} until ${approval.expires}: ${approval.reason}`)],
  ];
  const facts = rows
    .flatMap(([label, text]) => (text === undefined ? [] : [`<dt>${label}</dt><dd>${text}</dd>`]))
    .join('');
  const body = `${excerpts}\n${proofOf(finding)}\n<dl class="facts">${facts}</dl>\n<p class="codes"><code>${escaped(code)}</code> <code>${escaped(fingerprint)}</code></p>`;
  // What is safe is there for who wants it.
  return severity === 'info'
    ? `<details class="card ${kind}"><summary>${head}</summary>\n${body}\n</details>`
    : `<article class="card ${kind}"><h3>${head}</h3>\n${body}\n</article>`;
}

function operationList(operations: readonly string[]): string {
  const items = (names: readonly string[]): string => names.map((name) => `<code>${escaped(name)}</code>`).join(', ');
  if (operations.length <= 8) return items(operations);
  return `<details><summary>${operations.length} operations</summary>${items(operations)}</details>`;
}

function excerptOf(label: string, location: SourceLocation, texts: SourceTexts): string {
  const place = `${location.file}:${location.line}:${location.column}`;
  const lines = texts.excerpt(location, 3);
  const filled = lines.filter(({ text }) => text.trim() !== '');
  const indent = Math.min(...filled.map(({ text }) => text.length - text.trimStart().length));
  const width = String(location.line + lines.length).length;
  const shown = lines.map((line) => lineOf({ ...line, text: line.text.slice(indent) }, width)).join('');
  return `<figure><figcaption>${label} <code>${escaped(place)}</code></figcaption><pre>${shown}</pre></figure>`;
}

function lineOf({ number, text, mark }: ExcerptLine, width: number): string {
  const line = `<i>${String(number).padStart(width)}</i>  ${escaped(text)}\n`;
  return mark === undefined ? line : `<mark>${line}</mark>`;
}

function proofOf(finding: ReportedFinding): string {
  const { proof } = finding;
  if (proof.kind === 'structural') return '';
  const words = `<p class="proof"><b>Proof</b> ${escaped(proof.kind === 'witness' ? `This value ${proofWords(finding)}.` : `${sentence(proofWords(finding))}.`)}</p>`;
  if (proof.kind !== 'witness') return words;
  const value = JSON.stringify(proof.instance, null, 2);
  const cut = value.length > witnessLengthMax ? `${value.slice(0, witnessLengthMax)}\n...` : value;
  return `${words}<pre class="witness">${escaped(cut)}</pre>`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const answers = { true: 'yes', false: 'no', null: 'undecided' } as const;

function relationOf({ relation, base, revision }: DiffReport): string {
  if (relation === undefined) return '';
  const row = (from: string, to: string, answer: boolean | null, value: unknown): string =>
    `<dt>Every value of <code>${escaped(from)}</code> is one of <code>${escaped(to)}</code></dt><dd><b>${answers[`${answer}`]}</b>${
      value === undefined
        ? ''
        : `<pre class="witness">${escaped(JSON.stringify(value, null, 2).slice(0, witnessLengthMax))}</pre>`
    }</dd>`;
  const rows = [
    row(base.file, revision.file, relation.baseInRevision, relation.witness.onlyInBase),
    row(revision.file, base.file, relation.revisionInBase, relation.witness.onlyInRevision),
  ];
  return section('How the values relate', `<dl class="relation">${rows.join('')}</dl>`);
}

function faultOf({ code, message, location, why, fix }: Diagnostic): string {
  const place =
    location === undefined ? '' : `<code>${escaped(`${location.file}:${location.line}:${location.column}`)}</code>`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Why', why],
    ['Fix', fix],
  ];
  const facts = rows
    .flatMap(([label, text]) => (text === undefined ? [] : [`<dt>${label}</dt><dd>${escaped(text)}</dd>`]))
    .join('');
  return `<article class="card error"><h3><span class="badge">error</span> <span class="message">${escaped(message)}</span></h3>${place}<dl class="facts">${facts}</dl><p class="codes"><code>${escaped(code)}</code></p></article>`;
}

function escaped(text: string): string {
  return printable(text)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
