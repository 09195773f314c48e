/** Kinds of values as JSON names them. */
export type ValueKind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'undefined';

/** One way in which a value breaks its schema. It never holds the value itself, which may be confidential. */
export interface Violation {
  /** JSON pointer (RFC 6901) to the part of the value that is wrong; empty for the whole. */
  readonly pointer: string;
  /** JSON Schema keyword that failed, or `depth` for a value that is nested too deeply. */
  readonly keyword: string;
  /** What is asked for, in words that follow the pointer: `must be at most 10`. */
  readonly message: string;
  /** Kind of the value that stands there. */
  readonly kind: ValueKind;
}

/**
 * How closed objects treat members that they do not declare. A producer is held to the contract (`strict`); a consumer
 * ignores what a newer producer added (`tolerant`). See {@link violationsOf} for the law.
 */
export type Mode = 'strict' | 'tolerant';

/** Kind of a value; what JSON does not have counts as undefined. */
export function kindOf(value: unknown): ValueKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'object' || type === 'boolean' || type === 'number' || type === 'string' ? type : 'undefined';
}

const hintsMax = 3;

/** The codes that come nearest to a text, for a person who mistyped one. */
export function nearestCodes(text: string, codes: readonly unknown[]): readonly string[] {
  if (text.length > 64 || codes.length > 5_000) return [];
  const lowered = text.toLowerCase();
  const reach = Math.max(1, Math.floor(text.length / 3));
  return codes
    .filter((code) => typeof code === 'string')
    .map((code) => ({ code, distance: editDistance(lowered, code.toLowerCase(), reach) }))
    .filter(({ distance }) => distance <= reach)
    .sort((left, right) => left.distance - right.distance)
    .slice(0, hintsMax)
    .map(({ code }) => code);
}

/** Levenshtein distance, or more than `reach` as soon as it is certain. */
function editDistance(left: string, right: string, reach: number): number {
  if (Math.abs(left.length - right.length) > reach) return reach + 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const same = left.charCodeAt(at - 1) === right.charCodeAt(to - 1);
      next.push(
        Math.min((row[to] as number) + 1, (next[to - 1] as number) + 1, (row[to - 1] as number) + (same ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[right.length] as number;
}
