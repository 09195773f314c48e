import type { RuleCase } from './rule-cases.ts';

/** Source of cli/src/program/rule-examples.ts: `millwright explain` shows the examples without the sources of the rules. */
export function ruleExamplesSource(cases: readonly RuleCase[]): string {
  const entries = cases.map(
    ({ id, files, findings }) => `  '${id}': ${templateLiteral(exampleText(files, findings))},\n`,
  );
  return `// Made from the cases of the rules by \`npm run docs\`. Do not edit.

/** For each rule the smallest contract that breaks it, and what is found there. */
export const ruleExamples: Readonly<Record<string, string>> = {
${entries.join('')}};
`;
}

function exampleText(files: Readonly<Record<string, string>>, findings: readonly string[]): string {
  const parts = Object.entries(files).map(([name, text]) => `${name}\n${text.trimEnd().replace(/^(?=.)/gm, '  ')}`);
  return `${parts.join('\n\n')}\n\n${findings.join('\n')}`;
}

/** On one line: a file of examples in full would be the longest of the tree. */
export function templateLiteral(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, '\\$&').replaceAll('\n', '\\n')}\``;
}
