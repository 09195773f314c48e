import { type DiffRule, diffRules } from '../../packages/diff/src/index.ts';
import type { DiffExample } from './diff-examples.ts';
import { fence, link, table } from './markdown.ts';

type Area = DiffRule['area'];

/** What each page is about, in the order of the pages. */
export const areaTitles: Readonly<Record<Area, string>> = {
  requests: 'Schemas of what the application gets',
  responses: 'Schemas of what the application gives',
  operations: 'Operations, parameters and bodies',
  content: 'Media types, headers, responses and links',
  events: 'Channels, messages and bindings',
  documents: 'Security, servers, tags, versions and components',
  governance: 'Governance',
  meanings: 'Discriminators, known values, states, vocabularies and workflows',
};

const byProof: ReadonlySet<Area> = new Set(['requests', 'responses']);

/** rules/<area>.md: every code of an area with a change that it stands for. */
export function diffPages(examples: ReadonlyMap<string, DiffExample>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(areaTitles).map(([area, title]) => [
      `rules/${area}.md`,
      pageOf(
        title,
        diffRules.filter((rule) => rule.area === area),
        examples,
      ),
    ]),
  );
}

function pageOf(title: string, rules: readonly DiffRule[], examples: ReadonlyMap<string, DiffExample>): string {
  const isProved = rules.some(({ area }) => byProof.has(area));
  return `# ${title}

${rules.length} codes of \`millwright diff\`. ${isProved ? proved : judged}

${table(
  ['code', 'severity', 'happened'],
  rules.map(({ code, severity, event }) => [link(code, ''), worded(severity), inMarkdown(event)]),
)}
${rules.map((rule) => section(rule, examples.get(rule.code))).join('\n')}`;
}

const proved =
  'The severity of most is by proof: `error` where a value shows the break, `warning` where only a value with members or values that the old contract never spoke of does, `info` where there is none.';
const judged = 'The contract itself shows these changes: each has its severity by one table.';

const breaking = { wire: 'what is sent', code: 'generated code', nothing: 'nothing' } as const;

function worded(severity: DiffRule['severity']): string {
  return severity === 'proof' || severity === 'use' ? `by ${severity}` : severity;
}

/** \`<name>\` would be taken for HTML. */
function inMarkdown(event: string): string {
  return event.replace(/<(\w+)>/g, '*$1*');
}

function section({ code, event, severity, breaks, why, fix }: DiffRule, example: DiffExample | undefined): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['severity', worded(severity)],
    ['breaks', severity === 'proof' ? `${breaking.wire}, where a value shows it` : breaking[breaks]],
    ['why', why],
    ['fix', fix],
  ];
  return `## ${code}

${inMarkdown(event)}.

${facts.flatMap(([name, text]) => (text === undefined ? [] : [`- ${name}: ${text}\n`])).join('')}${exampleOf(example)}`;
}

function exampleOf(example: DiffExample | undefined): string {
  if (example === undefined) return '';
  const { lines, finding, proof } = example;
  const told = [finding, ...(proof === undefined ? [] : [`proof: ${proof}`])].join('\n');
  return `\nFor example:\n\n${fence('diff', lines.join('\n'))}\n${fence('text', told)}`;
}
