import { explanationGroups } from '../../cli/src/program/explanations.ts';
import { code, table } from './markdown.ts';

/** diagnostics.md: every code that has no section under rules/. */
export function diagnosticsPage(): string {
  const groups = explanationGroups.filter(({ title }) => title !== 'Lint rules' && title !== 'Changes');
  return `# Diagnostics

Codes that a command can print besides the [rules](rules/README.md) of lint and diff. A code never changes; its wording may.
\`millwright explain <code>\` shows the same.

${groups
  .map(
    ({ title, explanations }) => `## ${title}

${
  explanations.some(({ why }) => why !== undefined)
    ? table(
        ['code', 'law', 'why', 'fix'],
        explanations.map((entry) => [code(entry.code), entry.law, entry.why ?? '', entry.fix]),
      )
    : table(
        ['code', 'law', 'fix'],
        explanations.map((entry) => [code(entry.code), entry.law, entry.fix]),
      )
}`,
  )
  .join('\n')}`;
}
