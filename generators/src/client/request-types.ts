import {
  type Code,
  code,
  comment,
  identifier,
  indent,
  join,
  key,
  nothing,
  sortedBy,
  stringLiteral,
} from '@millwright/codegen';
import type { MediaType, Operation, Parameter, RequestBody, Schema } from '@millwright/contract';
import type { Printing } from './printing.ts';
import { isBinary, itemsOf, propertiesOf, requiredOf } from './shape.ts';

const groups = [
  ['path', 'path'],
  ['query', 'query'],
  ['header', 'headers'],
  ['cookie', 'cookies'],
] as const;

// The specification ignores parameters of these names: the media types and the security schemes decide them.
const decidedHeaders: ReadonlySet<string> = new Set(['accept', 'authorization', 'content-type']);

/** Parameters of the path template that nothing declares: the address needs them all the same. */
function undeclaredParameters(operation: Operation): readonly Parameter[] {
  const declared = new Set(operation.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name));
  const names = new Set(
    [...operation.path.matchAll(/\{([^{}]*)\}/g)]
      .map((match) => match[1] as string)
      .filter((name) => !declared.has(name)),
  );
  const { document, pointer } = operation;
  const plain = {
    required: true,
    deprecated: false,
    style: 'simple',
    explode: false,
    allowReserved: false,
    content: [],
    examples: [],
  } as const;
  return [...names].map((name) => ({
    kind: 'parameter',
    document,
    pointer,
    name,
    in: 'path',
    ...plain,
    extensions: new Map(),
  }));
}

/** Parameters that a caller can set, in code-unit order of their names. */
export function settableParameters(operation: Operation): readonly Parameter[] {
  const settable = operation.parameters.filter(
    (parameter) => parameter.in !== 'header' || !decidedHeaders.has(parameter.name.toLowerCase()),
  );
  return sortedBy([...settable, ...undeclaredParameters(operation)], ({ name, in: place }) => `${place}\u0000${name}`);
}

/** True for the header that is made when the caller gives none. */
function isIdempotencyKey(parameter: Parameter): boolean {
  return parameter.in === 'header' && /^(x-)?idempotency-key$/i.test(parameter.name);
}

const isRequired = (parameter: Parameter): boolean =>
  parameter.in === 'path' || (parameter.required && !isIdempotencyKey(parameter));

function parameterType(parameter: Parameter, printing: Printing): Code {
  const schema = parameter.schema ?? parameter.content[0]?.schema;
  if (schema !== undefined) return printing.print(schema, 'write');
  return parameter.in === 'path' ? code`number | string` : code`unknown`;
}

/** A member of the request; an optional one takes undefined, which sends nothing. */
function memberOf(name: string, type: Code, required: boolean): Code {
  return required ? code`readonly ${key(name)}: ${type};` : code`readonly ${key(name)}?: ${type} | undefined;`;
}

function documentation(parameter: Parameter): Code {
  const deprecated = parameter.deprecated ? ([{ tag: 'deprecated', text: '' }] as const) : [];
  return comment(parameter.description, deprecated);
}

function groupMember(
  operation: Operation,
  [place, member]: (typeof groups)[number],
  printing: Printing,
): Code | undefined {
  const parameters = settableParameters(operation).filter((parameter) => parameter.in === place);
  if (parameters.length === 0) return undefined;
  const lines = parameters.map((parameter) => {
    const text = code`${documentation(parameter)}${memberOf(parameter.name, parameterType(parameter, printing), isRequired(parameter))}`;
    return indent(text);
  });
  return memberOf(member, code`{\n${join(lines, '\n')}\n}`, parameters.some(isRequired));
}

/** True for JSON and types with the suffix `+json`. */
export function isJson(type: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(type);
}

const isForm = (type: string): boolean => /^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(type);

const binaryType = (printing: Printing): Code => printing.runtime('BinaryBody');

/** Type of a form: the schema's, with bytes where a part is a file. */
function multipartType(schema: Schema, printing: Printing): Code {
  const properties = propertiesOf(schema);
  const required = requiredOf(schema);
  const holdsFile = [...properties.values()].some((parts) =>
    parts.some((part) => isBinary(part) || isBinary(itemsOf(part))),
  );
  if (!holdsFile) return code`${printing.print(schema, 'write')} | FormData`;
  const file = code`Blob | Uint8Array<ArrayBuffer>`;
  const members = sortedBy(properties, ([name]) => name).map(([name, parts]) => {
    const type = parts.some(isBinary)
      ? file
      : parts.some((part) => isBinary(itemsOf(part)))
        ? code`readonly (${file})[]`
        : join(
            parts.map((part) => printing.print(part, 'write')),
            ' & ',
          );
    return indent(memberOf(name, type, required.has(name)));
  });
  return code`{\n${join(members, '\n')}\n} | FormData`;
}

/** Type of a body by its media type. */
function bodyType({ mediaType, schema }: MediaType, printing: Printing): Code {
  const type = mediaType.toLowerCase();
  if (type.startsWith('multipart/form-data'))
    return schema === undefined ? code`FormData` : multipartType(schema, printing);
  if (isForm(type))
    return schema === undefined ? code`URLSearchParams` : code`${printing.print(schema, 'write')} | URLSearchParams`;
  if (isJson(type)) return schema === undefined ? code`unknown` : printing.print(schema, 'write');
  if (type.startsWith('text/')) return code`string`;
  return type.includes('*') ? code`${binaryType(printing)} | string` : binaryType(printing);
}

/** Media types of a body: JSON first, then forms, then the rest, each in code-unit order. */
export function orderedBodies(body: RequestBody | undefined): readonly MediaType[] {
  const rank = ({ mediaType }: MediaType): string =>
    /^application\/json\s*(;|$)/i.test(mediaType) ? '0' : isJson(mediaType) ? '1' : isForm(mediaType) ? '2' : '3';
  return sortedBy(body?.content ?? [], (media) => `${rank(media)}${media.mediaType}`);
}

/** The member `body`, with `contentType` where the caller has to choose. */
function bodyMembers(body: RequestBody, printing: Printing): Code {
  const [first, ...others] = orderedBodies(body);
  if (first === undefined) return memberOf('body', binaryType(printing), body.required);
  const documented = comment(body.description);
  return code`${documented}${memberOf('body', join([first, ...others].map((media) => bodyType(media, printing)).filter(isFirst), ' | '), body.required)}`;
}

function isFirst(text: Code, index: number, all: readonly Code[]): boolean {
  return all.indexOf(text) === index;
}

/** With several media types: one alternative each, told apart by `contentType`; the preferred one may leave it out. */
function bodyAlternatives(body: RequestBody, printing: Printing): Code {
  const alternatives = orderedBodies(body).map((media, index) => {
    const choice = code`readonly contentType${index === 0 ? code`?` : nothing}: ${stringLiteral(media.mediaType)}${index === 0 ? code` | undefined` : nothing};`;
    return code`{ ${choice} ${memberOf('body', bodyType(media, printing), true)} }`;
  });
  const none = body.required ? [] : [code`{ readonly contentType?: undefined; readonly body?: undefined }`];
  return join([...alternatives, ...none], ' | ');
}

/** Declaration of an operation's request type, and whether a call can do without it. */
export function requestType(
  operation: Operation,
  name: string,
  printing: Printing,
): { readonly declaration: Code; readonly optional: boolean } {
  const members = groups
    .map((group) => groupMember(operation, group, printing))
    .filter((member) => member !== undefined);
  const [whole] = operation.parameters.filter((parameter) => parameter.in === 'querystring');
  if (whole !== undefined) members.push(memberOf('querystring', parameterType(whole, printing), whole.required));
  const { requestBody: body } = operation;
  const several = body !== undefined && body.content.length > 1;
  if (body !== undefined && !several) members.push(bodyMembers(body, printing));
  const optional = !settableParameters(operation).some(isRequired) && body?.required !== true;
  const documented = comment(`Arguments of ${operation.operationId ?? operation.id}.`);
  const object = members.length === 0 ? code`{}` : code`{\n${indent(join(members, '\n'))}\n}`;
  if (several) {
    const own = members.length === 0 ? nothing : code`${object} & `;
    return {
      declaration: code`${documented}export type ${identifier(name)} = ${own}(${bodyAlternatives(body, printing)});\n`,
      optional,
    };
  }
  if (members.length === 0)
    return {
      declaration: code`${documented}export type ${identifier(name)} = Readonly<Record<string, never>>;\n`,
      optional,
    };
  return { declaration: code`${documented}export interface ${identifier(name)} ${object}\n`, optional };
}
