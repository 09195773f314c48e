import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import {
  type Explanation,
  explanationGroups,
  explanationOf,
  explanations,
  similarCodes,
} from '../program/explanations.ts';
import type { Terminal } from '../terminal.ts';

export interface ExplainFlags {
  readonly format: 'text' | 'json';
}

/** `millwright explain`: the page of a code, or the list of all codes. */
export async function explain(codes: readonly string[], flags: ExplainFlags, terminal: Terminal): Promise<ExitCode> {
  const asked = codes.map((code) => explanationOf(code) ?? notFound(code));
  if (flags.format === 'json') {
    const shown = codes.length === 0 ? explanations : asked;
    terminal.write(`${JSON.stringify({ format: 'millwright.explain/1', codes: shown }, null, 2)}\n`);
  } else if (codes.length === 0) terminal.write(listText(terminal));
  else terminal.write(asked.map((explanation) => pageText(explanation, terminal)).join('\n'));
  return exitCodes.clean;
}

function listText({ colours }: Terminal): string {
  const width = Math.max(...explanations.map(({ code }) => code.length));
  const groups = explanationGroups.map(
    (group) =>
      `${colours('bold', group.title)}\n${group.explanations.map(({ code, law }) => `  ${code.padEnd(width)}  ${law}`).join('\n')}\n`,
  );
  return `${groups.join('\n')}\nmillwright explain <code> shows why a code matters and what to do.\n`;
}

function pageText({ code, law, why, fix, severity, example }: Explanation, { colours }: Terminal): string {
  const line = (name: string, text: string | undefined): readonly string[] =>
    text === undefined ? [] : [`  ${colours('dim', name.padEnd(9))}${text}`];
  return `${[
    colours('bold', code),
    `  ${law}`,
    '',
    ...line('severity', severity),
    ...line('why', why),
    ...line('fix', fix),
    ...(example === undefined ? [] : ['', indented(example)]),
  ].join('\n')}\n`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

function notFound(code: string): never {
  const near = similarCodes(code);
  throw new UsageFailure(
    `There is no code ${code}`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'millwright explain lists all codes.',
  );
}
