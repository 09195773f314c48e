import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { code } from '@millwright/codegen';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { scannerOf } from '../../generators/src/validators/scanner.ts';

const runtime = new URL('../../packages/runtime/src/validation.ts', import.meta.url).href;
const scanner = (source: string) => scannerOf(source, (name) => code`rt.${name as never}`);

interface Question {
  readonly source: string;
  readonly texts: readonly string[];
}

/** Verdicts of the scanners in a process that runs them as they are written. */
function verdictsOf(questions: readonly Question[]): readonly (readonly boolean[])[] {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-scanner-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'scanners.ts');
  const scanners = questions.map(({ source }) => `  ${scanner(source)},`).join('\n');
  writeFileSync(join(folder, 'texts.json'), JSON.stringify(questions.map(({ texts }) => texts)));
  writeFileSync(
    file,
    `import { readFileSync } from 'node:fs';
import * as rt from ${JSON.stringify(runtime)};
const scanners = [\n${scanners}\n];
const texts = JSON.parse(readFileSync(new URL('texts.json', import.meta.url), 'utf8'));
process.stdout.write(JSON.stringify(scanners.map((scan, index) => texts[index].map((text) => scan(text)))));
`,
  );
  const flags = [
    '--conditions=@millwright/source',
    '--disable-warning=ExperimentalWarning',
    '--experimental-strip-types',
  ];
  return JSON.parse(execFileSync(process.execPath, [...flags, file], { encoding: 'utf8', maxBuffer: 1e9 }));
}

const atom = fc.constantFrom(
  'a',
  'b',
  '0',
  '-',
  '/',
  '\\.',
  '[a-c]',
  '[0-9]',
  '\\d',
  '[1-9a]',
  '[A-Z_]',
  '[\\w.-]',
  '[-b]',
);
const times = fc.constantFrom('', '', '?', '*', '+', '{2}', '{0,3}', '{1,2}', '{2,}', '{0}');
const repeated = fc.tuple(atom, times).map(([one, often]) => one + often);
const sequenceOf = (part: fc.Arbitrary<string>) =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
const groupOf = (inner: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.constantFrom('(', '(?:'),
      fc.array(inner, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '?', '*', '+'),
    )
    .map(([open, choices, often]) => `${open}${choices.join('|')})${often}`);
const inner = sequenceOf(
  fc.oneof({ weight: 3, arbitrary: repeated }, { weight: 1, arbitrary: groupOf(sequenceOf(repeated)) }),
);
const patterns = sequenceOf(fc.oneof({ weight: 2, arbitrary: repeated }, { weight: 1, arbitrary: groupOf(inner) })).map(
  (body) => `^${body}$`,
);

/** Texts that fit, and the same with one character dropped, doubled, changed or put in. */
function textsFor(source: string, seed: number): readonly string[] {
  const matching = fc.sample(fc.stringMatching(new RegExp(source, 'u')), { numRuns: 12, seed });
  const others = matching.flatMap((text) =>
    [...text, ''].flatMap((character, at) => [
      text.slice(0, at) + text.slice(at + 1),
      text.slice(0, at) + character + text.slice(at),
      `${text.slice(0, at)}\u{1F600}${text.slice(at + 1)}`,
      `${text.slice(0, at)}${'ab01-/._C\n'.charAt(at % 10)}${text.slice(at)}`,
    ]),
  );
  return [...new Set(['', ...matching, ...others])];
}

it('a scanner says the same as the regular expression that it stands for', { timeout: 60_000 }, () => {
  const seed = 7;
  const sources = fc.sample(patterns, { numRuns: 4000, seed }).filter((source) => scanner(source) !== undefined);
  const questions = [...new Set(sources)].map((source) => ({ source, texts: textsFor(source, seed) }));
  expect(questions.length).toBeGreaterThan(500);
  const wrong = verdictsOf(questions).flatMap((verdicts, index) => {
    const { source, texts } = questions[index] as Question;
    const pattern = new RegExp(source, 'u');
    return verdicts.flatMap((verdict, at) => {
      const text = texts[at] as string;
      return verdict === pattern.test(text) ? [] : [`${source} ${JSON.stringify(text)}: ${verdict}`];
    });
  });
  expect(wrong).toEqual([]);
});

it.each([
  '^(0|[1-9][0-9]{0,14})(\\.[0-9]{1,9})?$',
  '^[a-z0-9]+(-[a-z0-9]+)*$',
  '^millwright\\.[a-z-]+\\.v\\d+$',
  '^[0-9a-f]{2}-[0-9a-f]{32}$',
])('%s is scanned', (source) => {
  expect(scanner(source)).toBeDefined();
});

it.each([
  ['a+', 'is not bound to both ends'],
  ['^a|b$', 'is bound to one end a branch'],
  ['^a*a$', 'needs to look further ahead'],
  ['^(a|ab)c$', 'has branches that begin alike'],
  ['^(a*)*$', 'repeats what can be empty'],
  ['^a+?$', 'is lazy'],
  ['^(?=a)a$', 'looks around'],
  ['^(a)\\1$', 'refers back'],
  ['^[^a]$', 'takes characters beyond ASCII'],
  ['^\\p{L}$', 'asks for a property of Unicode'],
  ['^é$', 'has a character beyond ASCII'],
  ['^a\\$', 'ends in an escaped dollar'],
])('%s stays a regular expression: it %s', (source) => {
  expect(scanner(source)).toBeUndefined();
});
