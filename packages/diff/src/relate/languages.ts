import type { AST } from '@eslint-community/regexpp';
import { RegExpParser } from '@eslint-community/regexpp';
import { type CharRange, CharSet, DFA, JS, NFA } from 'refa';

const lastCodePoint = 0x10ffff;
/** States of one automaton at most; a pattern that needs more is not decided. */
const statesMax = 4_000;
/** Places of the search for a word at most. */
const placesMax = 150_000;

type Node = DFA.ReadonlyNode;

/** An automaton over code points. */
export interface Automaton {
  readonly initial: Node;
  readonly finals: ReadonlySet<Node>;
}

/** A pattern as an automaton, or the reason why there is none. */
export type Language = { readonly automaton: Automaton } | { readonly reason: string };

const languages = new Map<string, Language>();

/** What a JSON Schema pattern accepts: it is searched for anywhere in the text. */
export function languageOf(source: string): Language {
  let language = languages.get(source);
  if (language === undefined) {
    language = compile(source);
    languages.set(source, language);
  }
  return language;
}

/** Why a pattern is no regular language that anchors at the edges can express. */
function obstacle(ast: AST.Pattern): string | undefined {
  const waiting: unknown[] = [ast];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { type, kind } = node as { readonly type?: string; readonly kind?: string };
    if (type === 'Backreference') return 'a back-reference';
    if (type === 'Assertion' && kind !== 'start' && kind !== 'end')
      return kind === 'word' ? 'a word boundary' : 'look-around';
    for (const key of ['alternatives', 'elements', 'element'] as const) {
      const inner = (node as Record<string, unknown>)[key];
      if (Array.isArray(inner)) waiting.push(...inner);
      else if (inner !== undefined) waiting.push(inner);
    }
  }
  return undefined;
}

// Texts hold no lone surrogates, so two of them can stand for the edges: a text is read as begin* text end*, and an anchor
// demands one such mark. Anchors may be demanded any number of times, and further marks never undo a match.
const begin = 0xd800;
const end = 0xd801;
const marks: CharRange = { min: begin, max: end };

interface Part {
  readonly type: string;
  readonly kind?: string;
  readonly characters?: CharSet;
  readonly alternatives?: readonly Part[];
  readonly elements?: readonly Part[];
}

/** The expression with marks in place of anchors; the characters of the pattern never match a mark. */
function withMarks(part: Part): Part {
  if (part.type === 'Assertion')
    return {
      type: 'CharacterClass',
      characters: CharSet.fromCharacter(lastCodePoint, part.kind === 'behind' ? begin : end),
    };
  return {
    ...part,
    ...(part.characters === undefined ? {} : { characters: part.characters.without(marks) }),
    ...(part.alternatives === undefined ? {} : { alternatives: part.alternatives.map(withMarks) }),
    ...(part.elements === undefined ? {} : { elements: part.elements.map(withMarks) }),
  };
}

const anything = (): Part => ({
  type: 'Quantifier',
  ...{ min: 0, max: Infinity, lazy: false },
  alternatives: [
    { type: 'Concatenation', elements: [{ type: 'CharacterClass', characters: CharSet.all(lastCodePoint) }] },
  ],
});

function compile(source: string): Language {
  try {
    const ast = new RegExpParser().parsePattern(source, undefined, undefined, { unicode: true });
    const reason = obstacle(ast);
    if (reason !== undefined) return { reason: `pattern ${source} has ${reason}` };
    const { expression } = JS.Parser.fromLiteral({ source, flags: 'u' }).parse({ backreferences: 'throw' });
    const { alternatives = [] } = withMarks(expression as unknown as Part);
    const searched: Part = {
      type: 'Expression',
      alternatives: [
        { type: 'Concatenation', elements: [anything(), { type: 'Alternation', alternatives }, anything()] },
      ],
    };
    const limits = [{ maxCharacter: lastCodePoint }, {}, new NFA.LimitedNodeFactory(statesMax)] as const;
    const nfa = NFA.fromRegex(searched as unknown as Parameters<typeof NFA.fromRegex>[0], ...limits);
    const dfa = DFA.fromFA(nfa, new DFA.LimitedNodeFactory(statesMax));
    dfa.minimize();
    return { automaton: withoutMarks(dfa) };
  } catch {
    return { reason: `pattern ${source} has no automaton of at most ${statesMax} states` };
  }
}

function withoutMarks(dfa: DFA): Automaton {
  const after = (node: Node, mark: number): readonly Node[] => {
    const passed = new Set<Node>([node]);
    for (const at of passed) {
      const next = at.out.get(mark);
      if (next !== undefined) passed.add(next);
    }
    return [...passed];
  };
  const finals = new Set<Node>();
  const reached = new Set<Node>([dfa.initial]);
  for (const node of reached) {
    if (after(node, end).some((at) => dfa.finals.has(at as never))) finals.add(node);
    for (const [, next] of node.out) reached.add(next);
  }
  return { initial: after(dfa.initial, begin).at(-1) as Node, finals };
}

export interface WordQuestion {
  readonly inside: readonly Automaton[];
  readonly outside: readonly Automaton[];
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly excluded: readonly string[];
}

type State = Node | undefined;

interface Place {
  readonly inside: readonly State[];
  readonly outside: readonly State[];
  readonly length: number;
  readonly before: Place | undefined;
  readonly codePoint: number;
}

/**
 * A shortest word that all automata of one list accept and none of the other; undefined when there is none, `unknown` when the
 * search was cut short. The product of the automata is walked, never built.
 */
export function findWord(question: WordQuestion): string | 'unknown' | undefined {
  const { inside, lengthMin, lengthMax, excluded } = question;
  const outside = [...question.outside, ...excluded.map(wordAutomaton)];
  if (lengthMin > lengthMax) return undefined;
  const numbers = new Map<State, number>([[undefined, 0]]);
  const number = (state: State): number => {
    let known = numbers.get(state);
    if (known === undefined) {
      known = numbers.size;
      numbers.set(state, known);
    }
    return known;
  };
  // Below a finite maximum every length matters; else only up to the minimum.
  const lengthOf = (length: number): number => (lengthMax === Infinity ? Math.min(length, lengthMin) : length);
  const keyOf = (place: Place): string =>
    `${[...place.inside, ...place.outside].map(number).join(',')};${lengthOf(place.length)}`;
  const accepts = (place: Place): boolean =>
    place.length >= lengthMin &&
    place.inside.every((state, index) => state !== undefined && (inside[index] as Automaton).finals.has(state)) &&
    place.outside.every((state, index) => state === undefined || !(outside[index] as Automaton).finals.has(state));
  const start: Place = {
    inside: inside.map(({ initial }) => initial),
    outside: outside.map(({ initial }) => initial),
    length: 0,
    before: undefined,
    codePoint: -1,
  };
  const queue = [start];
  const seen = new Set([keyOf(start)]);
  for (const place of queue) {
    if (accepts(place)) return wordTo(place);
    if (place.length >= lengthMax) continue;
    for (const next of steps(place)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
      if (queue.length > placesMax) return 'unknown';
    }
  }
  return undefined;
}

const everything = CharSet.all(lastCodePoint);
const surrogates = CharSet.empty(lastCodePoint).union([{ min: 0xd800, max: 0xdfff }]);

/** Where one more character leads: one step for each set of characters that no automaton tells apart. */
function steps(place: Place): readonly Place[] {
  let groups: {
    readonly characters: CharSet;
    readonly inside: readonly State[];
    readonly outside: readonly State[];
  }[] = [{ characters: everything.without(surrogates), inside: [], outside: [] }];
  const split = (state: State, side: 'inside' | 'outside'): void => {
    const next: typeof groups = [];
    for (const group of groups) {
      let left = group.characters;
      for (const [range, target] of state?.out ?? []) {
        const shared = group.characters.intersect(range);
        if (shared.isEmpty) continue;
        left = left.without(range);
        next.push({ ...group, characters: shared, [side]: [...group[side], target] });
      }
      // No way on: an automaton that must accept never will, one that must not never will either.
      if (!left.isEmpty && side === 'outside')
        next.push({ ...group, characters: left, outside: [...group.outside, undefined] });
    }
    groups = next;
  };
  for (const state of place.inside) split(state, 'inside');
  for (const state of place.outside) split(state, 'outside');
  return groups.map(({ characters, inside, outside }) => ({
    inside,
    outside,
    length: place.length + 1,
    before: place,
    codePoint: readable(characters),
  }));
}

/** A character that a person can read, where the set has one. */
function readable(characters: CharSet): number {
  for (const [min, max] of [
    [97, 122],
    [65, 90],
    [48, 57],
    [45, 46],
    [33, 126],
    [32, 32],
    [0xa1, 0xd7ff],
  ] as const) {
    const shared = characters.intersect({ min, max });
    if (!shared.isEmpty) return (shared.ranges[0] as { readonly min: number }).min;
  }
  return (characters.ranges[0] as { readonly min: number }).min;
}

function wordTo(place: Place): string {
  const points: number[] = [];
  for (let at: Place | undefined = place; at?.before !== undefined; at = at.before) points.push(at.codePoint);
  return String.fromCodePoint(...points.reverse());
}

const words = new Map<string, Automaton>();

function wordAutomaton(word: string): Automaton {
  let dfa = words.get(word);
  if (dfa === undefined) {
    dfa = DFA.fromWords([[...word].map((character) => character.codePointAt(0) as number)], {
      maxCharacter: lastCodePoint,
    });
    words.set(word, dfa);
  }
  return dfa;
}
