/** Characters that a position may match: ASCII as bits, and all others as one. Larger than the truth where in doubt. */
type CharacterSet = bigint;

const ascii = (1n << 128n) - 1n;
const others = 1n << 128n;
const any: CharacterSet = ascii | others;
const range = (from: number, to: number): CharacterSet => ((1n << BigInt(to - from + 1)) - 1n) << BigInt(from);
const one = (code: number): CharacterSet => (code < 128 ? 1n << BigInt(code) : others);
const digits = range(48, 57);
const words = digits | range(65, 90) | range(97, 122) | one(95);
const blanks = range(9, 13) | one(32) | others;

/** Part of a pattern: where it can begin and end, and whether it matches the empty text. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
  /** Alternatives that begin alike must be tried one after the other: so many times the way through. */
  readonly ways: number;
}

const lengthMax = 400;
const waysMax = 16;

/**
 * True when a pattern certainly matches in linear time: it is anchored, and after each character at most one way leads
 * on, so that no text can be split in two ways (Brüggemann-Klein and Wood, One-Unambiguous Regular Languages, 1998,
 * here with counting positions, so that `(a+)+` fails too). False says nothing: look-around, references back and
 * whatever else is unusual is left to a real check.
 */
export function isEvidentlyLinear(source: string): boolean {
  if (source.length > lengthMax || !source.startsWith('^')) return false;
  try {
    new PatternReader(source.slice(1, source.endsWith('$') && !source.endsWith('\\$') ? -1 : undefined)).read();
    return true;
  } catch (error) {
    if (error instanceof NotEvident) return false;
    throw error;
  }
}

class NotEvident extends Error {}

class PatternReader {
  readonly #source: string;
  #at = 0;
  /** Set of each position, and the positions that can follow it. */
  readonly #sets: CharacterSet[] = [];
  readonly #follow: number[][] = [];
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): void {
    this.#alternatives();
    if (this.#at < this.#source.length) throw new NotEvident();
  }

  #alternatives(): Part {
    let whole = this.#sequence();
    while (this.#take('|')) {
      // `^a|b$` anchors only one side each.
      if (this.#depth === 0) throw new NotEvident();
      const other = this.#sequence();
      if (whole.nullable && other.nullable) throw new NotEvident();
      whole = {
        first: [...whole.first, ...other.first],
        last: [...whole.last, ...other.last],
        nullable: whole.nullable || other.nullable,
        ways: this.#areDisjoint(whole.first, other.first) ? Math.max(whole.ways, other.ways) : whole.ways + other.ways,
      };
    }
    return whole;
  }

  #sequence(): Part {
    let whole: Part = { first: [], last: [], nullable: true, ways: 1 };
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] as string)) {
      const part = this.#quantified();
      this.#connect(whole.last, part.first);
      if (whole.nullable && !this.#areDisjoint(whole.first, part.first)) throw new NotEvident();
      if (whole.ways * part.ways > waysMax) throw new NotEvident();
      whole = {
        first: whole.nullable ? [...whole.first, ...part.first] : whole.first,
        last: part.nullable ? [...whole.last, ...part.last] : part.last,
        nullable: whole.nullable && part.nullable,
        ways: whole.ways * part.ways,
      };
    }
    return whole;
  }

  #quantified(): Part {
    const part = this.#atom();
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#source.slice(this.#at));
    if (quantifier === null) return part;
    this.#at += quantifier[0].length;
    if ('?+*'.includes(this.#source[this.#at] ?? ' ') || part.nullable) throw new NotEvident();
    const [text, least, comma, most] = quantifier;
    if (text !== '?' && !(least === '1' && (comma === '' || most === '1'))) {
      if (part.ways > 1) throw new NotEvident();
      this.#connect(part.last, part.first);
    }
    return { ...part, nullable: text === '*' || text === '?' || (least !== undefined && Number(least) === 0) };
  }

  #atom(): Part {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':')) throw new NotEvident();
      this.#depth += 1;
      const inner = this.#alternatives();
      this.#depth -= 1;
      if (!this.#take(')')) throw new NotEvident();
      return inner;
    }
    const position = this.#sets.length;
    this.#sets.push(this.#take('[') ? this.#class() : this.#character(false));
    this.#follow.push([]);
    return { first: [position], last: [position], nullable: false, ways: 1 };
  }

  #class(): CharacterSet {
    const negated = this.#take('^');
    let set: CharacterSet = 0n;
    while (!this.#take(']')) {
      const from = this.#at;
      const low = this.#character(true);
      if (this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']') {
        this.#at += 1;
        set |= this.#span(from, this.#at);
      } else set |= low;
    }
    // What stands for many other characters cannot be taken away as a whole.
    return negated ? (ascii & ~set) | others : set;
  }

  /** A range between two plain ASCII characters; anything rarer is not evident. */
  #span(lowAt: number, highAt: number): CharacterSet {
    const low = this.#source.charCodeAt(lowAt);
    const high = this.#source.charCodeAt(highAt);
    if (highAt - lowAt !== 2 || low === 92 || high === 92 || low > high || high > 127) throw new NotEvident();
    this.#at = highAt + 1;
    return range(low, high);
  }

  #character(inClass: boolean): CharacterSet {
    const character = this.#source[this.#at];
    if (character === undefined) throw new NotEvident();
    this.#at += 1;
    if (character === '\\') return this.#escape();
    if (inClass) return character === '[' || character === '&' ? this.#refuse() : one(character.charCodeAt(0));
    if (character === '.') return any & ~(one(10) | one(13));
    return '^$*+?{}]'.includes(character) ? this.#refuse() : one(character.charCodeAt(0));
  }

  #escape(): CharacterSet {
    const letter = this.#source[this.#at] ?? '';
    this.#at += 1;
    const known = {
      d: digits,
      w: words,
      s: blanks,
      D: any & ~digits,
      W: any & ~words,
      n: one(10),
      r: one(13),
      t: one(9),
    };
    if (Object.hasOwn(known, letter)) return known[letter as keyof typeof known];
    return /^[^A-Za-z0-9\s]$/.test(letter) && letter < '\x80' ? one(letter.charCodeAt(0)) : this.#refuse();
  }

  #refuse(): never {
    throw new NotEvident();
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) {
      const follow = this.#follow[position] as number[];
      if (!this.#areDisjoint(follow, to)) throw new NotEvident();
      follow.push(...to);
    }
  }

  #areDisjoint(left: readonly number[], right: readonly number[]): boolean {
    const union = (positions: readonly number[]): CharacterSet =>
      positions.reduce((set, position) => set | (this.#sets[position] as CharacterSet), 0n);
    return (union(left) & union(right)) === 0n;
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
