import { proofWords } from '../../cli/src/diff/diff-report.ts';
import { type DiffFinding, type DiffRule, diff, diffRules } from '../../packages/diff/src/index.ts';
import { contractOf, type FactsPair, factsPairs } from '../../test/diff/facts-cases.ts';
import { changedExcerpt } from './excerpts.ts';
import { templateLiteral } from './rule-examples.ts';

/** What a change looks like in a contract, and what is found. */
export interface DiffExample {
  readonly code: string;
  /** Lines of a unified difference. */
  readonly lines: readonly string[];
  /** `error: Operation GET /a was removed`. */
  readonly finding: string;
  /** `"aaa" was accepted, is now rejected`. */
  readonly proof?: string;
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

/** For each code the case that shows it worst, and of those the shortest. */
export async function diffExamples(): Promise<ReadonlyMap<string, DiffExample>> {
  const best = new Map<string, { readonly rank: readonly [number, number]; readonly example: DiffExample }>();
  for (const pair of factsPairs()) {
    const { findings } = diff(await contractOf(pair.before), await contractOf(pair.after));
    for (const finding of findings) {
      const example = exampleOf(pair, finding);
      const rank = [ranks[finding.severity], example.lines.length] as const;
      const known = best.get(finding.code)?.rank ?? [Number.POSITIVE_INFINITY, 0];
      if (rank[0] < known[0] || (rank[0] === known[0] && rank[1] < known[1])) best.set(finding.code, { rank, example });
    }
  }
  return new Map([...best].map(([code, { example }]) => [code, example]));
}

function exampleOf({ before, after }: FactsPair, finding: DiffFinding): DiffExample {
  const { code, severity, message, location, was, proof } = finding;
  const left = before[(was ?? location).file];
  // What was removed has its place in the base.
  const right = after[location.file];
  const lines = changedExcerpt(left, right, [...new Set([(was ?? location).pointer, location.pointer])]);
  const shown = proof.kind === 'witness' ? `${JSON.stringify(proof.instance)} ` : '';
  const isTold = proof.kind === 'witness' || proof.kind === 'unproven';
  return {
    code,
    lines,
    finding: `${severity}: ${message}`,
    ...(isTold ? { proof: `${shown}${proofWords(finding)}` } : {}),
  };
}

/** Sources of cli/src/program/diff-examples: `millwright explain` shows the examples without the cases. */
export function diffExampleSources(examples: ReadonlyMap<string, DiffExample>): ReadonlyMap<string, string> {
  const areas = [...new Set(diffRules.map(({ area }) => area))];
  return new Map(areas.map((area) => [`cli/src/program/diff-examples/${area}.ts`, sourceOf(area, examples)]));
}

function sourceOf(area: DiffRule['area'], examples: ReadonlyMap<string, DiffExample>): string {
  const entries = diffRules.flatMap(({ code, area: own }) => {
    const example = own === area ? examples.get(code) : undefined;
    if (example === undefined) return [];
    const { lines, finding, proof } = example;
    const text = [...lines, '', finding, ...(proof === undefined ? [] : [`proof: ${proof}`])].join('\n');
    return [`  '${code}': ${templateLiteral(text)},\n`];
  });
  return `// Made from test/diff/cases by \`npm run docs\`. Do not edit.

/** What each change looks like, and what is found. */
export const ${area}: Readonly<Record<string, string>> = {
${entries.join('')}};
`;
}
