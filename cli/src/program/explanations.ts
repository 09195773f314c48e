import { diagnosticCodes, type Severity } from '@millwright/contract';
import { rules } from '@millwright/lint';
import { ruleExamples } from './rule-examples.ts';

/** What a code means to the person who meets it. */
export interface Explanation {
  readonly code: string;
  /** What holds, in one sentence. */
  readonly law: string;
  /** Who or what breaks otherwise. */
  readonly why?: string;
  readonly fix: string;
  /** Of rules, unless the config says otherwise. */
  readonly severity?: Severity;
  /** Smallest contract that breaks the law, and what is found in it. */
  readonly example?: string;
}

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
    code: 'generate/written',
    law: 'Tells which folder was written; no fault.',
    fix: 'Nothing to do.',
    severity: 'info',
  },
];

/** Codes of `millwright diff`: the family for the list; `explanationOf` words each of them. */
const diffCodes: readonly Explanation[] = [
  {
    code: 'diff/*',
    law: 'What is received may only widen, what is given may only narrow, and what was promised stays.',
    why: 'Whoever keeps to the old contract is refused, misses what was promised, or meets what cannot occur.',
    fix: 'Keep the old promise beside the new one, or release a new major version; the finding shows the proof. A break that is wanted is approved by its fingerprint (--approvals).',
  },
];

/** What a code of the comparison means, beside what all of them have in common. */
const diffLaws: readonly (readonly [code: RegExp, explanation: Omit<Explanation, 'code'>])[] = [
  [
    /^approval-unused$/,
    {
      law: 'Every approval matches a finding.',
      why: 'A leftover lets the same break through when it comes back.',
      fix: 'Remove it from the approvals.',
      severity: 'error',
    },
  ],
  [
    /^approval-expired$/,
    {
      law: 'An approval holds until its day.',
      why: 'Nobody has decided that the break is still wanted.',
      fix: 'Ask again and give it a new date, or mend the contract.',
      severity: 'error',
    },
  ],
  [
    /^release-altered$/,
    {
      law: 'A release is what was released, byte for byte.',
      why: 'A release that changes afterwards hides what breaks those who rely on it.',
      fix: 'Restore the file from version control, and release the change under a new version.',
      severity: 'error',
    },
  ],
  [
    /^request-./,
    {
      law: 'Every value that was accepted is accepted after the change.',
      why: 'Whoever sends what the old contract allows is refused: the proof is a value that was accepted and is now rejected.',
      fix: 'Accept what was accepted before, make the new member optional with a default, or release a new major version.',
    },
  ],
  [
    /^response-./,
    {
      law: 'Every value that is given after the change could be given before.',
      why: 'Readers meet what the old contract excludes: the proof is a value that could not occur and can occur now.',
      fix: 'Give only what was given before, tell readers to expect more first, or release a new major version.',
    },
  ],
  [
    /-removed(-|$)/,
    {
      law: 'What was promised stays until its sunset.',
      why: 'Whoever uses it gets an error, or waits for what does not come.',
      fix: 'Keep it, mark it deprecated with a sunset date, and remove it in the next major version.',
    },
  ],
  [
    /-(added|widened|gained-right)$/,
    {
      law: 'What is new asks nothing of those who do not know it.',
      why: 'A new demand, or a new answer or message that old readers do not know, is noticed by them; anything else is safe.',
      fix: 'Make it optional, or announce it before it is used.',
    },
  ],
];

function diffExplanationOf(code: string): Explanation | undefined {
  const [, name] = /^diff\/([a-z][a-z0-9-]*)$/.exec(code) ?? [];
  const explanation = name === undefined ? undefined : diffLaws.find(([pattern]) => pattern.test(name))?.[1];
  return explanation === undefined ? undefined : { code, ...explanation };
}

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
  { title: 'Comparing', explanations: diffCodes },
];

export const explanations: readonly Explanation[] = explanationGroups.flatMap((group) => group.explanations);

/** The explanation of a code; rules may be named without `lint/`, and `prefix/*` explains every code below the prefix. */
export function explanationOf(code: string): Explanation | undefined {
  const family = `${code.slice(0, code.indexOf('/'))}/*`;
  const compared = diffExplanationOf(code);
  if (compared !== undefined) return compared;
  return [code, `lint/${code}`, family]
    .map((name) => explanations.find((entry) => entry.code === name))
    .find((entry) => entry !== undefined);
}

/** Codes that look like one that does not exist, the nearest first. */
export function similarCodes(code: string): readonly string[] {
  const wanted = wordsOf(code);
  return explanations
    .map((entry) => ({ code: entry.code, shared: wordsOf(entry.code).filter((word) => wanted.includes(word)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((left, right) => right.shared - left.shared || (left.code < right.code ? -1 : 1))
    .slice(0, 5)
    .map((entry) => entry.code);
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
