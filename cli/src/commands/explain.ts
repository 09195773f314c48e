import { diagnosticCodes } from '@millwright/contract';
import { ruleReference, rules } from '@millwright/lint';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

export interface ExplainFlags {
  readonly format: 'text' | 'json';
}

/** Codes of the commands themselves. */
const commandCodes = [
  {
    code: 'generate/file-changed',
    law: 'A generated file is what the contract gives.',
    fix: 'Run millwright generate and commit the result; change the contract, not the output.',
  },
  {
    code: 'generate/file-missing',
    law: 'Every generated file is there.',
    fix: 'Run millwright generate and commit the result.',
  },
  {
    code: 'generate/file-orphaned',
    law: 'No generated file outlives its reason.',
    fix: 'Run millwright generate, which removes it.',
  },
  { code: 'generate/written', law: 'Tells which folder was written.', fix: 'Nothing to do.' },
  {
    code: 'validate/payload-invalid',
    law: 'A value obeys its schema.',
    fix: 'Correct the value; the message names place and keyword.',
  },
  {
    code: 'validate/refusal-missing',
    law: 'An example under invalid/ fails at the keyword and place that it names.',
    fix: 'Correct the example, or the schema that lets it through.',
  },
  { code: 'validate/schema-unknown', law: 'The schema of a value is known.', fix: 'Add --schema <name or file>.' },
] as const;

/** `millwright explain`: the page of a code, or the list of all codes. */
export async function explain(codes: readonly string[], flags: ExplainFlags, terminal: Terminal): Promise<ExitCode> {
  const known = [...rules.map(({ id, law, fix }) => ({ code: id, law, fix })), ...diagnosticCodes, ...commandCodes];
  const asked = codes.map(
    (code) =>
      known.find((entry) => entry.code === code || entry.code === `lint/${code}`) ??
      notFound(
        code,
        known.map((entry) => entry.code),
      ),
  );
  const shown = codes.length === 0 ? known : asked;
  if (flags.format === 'json')
    terminal.write(`${JSON.stringify({ format: 'millwright.explain/1', codes: shown }, null, 2)}\n`);
  else if (codes.length === 0)
    terminal.write(
      `${known.map(({ code, law }) => `${code.padEnd(44)} ${law}`).join('\n')}\n\nmillwright explain <code> shows why a code matters and what to do.\n`,
    );
  else
    terminal.write(
      asked
        .map(({ code, law, fix }) =>
          rules.some(({ id }) => id === code) ? ruleReference(code) : `# ${code}\n\n${law}\n\nFix: ${fix}\n`,
        )
        .join('\n'),
    );
  return exitCodes.clean;
}

function notFound(code: string, known: readonly string[]): never {
  const tail = code.slice(code.lastIndexOf('/') + 1);
  const near = known
    .filter((candidate) => tail.split('-').some((word) => word.length > 3 && candidate.includes(word)))
    .slice(0, 5);
  throw new UsageFailure(
    `There is no code ${code}`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'millwright explain lists all codes.',
  );
}
