import { type Code, code, literal, stringLiteral } from '@millwright/codegen';

/** What a condition is made of. */
export interface ConditionParts {
  /** Reads an expression and gives the code of its value; undefined when it has told why not. */
  readonly read: (text: string) => Code | undefined;
  /** A function of the runtime, imported by being asked for. */
  readonly runtime: (name: string) => Code;
}

type Token =
  | { readonly kind: 'operator' | 'expression'; readonly text: string }
  | { readonly kind: 'literal'; readonly code: Code };

const depthMax = 64;
const tokenShape =
  /^\s*(?:(&&|\|\||[!=<>]=|[<>!()])|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])|(true|false|null)(?![\w.])|(\$[^\s()=!<>&|,]+))/;

/** Tokens of a condition; undefined when it holds something else. */
function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let left = text;
  while (left.trim() !== '') {
    const match = tokenShape.exec(left);
    if (match === null) return undefined;
    const [whole, operator, quoted, number, word, expression] = match;
    left = left.slice(whole.length);
    if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (expression !== undefined) tokens.push({ kind: 'expression', text: expression });
    else if (quoted !== undefined) tokens.push({ kind: 'literal', code: stringLiteral(quoted.replaceAll("''", "'")) });
    else if (number !== undefined) tokens.push({ kind: 'literal', code: literal(Number(number)) });
    else tokens.push({ kind: 'literal', code: literal(word === 'null' ? null : word === 'true') });
  }
  return tokens;
}

/** What was read: a truth, or a value that can be compared. */
interface Part {
  readonly isTruth: boolean;
  readonly code: Code;
}

class Malformed extends Error {}

/**
 * Code of a `simple` condition (Arazzo 1.0.1, section 4.6.11.1): literals, expressions, comparison, `!`, `&&`, `||`, parentheses.
 * Undefined when it cannot be read.
 */
export function conditionCode(text: string, parts: ConditionParts): Code | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const reader = new Reader(tokens, parts);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #parts: ConditionParts;
  #at = 0;

  constructor(tokens: readonly Token[], parts: ConditionParts) {
    this.#tokens = tokens;
    this.#parts = parts;
  }

  whole(): Code {
    const found = this.#truth(this.#either(0));
    if (this.#at < this.#tokens.length) throw new Malformed();
    return found;
  }

  #takes(...operators: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'operator' || !operators.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  #either(depth: number): Part {
    let part = this.#both(depth);
    while (this.#takes('||') !== undefined)
      part = { isTruth: true, code: code`(${this.#truth(part)} || ${this.#truth(this.#both(depth))})` };
    return part;
  }

  #both(depth: number): Part {
    let part = this.#comparison(depth);
    while (this.#takes('&&') !== undefined)
      part = { isTruth: true, code: code`(${this.#truth(part)} && ${this.#truth(this.#comparison(depth))})` };
    return part;
  }

  #comparison(depth: number): Part {
    const left = this.#operand(depth);
    const operator = this.#takes('==', '!=', '<', '<=', '>', '>=');
    if (operator === undefined) return left;
    const right = this.#operand(depth);
    return { isTruth: true, code: comparison(operator, left.code, right.code, this.#parts.runtime) };
  }

  #truth({ isTruth, code: text }: Part): Code {
    return isTruth ? text : code`${this.#parts.runtime('holds')}(${text})`;
  }

  #operand(depth: number): Part {
    if (depth > depthMax) throw new Malformed();
    if (this.#takes('!') !== undefined) return { isTruth: true, code: code`!${this.#truth(this.#operand(depth + 1))}` };
    if (this.#takes('(') !== undefined) {
      const inner = this.#either(depth + 1);
      if (this.#takes(')') === undefined) throw new Malformed();
      return inner;
    }
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'operator') throw new Malformed();
    this.#at += 1;
    if (token.kind === 'literal') return { isTruth: false, code: token.code };
    const read = this.#parts.read(token.text);
    if (read === undefined) throw new Malformed();
    return { isTruth: false, code: read };
  }
}

function comparison(operator: string, left: Code, right: Code, runtime: ConditionParts['runtime']): Code {
  switch (operator) {
    case '==':
      return code`${runtime('isEqual')}(${left}, ${right})`;
    case '!=':
      return code`!${runtime('isEqual')}(${left}, ${right})`;
    case '<':
      return code`(${runtime('order')}(${left}, ${right}) < 0)`;
    case '<=':
      return code`(${runtime('order')}(${left}, ${right}) <= 0)`;
    case '>':
      return code`(${runtime('order')}(${left}, ${right}) > 0)`;
    default:
      return code`(${runtime('order')}(${left}, ${right}) >= 0)`;
  }
}
