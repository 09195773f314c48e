import { type Code, code, indent, join, literal, nothing } from '@millwright/codegen';

/**
 * Patterns as plain loops. A pattern from `^` to `$` in which the next character alone decides what comes (LL(1): no two
 * alternatives begin alike, nothing that may repeat begins like what follows it) is read once from left to right without
 * an engine, and can therefore not backtrack. Other patterns stay regular expressions.
 */

/** ASCII characters, as ranges in order that do not touch. */
type Characters = readonly (readonly [first: number, last: number])[];

interface CharactersPart {
  readonly kind: 'characters';
  readonly set: Characters;
  readonly least: number;
  readonly most: number;
}

interface GroupPart {
  readonly kind: 'group';
  readonly choices: readonly Sequence[];
  readonly times: 'once' | '?' | '*' | '+';
}

type Part = CharactersPart | GroupPart;
type Sequence = readonly Part[];

/** More ranges than this are left to the engine: its tables beat a chain of comparisons. */
const rangesMax = 5;

/** An arrow function that judges a string like `new RegExp(source, 'u').test`; undefined when the pattern asks for more. */
export function scannerOf(source: string, runtime: (name: string) => Code): Code | undefined {
  if (!source.startsWith('^') || !source.endsWith('$')) return undefined;
  const reader = new PatternReader(source.slice(1, -1));
  const sequence = reader.sequence();
  if (sequence === undefined || !reader.isAtEnd || !isDecidable(sequence, [])) return undefined;
  const codeAt = runtime('codeAt');
  return code`(t: string): boolean => {
  let at = 0;
  let c = ${codeAt}(t, 0);
${indent(printSequence(sequence, code`c = ${codeAt}(t, ++at);`, false))}
  return c === -1;
}`;
}

const quantifier = /^(?:\?|\*|\+|\{(\d{1,6})(?:(,)(\d{0,6}))?\})(?!\?)/;
const classMember = /^(?:([A-Za-z0-9 _!"#%&'/:;<=>@`~,.$*+?(){}|-])|\\([.\-/*+?^$(){}|\\[\]]))/;
const plainCharacter = /^(?:([A-Za-z0-9 _!"#%&'/:;<=>@`~,-])|\\([.\-/*+?^$(){}|\\[\]]))/;

const shorthand = /^\\([dw])/;
const shorthands: Readonly<Record<string, Characters>> = {
  d: [[48, 57]],
  w: [
    [48, 57],
    [65, 90],
    [95, 95],
    [97, 122],
  ],
};

/** Reads the few constructs that a scanner can have; whatever else comes ends the reading with undefined. */
class PatternReader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  get isAtEnd(): boolean {
    return this.#rest === '';
  }

  sequence(): Sequence | undefined {
    const parts: Part[] = [];
    while (this.#rest !== '' && !/^[|)]/.test(this.#rest)) {
      const part = this.#rest.startsWith('(') ? this.#group() : this.#characters();
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.#rest);
    if (match !== null) this.#rest = this.#rest.slice(match[0].length);
    return match;
  }

  #group(): Part | undefined {
    this.#take(/^\((?:\?:)?/);
    const choices: Sequence[] = [];
    do {
      const choice = this.sequence();
      if (choice === undefined) return undefined;
      choices.push(choice);
    } while (this.#take(/^\|/) !== null);
    if (this.#take(/^\)/) === null) return undefined;
    const [times] = this.#take(/^[?*+](?!\?)/) ?? ['once'];
    return /^[?*+{]/.test(this.#rest) ? undefined : { kind: 'group', choices, times: times as GroupPart['times'] };
  }

  #characters(): Part | undefined {
    const set = this.#rest.startsWith('[') ? this.#class() : this.#one();
    if (set === undefined || set.length > rangesMax) return undefined;
    const match = this.#take(quantifier);
    if (match === null) return /^[?*+{]/.test(this.#rest) ? undefined : { kind: 'characters', set, least: 1, most: 1 };
    const [least, most] = boundsOf(match);
    return least <= most ? { kind: 'characters', set, least, most } : undefined;
  }

  #shorthand(): Characters | undefined {
    return shorthands[this.#take(shorthand)?.[1] ?? ''];
  }

  #one(): Characters | undefined {
    const several = this.#shorthand();
    if (several !== undefined) return several;
    const character = codeOf(this.#take(plainCharacter));
    return character === undefined ? undefined : [[character, character]];
  }

  #class(): Characters | undefined {
    this.#take(/^\[/);
    const ranges: (readonly [number, number])[] = [];
    while (this.#take(/^\]/) === null) {
      const several = this.#shorthand();
      if (several !== undefined) {
        ranges.push(...several);
        continue;
      }
      const first = codeOf(this.#take(classMember));
      if (first === undefined) return undefined;
      const isRange = /^-[^\]]/.test(this.#rest) && this.#take(/^-/) !== null;
      const last = isRange ? codeOf(this.#take(classMember)) : first;
      if (last === undefined || last < first) return undefined;
      ranges.push([first, last]);
    }
    return ranges.length === 0 ? undefined : merged(ranges);
  }
}

function boundsOf([text, least, comma, most]: RegExpExecArray): readonly [least: number, most: number] {
  if (text === '?') return [0, 1];
  if (text === '*' || text === '+') return [text === '+' ? 1 : 0, Number.POSITIVE_INFINITY];
  const from = Number(least);
  if (comma === undefined) return [from, from];
  return [from, most === '' ? Number.POSITIVE_INFINITY : Number(most)];
}

function codeOf(match: RegExpExecArray | null): number | undefined {
  return (match?.[1] ?? match?.[2])?.charCodeAt(0);
}

function merged(ranges: readonly (readonly [number, number])[]): Characters {
  const out: [number, number][] = [];
  for (const [first, last] of [...ranges].sort(([left], [right]) => left - right)) {
    const before = out.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else out.push([first, last]);
  }
  return out;
}

function isDisjoint(left: Characters, right: Characters): boolean {
  return left.every(([first, last]) => right.every(([from, to]) => last < from || to < first));
}

const isOptional = (part: Part): boolean =>
  part.kind === 'characters' ? part.least === 0 : part.times === '?' || part.times === '*';

/** What a part can begin with. Choices are never empty, see {@link isDecidable}. */
function firstOf(part: Part): Characters {
  return part.kind === 'characters' ? part.set : merged(part.choices.flatMap((choice) => firstOfAll(choice, [])));
}

/** What a sequence can begin with, and with what follows it when it can be empty. */
function firstOfAll([part, ...rest]: Sequence, follow: Characters): Characters {
  if (part === undefined) return follow;
  return isOptional(part) ? merged([...firstOf(part), ...firstOfAll(rest, follow)]) : firstOf(part);
}

/** True when one character ahead is always enough. */
function isDecidable(sequence: Sequence, follow: Characters): boolean {
  return sequence.every((part, index) => {
    const next = firstOfAll(sequence.slice(index + 1), follow);
    if (part.kind === 'characters') return part.least === part.most || isDisjoint(part.set, next);
    const firsts = part.choices.map((choice) => firstOfAll(choice, []));
    const repeats = part.times === '*' || part.times === '+';
    const first = firstOf(part);
    return (
      part.choices.every((choice) => choice.some((each) => !isOptional(each))) &&
      firsts.every((one, at) => firsts.slice(at + 1).every((other) => isDisjoint(one, other))) &&
      first.length <= rangesMax &&
      (part.times === 'once' || isDisjoint(first, next)) &&
      part.choices.every((choice) => isDecidable(choice, repeats ? merged([...next, ...first]) : next))
    );
  });
}

/** `c` is in a set. Past the end it is -1, which no set has. */
function inSet(set: Characters): Code {
  return join(
    set.map(([first, last]) => {
      if (first === last) return code`c === ${literal(first)}`;
      const both = code`c >= ${literal(first)} && c <= ${literal(last)}`;
      return set.length === 1 ? both : code`(${both})`;
    }),
    ' || ',
  );
}

/** `step` reads the next character into `c`; with `isChosen`, `c` is known to be what the sequence begins with. */
function printSequence(sequence: Sequence, step: Code, isChosen: boolean): Code {
  return join(
    sequence.map((part, index) =>
      part.kind === 'characters' ? printCharacters(part, step, isChosen && index === 0) : printGroup(part, step),
    ),
    '\n',
  );
}

function printCharacters({ set, least, most }: CharactersPart, step: Code, isChosen: boolean): Code {
  const isIn = inSet(set);
  const refused = isChosen || least === 0 ? nothing : code`if (!(${isIn})) return false;\n`;
  if (most === 1) return least === 0 ? code`if (${isIn}) ${step}` : code`${refused}${step}`;
  if (most === Number.POSITIVE_INFINITY && least <= 1)
    return least === 0 ? code`while (${isIn}) ${step}` : code`${refused}do ${step}\nwhile (${isIn});`;
  const more = set.length === 1 ? isIn : code`(${isIn})`;
  const until = most === Number.POSITIVE_INFINITY ? more : code`at < start + ${literal(most)} && ${more}`;
  const enough = least === 0 ? nothing : code`\n  if (at < start + ${literal(least)}) return false;`;
  return code`{
  const start = at;
  while (${until}) ${step}${enough}
}`;
}

function printGroup({ choices, times }: GroupPart, step: Code): Code {
  const chosen = choices.map((choice) => {
    const isChosen = choice[0] !== undefined && !isOptional(choice[0]);
    return code`if (${inSet(firstOfAll(choice, []))}) {\n${indent(printSequence(choice, step, isChosen))}\n}`;
  });
  switch (times) {
    case 'once':
      return orElse([...chosen, code`return false;`]);
    case '?':
      return orElse(chosen);
    case '*':
      return code`for (;;) {
${indent(orElse([...chosen, code`break;`]))}
}`;
    case '+':
      return code`for (const start = at; ; ) {
${indent(orElse([...chosen, code`if (at === start) return false;`, code`break;`]))}
}`;
  }
}

/** Statements of which the first that applies is taken. */
function orElse([first, ...rest]: readonly Code[]): Code {
  return rest.reduce((before, next) => code`${before} else ${next}`, first as Code);
}
