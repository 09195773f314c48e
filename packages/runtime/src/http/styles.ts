import { isAbsent, percentEncode, textOf } from './text.ts';

/** How a value is written: OpenAPI 3.1, section 4.8.12.2 and appendix C (RFC 6570). */
export interface Style {
  readonly name: string;
  readonly style: string;
  readonly explode: boolean;
  /** `percentEncode` for addresses, the identity for headers. */
  readonly encode: (text: string) => string;
}

/** Members of a value as names and texts; an array's have no name; a primitive is one member. Absent ones are left out. */
function membersOf(value: unknown): {
  readonly kind: 'primitive' | 'array' | 'object';
  readonly members: readonly (readonly [string, string])[];
} {
  if (Array.isArray(value))
    return { kind: 'array', members: value.filter((item) => !isAbsent(item)).map((item) => ['', textOf(item)]) };
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    const members = Object.entries(value).filter(([, item]) => !isAbsent(item));
    return { kind: 'object', members: members.map(([name, item]) => [name, textOf(item)]) };
  }
  return { kind: 'primitive', members: [['', textOf(value)]] };
}

/** One list `a,b` or `name,value,...`; exploded objects have `name=value`. */
function list({ explode, encode }: Style, value: unknown, separator: string): string {
  const { kind, members } = membersOf(value);
  return members
    .map(([name, text]) =>
      kind === 'object' ? `${encode(name)}${explode ? '=' : separator}${encode(text)}` : encode(text),
    )
    .join(separator);
}

/** `;name=value` of a matrix parameter; an empty value has no equals sign. */
function matrix(style: Style, value: unknown): string {
  const { kind, members } = membersOf(value);
  const pair = (name: string, text: string): string => `;${style.encode(name)}${text === '' ? '' : `=${text}`}`;
  if (kind === 'primitive' || !style.explode) return pair(style.name, list({ ...style, explode: false }, value, ','));
  return members.map(([name, text]) => pair(kind === 'object' ? name : style.name, style.encode(text))).join('');
}

/** Text of a path parameter, or of a header. */
export function expandSimple(style: Style, value: unknown): string {
  if (style.style === 'matrix') return matrix(style, value);
  if (style.style === 'label') return `.${list(style, value, style.explode ? '.' : ',')}`;
  return list(style, value, ',');
}

/** `name[a][b]=1` pairs. The specification defines one level of an object; deeper ones continue in brackets, arrays repeat the name. */
function deepPairs({ encode }: Style, prefix: string, value: unknown): readonly string[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value.flatMap((item) => deepPairs({ encode } as Style, prefix, item));
  if (typeof value === 'object' && !(value instanceof Date)) {
    return Object.entries(value).flatMap(([name, item]) => deepPairs({ encode } as Style, `${prefix}[${name}]`, item));
  }
  return [`${percentEncode(prefix)}=${encode(textOf(value))}`];
}

const delimiters: ReadonlyMap<string, string> = new Map([
  ['spaceDelimited', '%20'],
  ['pipeDelimited', '%7C'],
]);

/** `name=value` pairs of a query, cookie or form. No pair for an empty array or object. */
export function expandPairs(style: Style, value: unknown): readonly string[] {
  if (style.style === 'deepObject') return deepPairs(style, style.name, value);
  const { kind, members } = membersOf(value);
  const name = style.encode(style.name);
  if (kind === 'primitive') return [`${name}=${style.encode(textOf(value))}`];
  if (members.length === 0) return [];
  if (style.explode)
    return members.map(([member, text]) => `${kind === 'object' ? style.encode(member) : name}=${style.encode(text)}`);
  return [`${name}=${list(style, value, delimiters.get(style.style) ?? ',')}`];
}
