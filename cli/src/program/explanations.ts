import { diagnosticCodes, type Severity } from '@millwright/contract';
import { rules } from '@millwright/lint';
import { comparisonCodes, diffExplanations } from './diff-explanations.ts';
import { ruleExamples } from './rule-examples.ts';
import { auditCodes, storeCodes } from './store-explanations.ts';

/** What a code means to the person who meets it. */
export interface Explanation {
  readonly code: string;
  /** What holds, or for a change what happened, in one sentence. */
  readonly law: string;
  /** Who or what breaks otherwise. */
  readonly why?: string;
  readonly fix: string;
  /**
   * Of rules, unless the config says otherwise. `by proof`: error where a value shows that the change breaks, warning where only a
   * value with undeclared members does, info where none does. `by use`: no value shows it, and it matters where it stands.
   */
  readonly severity?: Severity | 'by proof' | 'by use';
  /** Smallest contract that breaks the law, or a change, and what is found in it. */
  readonly example?: string;
}

/** Codes of projects that are written once. */
const scaffoldCodes: readonly Explanation[] = [
  {
    code: 'scaffold/folder-not-empty',
    law: 'A project is written into a new or empty folder.',
    why: 'What is there may be the work of somebody.',
    fix: 'Name a new folder with --out, or add --sync to follow a newer contract.',
    severity: 'error',
  },
  {
    code: 'scaffold/no-adapter',
    law: 'A folder that is synchronised holds millwright-adapter.json, as scaffold wrote it.',
    why: 'It says which events the project was made of, so that a file that was taken away stays away.',
    fix: 'Name the folder of a scaffolded project with --out, or restore the file from version control.',
    severity: 'error',
  },
  {
    code: 'scaffold/no-registrations',
    law: 'src/registrations.ts holds an array that handlers can be added to.',
    why: 'A handler that is not registered receives nothing.',
    fix: 'Give the file an array named registrations, or add the handlers by hand.',
    severity: 'error',
  },
];

/** Codes about the settings of lint itself. */
const settingCodes: readonly Explanation[] = [
  {
    code: 'lint/ignore-without-reason',
    law: 'An ignore says why the finding is accepted.',
    why: 'The next reader cannot tell a decision from an oversight.',
    fix: "Give it a reason: ignores: [{ rule: 'lint/owner-declared', reason: 'the owner is being found, ticket 4711' }].",
    severity: 'error',
  },
  {
    code: 'lint/ignore-unused',
    law: 'An ignore matches a finding.',
    why: 'A leftover hides the finding when it comes back.',
    fix: 'Remove it.',
    severity: 'warning',
  },
  {
    code: 'lint/rule-unknown',
    law: 'The config gives severities to rules that exist.',
    why: 'A misspelt rule is not switched off.',
    fix: 'Write the id as findings show it; millwright explain lists all.',
    severity: 'warning',
  },
];

/** Codes of `millwright validate`. */
const validateCodes: readonly Explanation[] = [
  {
    code: 'validate/payload-invalid',
    law: 'A value obeys its schema.',
    why: 'Whoever reads it by the contract refuses it, or reads it wrongly.',
    fix: 'Correct the value; the message names place and keyword. With --mode tolerant unknown properties are ignored.',
  },
  {
    code: 'validate/refusal-missing',
    law: 'An example under invalid/ fails at the keyword and place that it names.',
    why: 'The example no longer shows what the contract forbids.',
    fix: 'Correct keyword, pointer or instance of the example, or the schema that lets it through.',
  },
  {
    code: 'validate/schema-unknown',
    law: 'The schema of a value is known: by --schema, by its folder, or because it is a CloudEvent of the contract.',
    why: 'Nothing can be said about the value.',
    fix: 'Add --schema with a name of the contract, or with a file.',
  },
  {
    code: 'asyncapi-parser/*',
    law: 'With --deep, the parser of the AsyncAPI initiative finds nothing in an AsyncAPI document either.',
    why: 'Tools that build on that parser refuse the document.',
    fix: 'The message and the position are those of the parser; the rule is named after the slash.',
  },
];

/** Codes of `millwright generate`. */
const generateCodes: readonly Explanation[] = [
  {
    code: 'generate/file-changed',
    law: 'A generated file is what the contract gives.',
    why: 'A change made by hand is lost with the next run; an old file serves an old contract.',
    fix: 'Run millwright generate and commit the result; change the contract, not the output.',
  },
  {
    code: 'generate/file-missing',
    law: 'Every generated file is there.',
    why: 'What imports it does not compile.',
    fix: 'Run millwright generate and commit the result.',
  },
  {
    code: 'generate/file-orphaned',
    law: 'No generated file outlives its reason.',
    why: 'Code goes on using what the contract no longer promises.',
    fix: 'Run millwright generate, which removes it.',
  },
  {
    code: 'generate/upcast-unreadable',
    law: 'x-upcast of a message names the message of the version before and how its data becomes that of this one.',
    why: 'Consumers of the new version do not understand producers that still send the old one.',
    fix: 'Write x-upcast: { from: EarlierMessage, steps: [{ move: /old, to: /new }, { set: /added, value: x }, { drop: /gone }, { map: /status, values: { a: b } }] }, or by: program.',
  },
  {
    code: 'generate/flow-unsupported',
    law: 'A workflow uses the parts of Arazzo that compile to a process manager (docs/flows.md names them).',
    why: 'The workflow is left out of the flows; everything else is generated.',
    fix: 'Say it with the parts that compile, or run the workflow by hand.',
    severity: 'warning',
  },
  {
    code: 'generate/flow-reference-unknown',
    law: 'Operation, channel, step, workflow and component that a workflow names are there.',
    why: 'Nobody knows what the step is to do, so the workflow is left out.',
    fix: 'Correct the name, or add the description to sourceDescriptions.',
    severity: 'warning',
  },
  {
    code: 'generate/flow-expression-invalid',
    law: 'Runtime expressions and conditions are those of Arazzo 1.1.',
    why: 'What cannot be read cannot be compiled, and is never evaluated as text; the workflow is left out.',
    fix: 'Correct the expression, such as $steps.create.outputs.etag or $statusCode == 201.',
    severity: 'warning',
  },
  {
    code: 'generate/flow-parameter-mismatch',
    law: 'Parameters and body of a step are those of the operation or message that it names.',
    why: 'The call would not be made, so the workflow is left out.',
    fix: 'Name the parameter as the operation does, and give those that it requires.',
    severity: 'warning',
  },
  {
    code: 'generate/flow-approver-unknown',
    law: 'A step that a person decides says which roles may: x-role, or the governance of its operation.',
    why: 'Anybody or nobody could decide, so the workflow is left out.',
    fix: 'Add x-role to the step.',
    severity: 'warning',
  },
  {
    code: 'generate/right-withheld',
    law: 'An address is the same at every broker: segments that are not empty, without blanks, separators and wildcards.',
    why: 'Its words would be a wildcard at some broker, and a right to it a right to more; so nobody gets one.',
    fix: 'Give the channel an address of plain segments.',
    severity: 'warning',
  },
  {
    code: 'generate/written',
    law: 'Tells which folder was written; no fault.',
    fix: 'Nothing to do.',
    severity: 'info',
  },
];

/** A family of codes, in the order of the commands. */
export interface ExplanationGroup {
  readonly title: string;
  readonly explanations: readonly Explanation[];
}

/** Every code that a command can print; a test holds them against the sources. */
export const explanationGroups: readonly ExplanationGroup[] = [
  { title: 'Reading a contract', explanations: diagnosticCodes },
  {
    title: 'Lint rules',
    explanations: rules.map(({ id, law, why, fix, severity }) => {
      const example = ruleExamples[id];
      return { code: id, law, why, fix, severity, ...(example === undefined ? {} : { example }) };
    }),
  },
  { title: 'Settings of lint', explanations: settingCodes },
  { title: 'Validating', explanations: validateCodes },
  { title: 'Generating', explanations: generateCodes },
  { title: 'Comparing', explanations: comparisonCodes },
  { title: 'Changes', explanations: diffExplanations },
  { title: 'Stores', explanations: storeCodes },
  { title: 'Scaffold', explanations: scaffoldCodes },
  { title: 'The audit trail', explanations: auditCodes },
];

export const explanations: readonly Explanation[] = explanationGroups.flatMap((group) => group.explanations);

/** The explanation of a code; rules may be named without `lint/`, and `prefix/*` explains every code below the prefix. */
export function explanationOf(code: string): Explanation | undefined {
  const family = `${code.slice(0, code.indexOf('/'))}/*`;
  return [code, `lint/${code}`, family]
    .map((name) => explanations.find((entry) => entry.code === name))
    .find((entry) => entry !== undefined);
}

/** Codes that look like one that does not exist, or that begin like it, the nearest first. */
export function similarCodes(code: string): readonly string[] {
  const wanted = wordsOf(code);
  const family = code.slice(0, code.indexOf('/') + 1);
  const start = code.replace(/\*$/, '');
  return explanations
    .map((entry) => {
      const shared = wordsOf(entry.code).filter((word) => wanted.includes(word)).length;
      const begins = start.length > 2 && entry.code.startsWith(start) ? 1 : 0;
      const isFamily = family !== '' && entry.code.startsWith(family);
      return { code: entry.code, likeness: shared + begins, isFamily, distance: distanceOf(code, entry.code) };
    })
    .filter(({ likeness, distance }) => likeness > 0 || distance <= 2)
    .sort(
      (left, right) =>
        right.likeness - left.likeness ||
        Number(right.isFamily) - Number(left.isFamily) ||
        left.distance - right.distance ||
        (left.code < right.code ? -1 : 1),
    )
    .slice(0, 5)
    .map((entry) => entry.code);
}

/** Letters to change, add or leave out (Levenshtein). */
function distanceOf(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left].entries()) {
    const line = [row + 1];
    for (let column = 1; column <= right.length; column += 1)
      line.push(
        Math.min(
          (above[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (above[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1),
        ),
      );
    above = line;
  }
  return above[right.length] ?? 0;
}

/** Words of the part behind the slash, without the plural. */
function wordsOf(code: string): readonly string[] {
  return code
    .toLowerCase()
    .slice(code.lastIndexOf('/') + 1)
    .split(/[^a-z0-9]+/)
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => word.length > 2);
}
