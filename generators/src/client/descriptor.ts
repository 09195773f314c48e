import {
  byCodeUnits,
  type Code,
  callersOf,
  code,
  identifier,
  indent,
  join,
  key,
  literal,
  type NameScope,
  nothing,
  sortedBy,
  sortedEntries,
  stringLiteral,
} from '@millwright/codegen';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  member,
  type Operation,
  type Parameter,
  type Schema,
} from '@millwright/contract';
import { isJson, orderedBodies, settableParameters } from './request-types.ts';
import { orderedContent, orderedResponses } from './result-types.ts';

type CheckNameOf = (schema: Schema | undefined) => string | undefined;

/** Constants that hold the security of operations, by their text: most operations share a few. */
export interface SecurityConstants {
  readonly scope: NameScope;
  /** The type of a descriptor as the module imports it. */
  readonly type: Code;
  readonly names: Map<Code, Code>;
}

function parameterCode(parameter: Parameter): Code {
  const { name, in: place, style, explode, allowReserved, content } = parameter;
  const members = [code`name: ${stringLiteral(name)}`, code`in: ${stringLiteral(place)}`];
  const [media] = content;
  if (media !== undefined) members.push(code`content: ${stringLiteral(media.mediaType)}`);
  else {
    const usual = place === 'path' || place === 'header' ? 'simple' : 'form';
    if (style !== usual) members.push(code`style: ${stringLiteral(style)}`);
    if (explode !== (style === 'form' || style === 'cookie' || style === 'deepObject'))
      members.push(code`explode: ${literal(explode)}`);
  }
  if (allowReserved) members.push(code`allowReserved: true`);
  return code`{ ${join(members, ', ')} }`;
}

/** A list on one line where it is short, else one line an element. */
function list(items: readonly Code[]): Code {
  const line = code`[${join(items, ', ')}]`;
  return line.length <= 90
    ? line
    : code`[\n${indent(
        join(
          items.map((item) => code`${item},`),
          '\n',
        ),
      )}\n]`;
}

const encodingMembers = ['allowReserved', 'contentType', 'explode', 'style'] as const;

/** The members of an Encoding Object that serialisation looks at, where they have the right type. */
function encodingCode(encoding: JsonObject): Code {
  const types: Readonly<Record<(typeof encodingMembers)[number], string>> = {
    allowReserved: 'boolean',
    contentType: 'string',
    explode: 'boolean',
    style: 'string',
  };
  const members = encodingMembers.flatMap((name) => {
    const value: JsonValue | undefined = member(encoding, name);
    return value !== undefined && typeof value === types[name] ? [code`${key(name)}: ${literal(value)}`] : [];
  });
  return members.length === 0 ? code`{}` : code`{ ${join(members, ', ')} }`;
}

function bodyCode(operation: Operation): Code | undefined {
  if (operation.requestBody === undefined) return undefined;
  const bodies = orderedBodies(operation.requestBody).map(({ mediaType, encoding }) => {
    const encodings = sortedEntries(encoding).map(([name, value]) => code`${key(name)}: ${encodingCode(value)}`);
    const suffix = encodings.length === 0 ? nothing : code`, encoding: { ${join(encodings, ', ')} }`;
    return code`{ type: ${stringLiteral(mediaType)}${suffix} }`;
  });
  return list(bodies.length === 0 ? [code`{ type: 'application/octet-stream' }`] : bodies);
}

function responsesCode(operation: Operation, nameOf: CheckNameOf): Code {
  const responses = orderedResponses(operation);
  if (responses.length === 0) return code`{ default: [['*/*']] }`;
  const members = responses.map((response) => {
    const media = orderedContent(response).map(({ mediaType, schema }) => {
      const validator = isJson(mediaType) ? nameOf(schema) : undefined;
      return validator === undefined
        ? code`[${stringLiteral(mediaType)}]`
        : code`[${stringLiteral(mediaType)}, ${stringLiteral(validator)}]`;
    });
    const status = response.status === 'default' ? response.status : response.status.toUpperCase();
    const name = /^\d+$/.test(status) ? literal(Number(status)) : key(status);
    return code`${name}: [${join(media, ', ')}]`;
  });
  const line = code`{ ${join(members, ', ')} }`;
  return line.length <= 90
    ? line
    : code`{\n${indent(
        join(
          members.map((text) => code`${text},`),
          '\n',
        ),
      )}\n}`;
}

function textMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' ? value : undefined;
}

/** One scheme as an operation uses it; a name that the document does not declare was reported when it was read. */
function schemeCode(operation: Operation, name: string, scopes: readonly string[]): Code | undefined {
  const scheme = operation.entry.securitySchemes.get(name);
  if (scheme === undefined || !isJsonObject(scheme.raw)) return undefined;
  const members = [code`name: ${stringLiteral(name)}`, code`type: ${stringLiteral(scheme.type)}`];
  const httpScheme = textMember(scheme.raw, 'scheme');
  const place = textMember(scheme.raw, 'in');
  const keyName = textMember(scheme.raw, 'name');
  if (scheme.type === 'http' && httpScheme !== undefined) members.push(code`scheme: ${stringLiteral(httpScheme)}`);
  if (
    scheme.type === 'apiKey' &&
    keyName !== undefined &&
    (place === 'header' || place === 'query' || place === 'cookie')
  ) {
    members.push(code`in: ${stringLiteral(place)}`, code`key: ${stringLiteral(keyName)}`);
  }
  if (scopes.length > 0) members.push(code`scopes: ${literal([...scopes].sort(byCodeUnits))}`);
  return code`{ ${join(members, ', ')} }`;
}

function securityCode(operation: Operation, constants: SecurityConstants): Code | undefined {
  const { security } = operation;
  if (security === undefined || security.length === 0) return undefined;
  const alternatives = security.flatMap((alternative) => {
    const schemes = sortedEntries(alternative).map(([name, scopes]) => schemeCode(operation, name, scopes));
    return schemes.includes(undefined)
      ? []
      : [
          code`[${join(
            schemes.filter((scheme) => scheme !== undefined),
            ', ',
          )}]`,
        ];
  });
  if (alternatives.length === 0) return undefined;
  const text = list(alternatives);
  const known = constants.names.get(text);
  if (known !== undefined) return known;
  const name = identifier(constants.scope.claim(`security${constants.names.size + 1}`));
  constants.names.set(text, name);
  return name;
}

/** The constant that tells the runtime how to call an operation. */
export function descriptorCode(
  operation: Operation,
  name: Code,
  nameOf: CheckNameOf,
  constants: SecurityConstants,
): Code {
  const parameters = sortedBy(
    settableParameters(operation),
    ({ name: text, in: place }) => `${place}\u0000${text}`,
  ).map(parameterCode);
  const body = bodyCode(operation);
  const security = securityCode(operation, constants);
  const callers = callersOf(operation);
  const members = [
    code`id: ${stringLiteral(operation.operationId ?? operation.id)}`,
    code`method: ${stringLiteral(operation.method.toUpperCase())}`,
    code`path: ${stringLiteral(operation.path)}`,
    ...(parameters.length === 0 ? [] : [code`parameters: ${list(parameters)}`]),
    ...(body === undefined ? [] : [code`body: ${body}`]),
    code`responses: ${responsesCode(operation, nameOf)}`,
    ...(callers === undefined ? [] : [code`roles: ${literal([...callers].sort(byCodeUnits))}`]),
    ...(security === undefined ? [] : [code`security: ${security}`]),
  ];
  return code`const ${name}: ${constants.type} = {\n${indent(
    join(
      members.map((text) => code`${text},`),
      '\n',
    ),
  )}\n};\n`;
}
