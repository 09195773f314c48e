import {
  isJsonObject,
  type JsonValue,
  type MediaType,
  type Operation,
  type Parameter,
  type Schema,
} from '@millwright/contract';
import type { PayloadChecker, Violation } from '../validate/payload-checker.ts';
import { alongReferences } from './along-references.ts';
import { Problem } from './problem.ts';
import type { Match } from './routes.ts';

/** A request as it came. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Throws a {@link Problem} for parameters that are missing or do not fit, credentials that are missing, or a role that may not. */
export function checkRequest(match: Match, asked: Asked, checker: PayloadChecker): void {
  checkCredentials(match.operation, asked);
  checkRole(match.operation, asked);
  const errors = match.operation.parameters.flatMap((parameter) => faultsOf(parameter, match, asked, checker));
  if (errors.length > 0) throw new Problem(400, 'Parameters do not fit the contract', { errors });
}

/** The body as JSON, checked; undefined where there is none, or where it is of a kind that is not looked into. */
export function bodyOf({ operation }: Match, asked: Asked, checker: PayloadChecker): JsonValue | undefined {
  const { requestBody } = operation;
  if (requestBody === undefined) return undefined;
  if (asked.body.length === 0) {
    if (requestBody.required) throw new Problem(400, 'The operation needs a body');
    return undefined;
  }
  const media = mediaOf(requestBody.content, asked.headers['content-type']);
  if (!/[/+]json$/.test(essenceOf(asked.headers['content-type'] ?? media.mediaType))) return undefined;
  const value = parse(asked.body);
  const errors = media.schema === undefined ? [] : checker.check(media.schema, value);
  const status = operation.responses.some((response) => response.status === '422') ? 422 : 400;
  if (errors.length > 0) throw new Problem(status, 'The body does not fit the contract', { errors });
  return value;
}

/** Schema of the body of an operation, where it is JSON. */
export function bodySchemaOf({ requestBody }: Operation): Schema | undefined {
  return requestBody?.content.find(({ mediaType }) => /[/+]json/.test(mediaType))?.schema;
}

function parse(body: Uint8Array): JsonValue {
  try {
    // A name that changes objects where it is copied to is no member of anything here.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), (name, value: JsonValue) => {
      if (name === '__proto__') throw new Problem(400, 'The body has a member __proto__');
      return value;
    }) as JsonValue;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'The body is not JSON in UTF-8');
  }
}

const essenceOf = (type: string): string => (type.split(';')[0] as string).trim().toLowerCase();

function mediaOf(content: readonly MediaType[], given: string | undefined): MediaType {
  const wanted = given === undefined ? undefined : essenceOf(given);
  const fits = ({ mediaType }: MediaType): boolean => {
    const range = essenceOf(mediaType);
    return wanted === undefined || range === wanted || range === '*/*' || range === `${wanted.split('/')[0]}/*`;
  };
  const media = content.find(fits);
  if (media !== undefined) return media;
  const known = content.map(({ mediaType }) => mediaType).join(', ');
  throw new Problem(415, `The contract has no body of ${given}; it has ${known}`, { headers: { Accept: known } });
}

function faultsOf(
  parameter: Parameter,
  { values }: Match,
  asked: Asked,
  checker: PayloadChecker,
): readonly Violation[] {
  const { name, required, schema, style } = parameter;
  const pointer = `/${parameter.in}/${name}`;
  const texts = textsOf(parameter, values, asked);
  if (texts.length === 0)
    return required
      ? [{ pointer, keyword: 'required', message: `the ${parameter.in} parameter ${name} is missing` }]
      : [];
  // Objects are written in ways of their own, which the mock does not read.
  if (schema === undefined || style === 'deepObject' || parameter.content.length > 0) return [];
  const types = typesOf(schema);
  if (types.includes('object')) return [];
  const value = types.includes('array')
    ? texts
        .flatMap((text) => (parameter.explode ? [text] : text.split(',')))
        .map((text) => readAs(text, itemTypes(schema)))
    : readAs(texts[0] as string, types);
  return checker.check(schema, value).map((violation) => ({ ...violation, pointer: `${pointer}${violation.pointer}` }));
}

function textsOf({ name, in: place }: Parameter, values: Match['values'], { url, headers }: Asked): readonly string[] {
  switch (place) {
    case 'path':
      return Object.hasOwn(values, name) ? [values[name] as string] : [];
    case 'query':
      return url.searchParams.getAll(name);
    case 'header': {
      const value = headers[name.toLowerCase()];
      return value === undefined ? [] : [value];
    }
    default:
      return [];
  }
}

const typesOf = (schema: Schema | undefined): readonly string[] => alongReferences(schema, ({ type }) => type) ?? [];

const itemTypes = (schema: Schema): readonly string[] => typesOf(alongReferences(schema, ({ items }) => items));

function readAs(text: string, types: readonly string[]): JsonValue {
  if (types.includes('string') || types.length === 0) return text;
  if ((types.includes('integer') || types.includes('number')) && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Whether a credential is there; which one is right only a real server knows. */
function checkCredentials({ security = [], entry }: Operation, { headers, url }: Asked): void {
  if (security.length === 0) return;
  const isThere = (name: string): boolean => {
    const scheme = entry.securitySchemes.get(name);
    if (scheme === undefined || !isJsonObject(scheme.raw)) return true;
    const { in: place, name: key } = scheme.raw;
    if (scheme.type !== 'apiKey') return scheme.type === 'mutualTLS' || (headers['authorization'] ?? '') !== '';
    if (place === 'header') return headers[String(key).toLowerCase()] !== undefined;
    if (place === 'query') return url.searchParams.has(String(key));
    return (headers['cookie'] ?? '').includes(`${String(key)}=`);
  };
  if (security.some((alternative) => [...alternative.keys()].every(isThere))) return;
  const names = security.map((alternative) => [...alternative.keys()].join(' and ')).join(' or ');
  throw new Problem(401, `A credential is missing: ${names}`, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

const rights = {
  get: 'consume',
  head: 'consume',
  post: 'create',
  put: 'update',
  patch: 'update',
  delete: 'update',
} as const;

/** By `x-governance`, for who says which role it is in: `Mock-Role: mes`. */
function checkRole({ governance, method, id }: Operation, { headers }: Asked): void {
  const role = headers['mock-role'];
  const right = Object.hasOwn(rights, method) ? rights[method as keyof typeof rights] : undefined;
  const allowed: readonly string[] | undefined = right && governance[right];
  if (role === undefined || allowed === undefined || allowed.includes(role)) return;
  const who = allowed.length === 0 ? 'nobody' : allowed.join(', ');
  throw new Problem(403, `${role} may not ${right} by ${id}; ${who} may`);
}
