import type { OperationDescriptor, OperationInput, ParameterDescriptor } from './descriptor.ts';
import { ClientError } from './outcome.ts';
import { expandPairs, expandSimple, type Style } from './styles.ts';
import { isAbsent, percentEncode } from './text.ts';

const identity = (text: string): string => text;

function refuse(operation: OperationDescriptor, message: string): never {
  throw new ClientError('input-refused', message, { operation: operation.id });
}

function argumentOf(group: object | undefined, name: string): unknown {
  return group !== undefined && Object.hasOwn(group, name)
    ? (group as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function styleOf(parameter: ParameterDescriptor, encode: (text: string) => string): Style {
  const style = parameter.style ?? (parameter.in === 'path' || parameter.in === 'header' ? 'simple' : 'form');
  const explode = parameter.explode ?? (style === 'form' || style === 'cookie' || style === 'deepObject');
  return { name: parameter.name, style, explode, encode };
}

function encodingOf(parameter: ParameterDescriptor): (text: string) => string {
  return (text) => percentEncode(text, parameter.allowReserved);
}

/** Text of a value that a media type serialises: JSON for every type but text. */
function contentText(parameter: ParameterDescriptor, value: unknown): string {
  return parameter.content?.startsWith('text/') === true ? String(value) : JSON.stringify(value);
}

function parametersIn(
  operation: OperationDescriptor,
  place: ParameterDescriptor['in'],
): readonly ParameterDescriptor[] {
  return operation.parameters?.filter((parameter) => parameter.in === place) ?? [];
}

/**
 * Path with its parameters filled in. A parameter can never add or remove a segment: separators are encoded, and an
 * empty value or a result with a segment `.` or `..` (which URL parsers resolve even when encoded) is refused.
 */
export function pathOf(operation: OperationDescriptor, input: OperationInput): string {
  const parameters = new Map(parametersIn(operation, 'path').map((parameter) => [parameter.name, parameter]));
  const path = operation.path.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const parameter = parameters.get(name) ?? { name, in: 'path' };
    const value = argumentOf(input.path, name);
    if (isAbsent(value) || value === '')
      return refuse(operation, `path parameter ${JSON.stringify(name)} is missing or empty`);
    if (parameter.content !== undefined) return percentEncode(contentText(parameter, value));
    const encode = (text: string): string =>
      percentEncode(text, parameter.allowReserved).replace(/[/?]/g, (separator) => percentEncode(separator));
    return expandSimple(styleOf(parameter, encode), value);
  });
  const segments = path.split(/[?#]/, 1)[0]?.split(/[/\\]/) ?? [];
  if (segments.some((segment) => /^(\.|%2e){1,2}$/i.test(segment)))
    return refuse(operation, 'a path parameter makes the segment "." or ".."');
  return path.startsWith('/') ? path : `/${path}`;
}

/** `name=value` pairs of the query, encoded. */
export function queryOf(operation: OperationDescriptor, input: OperationInput): readonly string[] {
  const pairs = parametersIn(operation, 'query').flatMap((parameter) => {
    const value = argumentOf(input.query, parameter.name);
    if (isAbsent(value)) return [];
    const encode = encodingOf(parameter);
    if (parameter.content !== undefined)
      return [`${percentEncode(parameter.name)}=${encode(contentText(parameter, value))}`];
    return expandPairs(styleOf(parameter, encode), value);
  });
  return [...pairs, ...wholeQuery(operation, input)];
}

/** OpenAPI 3.2 `in: querystring`: one value is the whole query. */
function wholeQuery(operation: OperationDescriptor, input: OperationInput): readonly string[] {
  const [parameter] = parametersIn(operation, 'querystring');
  if (parameter === undefined || isAbsent(input.querystring)) return [];
  if (parameter.content?.startsWith('application/x-www-form-urlencoded') !== true)
    return [percentEncode(contentText(parameter, input.querystring))];
  return Object.entries(input.querystring).flatMap(([name, value]) =>
    isAbsent(value) ? [] : expandPairs({ name, style: 'form', explode: true, encode: percentEncode }, value),
  );
}

/** Headers and cookies that are declared as parameters. */
export function writeHeaders(operation: OperationDescriptor, input: OperationInput, headers: Headers): void {
  for (const parameter of parametersIn(operation, 'header')) {
    const value = argumentOf(input.headers, parameter.name);
    if (isAbsent(value)) continue;
    const text =
      parameter.content === undefined
        ? expandSimple(styleOf(parameter, identity), value)
        : contentText(parameter, value);
    setHeader(operation, headers, parameter.name, text);
  }
  for (const parameter of parametersIn(operation, 'cookie')) {
    const value = argumentOf(input.cookies, parameter.name);
    if (isAbsent(value)) continue;
    const style = styleOf(parameter, parameter.style === 'cookie' ? identity : percentEncode);
    const pairs =
      parameter.content === undefined
        ? expandPairs(style, value)
        : [`${parameter.name}=${percentEncode(contentText(parameter, value))}`];
    addCookies(operation, headers, pairs);
  }
}

/** Adds `name=value` pairs to the Cookie header (RFC 6265, section 4.2.1); a separator inside a pair is refused. */
export function addCookies(operation: OperationDescriptor, headers: Headers, pairs: readonly string[]): void {
  if (pairs.some((pair) => !/^[\x21\x23-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(pair)))
    refuse(operation, 'a cookie holds a character that ends it');
  const known = headers.get('cookie');
  if (pairs.length > 0) headers.set('cookie', [...(known === null ? [] : [known]), ...pairs].join('; '));
}

/** Sets a header; a name that is no token, or a line end or control in the value, is refused (RFC 9110, section 5.5). */
export function setHeader(operation: OperationDescriptor, headers: Headers, name: string, value: string): void {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    refuse(operation, `header name ${JSON.stringify(name)} is not a token`);
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    refuse(operation, `header ${name} holds a character that no header may hold`);
  headers.set(name, value);
}
