export { lint } from './lint.ts';
export type { LintConfig, LintContext, LintIgnore, LintRule, Place } from './lint-rule.ts';
export { ruleReference } from './reference.ts';
export { rules } from './rules.ts';
