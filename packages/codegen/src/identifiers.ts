/** Words that cannot name a variable, function or type in a strict-mode TypeScript module. */
const reservedWords: ReadonlySet<string> = new Set(
  (
    'abstract any arguments as asserts async await bigint boolean break case catch class const constructor continue debugger declare ' +
    'default delete do else enum eval export extends false finally for from function get global if implements import in infer ' +
    'instanceof interface intrinsic is keyof let module namespace never new null number object of out override package private ' +
    'protected public readonly require return satisfies set static string super switch symbol this throw true try type typeof ' +
    'undefined unique unknown using var void while with yield'
  ).split(' '),
);

/** Global types and values that generated code refers to, or that a reader would take for the global. */
const globalNames: ReadonlySet<string> = new Set(
  (
    'AbortController AbortSignal AggregateError Array ArrayBuffer ArrayLike AsyncGenerator AsyncIterable AsyncIterableIterator ' +
    'AsyncIterator Atomics Awaited BigInt Blob Boolean Buffer Capitalize CryptoKey DataView Date Error EvalError Event EventTarget ' +
    'Exclude Extract File FormData Function Generator Headers Infinity InstanceType Intl Iterable IterableIterator Iterator JSON Map ' +
    'Math NaN NonNullable Number Object Omit OmitThisParameter Parameters Partial Pick Promise PromiseLike PropertyKey Proxy ' +
    'RangeError ReadableStream Readonly ReadonlyArray ReadonlyMap ReadonlySet Record ReferenceError Reflect RegExp RequestInfo Request ' +
    'RequestInit Required Response ReturnType Set SharedArrayBuffer String Symbol SyntaxError TemplateStringsArray TextDecoder ' +
    'TextEncoder ThisType TypeError URIError URL URLSearchParams Uint8Array Uncapitalize Uppercase Lowercase WeakMap WeakRef WeakSet ' +
    'crypto console fetch globalThis process setTimeout clearTimeout structuredClone Symbol NoInfer ConstructorParameters'
  ).split(' '),
);

// Nearly every name is plain, and this is the cheaper question.
const plainShape = /^[A-Za-z_$][\w$]*$/;
const identifierShape = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** True for a name that may be declared in a strict-mode module. */
export function isIdentifier(name: string): boolean {
  return (plainShape.test(name) || identifierShape.test(name)) && !reservedWords.has(name);
}

/** True for a word of the language or a global that generated code needs. */
export function isReserved(name: string): boolean {
  return reservedWords.has(name) || globalNames.has(name);
}

/** Words of a name: split at everything that is not a letter or digit and before an inner capital. */
export function words(name: string): readonly string[] {
  const signed = name.replace(/^\+(?=\d)/, 'plus ').replace(/^-(?=\d)/, 'minus ');
  return signed
    .normalize('NFC')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{Nl}\p{Nd}]+/u)
    .filter((word) => word !== '');
}

function startsLikeIdentifier(name: string): string {
  if (name === '') return 'unnamed';
  return /^[\p{ID_Start}$_]/u.test(name) ? name : `_${name}`;
}

const nameLengthMax = 100;

/** `work-order.released` becomes `WorkOrderReleased`; capitals inside words stay. Always the shape of an identifier. */
export function toPascalCase(name: string): string {
  const joined = words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  const start = startsLikeIdentifier(joined.slice(0, nameLengthMax));
  return start.charAt(0).toUpperCase() + start.slice(1);
}

/** `Work order released` becomes `workOrderReleased`; a leading acronym is lowered as a whole. */
export function toCamelCase(name: string): string {
  const [first = '', ...rest] = words(name);
  const lowered = first === first.toUpperCase() ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1);
  const joined = lowered + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return startsLikeIdentifier(joined.slice(0, nameLengthMax));
}

/** `Work order released` becomes `work-order-released`: lower-case ASCII letters, digits and hyphens only. */
export function toKebabCase(name: string): string {
  const joined = words(name)
    .join('-')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9-]+/g, '')
    .replace(/-{2,}/g, '-')
    .replace(/^-|-$/g, '');
  return joined.slice(0, nameLengthMax) || 'unnamed';
}
