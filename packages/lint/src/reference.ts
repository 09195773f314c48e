import { rules } from './rules.ts';

/** The page of a rule: law, why, fix. Empty for an id that is no rule. */
export function ruleReference(id: string): string {
  const rule = rules.find((candidate) => candidate.id === id);
  if (rule === undefined) return '';
  return `# ${rule.id}\n\n${rule.law}\n\nSeverity: ${rule.severity}\n\nWhy: ${rule.why}\n\nFix: ${rule.fix}\n`;
}
