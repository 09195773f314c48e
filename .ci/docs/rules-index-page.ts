import { diffRules } from '../../packages/diff/src/index.ts';
import { rules } from '../../packages/lint/src/index.ts';
import { areaTitles } from './diff-pages.ts';
import { table } from './markdown.ts';

/** rules/README.md: which page holds which codes. */
export function rulesIndexPage(): string {
  return `# Rules

What \`millwright lint\` and \`millwright diff\` can find, with why it matters, what to do and an example. A code never changes; its
wording may. \`millwright explain <code>\` shows the section of a code. Codes of reading, validating and generating are in
[diagnostics](../diagnostics.md); how a change is judged is in [what diff proves](../../what-diff-proves.md); how both run for
every pull request is in [CI](../../ci.md).

${table(
  ['page', 'codes'],
  [
    ['[Lint rules](lint.md)', String(rules.length)],
    ...Object.entries(areaTitles).map(([area, title]) => [
      `[Changes: ${title}](${area}.md)`,
      String(diffRules.filter((rule) => rule.area === area).length),
    ]),
  ],
)}
A break that is wanted is approved by the fingerprint of its finding: \`--approvals\` takes a list of
\`{ fingerprint, reason, who, expires }\`. A fingerprint is made of the code, the place in the document and the data of the change,
never of the wording, the line or the order of keys.`;
}
