// A surrogate without its partner has no UTF-8 form: encodeURIComponent throws on it.
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// Everything but the unreserved characters of RFC 3986, section 2.3: encodeURIComponent leaves five more as they are.
const encodePlain = (text: string): string =>
  encodeURIComponent(text.replace(loneSurrogate, '\ufffd')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

// Reserved characters that neither end the query nor separate its pairs; `#`, `[`, `]`, `&` and `+` stay encoded.
const encodeReserved = (text: string): string =>
  text.replace(/%[0-9A-Fa-f]{2}|[:/?@!$'()*,;=]|[^%:/?@!$'()*,;=]+|%/g, (part) =>
    /^(%..|[:/?@!$'()*,;=])$/.test(part) ? part : encodePlain(part),
  );

/** Percent-encodes a name or value; with `allowReserved` the reserved characters that are harmless in a query stay. */
export function percentEncode(text: string, allowReserved = false): string {
  return allowReserved ? encodeReserved(text) : encodePlain(text);
}

/** Text of a primitive; a date is written as RFC 3339, an object or array as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** True for null and undefined, which no style writes (RFC 6570, section 2.3). */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
