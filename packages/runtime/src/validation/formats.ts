/**
 * The formats of JSON Schema 2020-12 (validation, section 7.3), checked in full: real calendar days, leap seconds only where
 * one can be. A format is a question about a string (for `int32` and `int64` about a number); other values pass.
 *
 * Left out: `idn-email` and `idn-hostname`, whose rules need the tables of Unicode IDNA; they stay annotations.
 */

const zero = 48;

/** Number of the two digits at a place inside the text, or -1. What lies before '0' becomes a very large unsigned number. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >>> 0 <= 9 && ones >>> 0 <= 9 ? tens * 10 + ones : -1;
}

const daysOfMonth = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDateAt(text: string): boolean {
  const century = twoDigits(text, 0);
  const year = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1) return false;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  if (month !== 2 || day <= 28) return day <= (daysOfMonth[month] as number);
  return day === 29 && (year === 0 ? century % 4 === 0 : year % 4 === 0);
}

/** RFC 3339 full-date. */
export function isDate(text: string): boolean {
  return text.length === 10 && isDateAt(text);
}

/** RFC 3339 full-time from a place to the end; a leap second only at 23:59:60 UTC. */
function isTimeAt(text: string, start: number): boolean {
  if (text.length < start + 9) return false;
  const hour = twoDigits(text, start);
  const minute = twoDigits(text, start + 3);
  const second = twoDigits(text, start + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  if (text.charCodeAt(start + 2) !== 58 || text.charCodeAt(start + 5) !== 58) return false;
  // The usual case is settled in a function that is small enough to be compiled into its callers: UTC in whole seconds.
  return second < 60 && text.length === start + 9 && text.charCodeAt(start + 8) === 90
    ? true
    : isRestOfTime(text, start + 8, { minuteOfDay: hour * 60 + minute, isLeap: second === 60 });
}

/** Fraction and offset, from a place to the end. */
function isRestOfTime(
  text: string,
  start: number,
  { minuteOfDay, isLeap }: { readonly minuteOfDay: number; readonly isLeap: boolean },
): boolean {
  let at = start;
  if (text.charCodeAt(at) === 46) {
    const first = at + 1;
    for (at = first; isDigit(text.charCodeAt(at)); ) at += 1;
    if (at === first) return false;
  }
  let offset = 0;
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) {
    if (at + 1 !== text.length) return false;
  } else {
    if ((sign !== 43 && sign !== 45) || at + 6 !== text.length || text.charCodeAt(at + 3) !== 58) return false;
    const [hours, minutes] = [twoDigits(text, at + 1), twoDigits(text, at + 4)];
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = (hours * 60 + minutes) * (sign === 45 ? -1 : 1);
  }
  return !isLeap || (minuteOfDay - offset + 2880) % 1440 === 1439;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= 57;
}

/** RFC 3339 full-time, which has an offset. */
export function isTime(text: string): boolean {
  return isTimeAt(text, 0);
}

/** RFC 3339 date-time. */
export function isDateTime(text: string): boolean {
  const separator = text.charCodeAt(10);
  return (separator === 84 || separator === 116) && isDateAt(text) && isTimeAt(text, 11);
}

const duration =
  /^P(?!$)(?:\d+W|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?!$)(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$/;

/** ISO 8601 duration as RFC 3339, appendix A. */
export function isDuration(text: string): boolean {
  return duration.test(text);
}

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const hostname = new RegExp(`^${label}(?:\\.${label})*$`);

/** RFC 1123 host name. An A-label must at least have letters after its prefix. */
export function isHostname(text: string): boolean {
  return text.length <= 253 && hostname.test(text) && !/(?:^|\.)(?:xn--(?:\.|$)|(?!xn)..--)/i.test(text);
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** RFC 2673 dotted quad, without leading zeros. */
export function isIpv4(text: string): boolean {
  return ipv4.test(text);
}

/** RFC 4291 address, without a zone. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [at, part] of parts.entries()) {
      if (/^[0-9a-f]{1,4}$/i.test(part)) groups += 1;
      else if (index === halves.length - 1 && at === parts.length - 1 && part.includes('.') && isIpv4(part))
        groups += 2;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

const localPart =
  /^(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")$/;

/** RFC 5321 mailbox. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64 || !localPart.test(text.slice(0, at))) return false;
  const domain = text.slice(at + 1);
  const literal = /^\[(?:IPv6:(.+)|(.+))\]$/i.exec(domain);
  if (literal === null) return isHostname(domain);
  return literal[1] === undefined ? isIpv4(literal[2] as string) : isIpv6(literal[1]);
}

// RFC 3986, appendix A. `%` must begin an escape; brackets stand around an IP literal only.
const userinfo = /^(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*$/;
const registeredName = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;
const pathText = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;
const queryText = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/;
const ipFuture = /^v[0-9a-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+$/i;
const split = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;

function isAuthority(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at >= 0 && !userinfo.test(text.slice(0, at))) return false;
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(text.slice(at + 1));
  if (match === null) return false;
  const [, literal, name] = match;
  return literal === undefined ? registeredName.test(name as string) : isIpv6(literal) || ipFuture.test(literal);
}

// The usual case in one go: scheme, host by name, path without escapes.
const plainUrl = /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9.-]+(?::\d+)?(?:\/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?$/;

function isReference(text: string, needsScheme: boolean): boolean {
  if (plainUrl.test(text)) return true;
  const match = split.exec(text);
  if (match === null) return false;
  const [, scheme, authority, path = '', query = '', fragment = ''] = match;
  if (scheme === undefined ? needsScheme : !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) return false;
  if (authority !== undefined && !isAuthority(authority)) return false;
  // Without a scheme a colon in the first segment would be read as one.
  if (scheme === undefined && authority === undefined && /^[^/]*:/.test(path)) return false;
  return pathText.test(path) && queryText.test(query) && queryText.test(fragment);
}

/** RFC 3986 URI, which has a scheme. */
export function isUri(text: string): boolean {
  return isReference(text, true);
}

/** RFC 3986 URI or relative reference. */
export function isUriReference(text: string): boolean {
  return isReference(text, false);
}

// RFC 3987: the same with characters beyond ASCII, which count as letters; controls and separators stay forbidden.
const beyondAscii = /[\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]|[\ud800-\udbff][\udc00-\udfff]/g;

/** RFC 3987 IRI, which has a scheme. */
export function isIri(text: string): boolean {
  return isReference(text.replace(beyondAscii, 'a'), true);
}

/** RFC 3987 IRI or relative reference. */
export function isIriReference(text: string): boolean {
  return isReference(text.replace(beyondAscii, 'a'), false);
}

const uriTemplate =
  /^(?:[!#$&(-;=?-[\]_a-z~\u00a0-\uffff]|%[0-9a-f]{2}|\{[+#./;?&=,!@|]?(?:[a-z0-9_]|%[0-9a-f]{2})+(?:\.(?:[a-z0-9_]|%[0-9a-f]{2})+)*(?::[1-9]\d{0,3}|\*)?(?:,(?:[a-z0-9_]|%[0-9a-f]{2})+(?:\.(?:[a-z0-9_]|%[0-9a-f]{2})+)*(?::[1-9]\d{0,3}|\*)?)*\})*$/i;

/** RFC 6570 template. */
export function isUriTemplate(text: string): boolean {
  return uriTemplate.test(text);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** RFC 4122 UUID of any version. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

const jsonPointer = /^(?:\/(?:[^~/]|~[01])*)*$/;
const relativeJsonPointer = /^(?:0|[1-9]\d*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/;

/** RFC 6901 pointer. */
export function isJsonPointer(text: string): boolean {
  return jsonPointer.test(text);
}

/** Relative JSON pointer (draft-bhutton-relative-json-pointer). */
export function isRelativeJsonPointer(text: string): boolean {
  return relativeJsonPointer.test(text);
}

/** ECMA-262 regular expression in Unicode mode. */
export function isRegex(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** OpenAPI `byte`: RFC 4648 base64. */
export function isByte(text: string): boolean {
  return base64.test(text);
}

/** OpenAPI `int32`. */
export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -2_147_483_648 && value <= 2_147_483_647;
}

/** OpenAPI `int64`. A double cannot hold every one, so the bounds are what it can tell. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** Checks of strings by format name. */
export const stringFormats: Readonly<Record<string, (text: string) => boolean>> = {
  byte: isByte,
  date: isDate,
  'date-time': isDateTime,
  duration: isDuration,
  email: isEmail,
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  iri: isIri,
  'iri-reference': isIriReference,
  'json-pointer': isJsonPointer,
  regex: isRegex,
  'relative-json-pointer': isRelativeJsonPointer,
  time: isTime,
  uri: isUri,
  'uri-reference': isUriReference,
  'uri-template': isUriTemplate,
  uuid: isUuid,
};

/** Checks of numbers by format name. */
export const numberFormats: Readonly<Record<string, (value: number) => boolean>> = { int32: isInt32, int64: isInt64 };
