import { rules } from '../../packages/lint/src/index.ts';
import { code, fence, link, table } from './markdown.ts';
import type { RuleCase } from './rule-cases.ts';

/** rules/lint.md: every rule with the smallest contract that breaks it. */
export function rulesPage(cases: readonly RuleCase[]): string {
  const byId = new Map(cases.map((example) => [example.id, example]));
  return `# Lint rules

${rules.length} rules. \`--rule <rule>=<severity>\` or \`lint.rules\` of the config changes a severity or switches a rule off;
\`x-lint-ignore: [{ rule, reason }]\` on a node of the contract, or \`lint.ignores\` of the config, accepts a finding for a reason.

${table(
  ['rule', 'severity', 'law'],
  rules.map(({ id, severity, law }) => [link(id, ''), severity, law]),
)}
${rules
  .map(
    ({ id, severity, law, why, fix }) => `## ${id}

${law}

- severity: ${severity}
- why: ${why}
- fix: ${fix}

${exampleOf(byId.get(id))}`,
  )
  .join('\n')}`;
}

function exampleOf(example: RuleCase | undefined): string {
  if (example === undefined) return '';
  const files = Object.entries(example.files);
  const shown = files.map(([name, text]) => `${files.length > 1 ? `${code(name)}\n\n` : ''}${fence('yaml', text)}`);
  return `For example:\n\n${shown.join('\n')}\n${example.findings.map((finding) => `> ${finding.replace(/^(\S+) /, '`$1` ')}\n`).join('>\n')}`;
}
