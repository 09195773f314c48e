import {
  type Code,
  code,
  comment,
  fileHeader,
  identifier,
  indent,
  join,
  literal,
  nothing,
  sortedBy,
  stringLiteral,
} from '@millwright/codegen';
import type { Contract, Operation } from '@millwright/contract';
import { contentChecks } from '../validators/content-checks.ts';
import { descriptorCode, type SecurityConstants } from './descriptor.ts';
import type { ImportPaths } from './import-paths.ts';
import type { ClientModule, NamedOperation } from './naming.ts';
import { pagingOf } from './paging.ts';
import { createPrinting, type Printing, type SchemaPrinter } from './printing.ts';
import { requestType } from './request-types.ts';
import { orderedResponses, responseType, resultType, successHeaders } from './result-types.ts';
import { typeNames } from './type-names.ts';

/** A module's text, and the names it exports, for the file that joins several. */
export interface PrintedModule {
  readonly text: Code;
  readonly functions: readonly string[];
  readonly types: readonly string[];
}

interface PrintedOperation {
  readonly text: Code;
  readonly functions: readonly string[];
}

function documentation(operation: Operation): Code {
  const own = operation.servers
    .map(({ url }) => url)
    .filter((url) => !operation.entry.servers.some((server) => server.url === url));
  const paragraphs = [
    operation.summary,
    operation.description === operation.summary ? undefined : operation.description,
    `${operation.method.toUpperCase()} ${operation.path}`,
    own.length === 0
      ? undefined
      : `The contract puts this operation on its own server: give \`baseUrl\` in the options. ${own.join(', ')}`,
    ...successHeaders(operation).map(
      ({ name, description }) => `Response header ${name}${description === undefined ? '' : `: ${description}`}`,
    ),
  ];
  const text = paragraphs.filter((paragraph) => paragraph !== undefined && paragraph.trim() !== '').join('\n\n');
  return comment(text, operation.deprecated ? [{ tag: 'deprecated', text: '' }] : []);
}

/** `listItems` becomes `listAllItems`, other names get `All` at their end. */
function nameOfAll(functionName: string): string {
  const match = /^list(?=\p{Lu})/u.exec(functionName);
  return match === null ? `${functionName}All` : `listAll${functionName.slice(4)}`;
}

/** The async iterators over the pages and the items of a list. */
function pagingCode(
  named: NamedOperation,
  optional: boolean,
  module: ClientModule,
  printing: Printing,
): PrintedOperation {
  const { operation, functionName, requestName } = named;
  const paged = pagingOf(operation);
  const response = orderedResponses(operation).find(({ status }) => status === String(paged?.status));
  if (paged === undefined || response === undefined) return { text: nothing, functions: [] };
  const names = { pages: module.scope.claim(`${functionName}Pages`), all: module.scope.claim(nameOfAll(functionName)) };
  const paging = identifier(module.scope.claim(`${functionName}Paging`));
  const [list, pages, all] = [functionName, names.pages, names.all].map(identifier) as [Code, Code, Code];
  const request = identifier(requestName);
  const query = code`NonNullable<${request}['query']>`;
  const page = code`${printing.runtime('Success')}<${literal(paged.status)}, ${responseType(operation, response, printing)}>`;
  const item = paged.item === undefined ? code`unknown` : printing.print(paged.item, 'read');
  const parameters = code`client: ${printing.runtime('Client')}, input: ${request}${optional ? code` = {}` : nothing}, options?: ${printing.runtime('CallOptions')}`;
  const text = code`
const ${paging}: ${printing.runtime('Paging')} = ${paged.paging};

/** Every page of {@link ${list}}, from the one that the query names. Throws ClientError where a page fails. */
export function ${pages}(${parameters}): AsyncGenerator<${page}, void, undefined> {
  return iteratePages<${page}, ${query}>(${stringLiteral(functionName)}, ${paging}, input.query, (query) => ${list}(client, { ...input, query }, options));
}

/** Every item of every page of {@link ${list}}. */
export function ${all}(${parameters}): AsyncGenerator<${item}, void, undefined> {
  return iterateItems<${item}>(${paging}, ${pages}(client, input, options));
}
`;
  return { text, functions: [names.pages, names.all] };
}

function operationCode(
  named: NamedOperation,
  module: ClientModule,
  contract: Contract,
  constants: SecurityConstants,
  printing: Printing,
): PrintedOperation {
  const { operation, functionName, requestName, resultName, descriptorName } = named;
  const request = requestType(operation, requestName, printing);
  const result = resultType(operation, resultName, printing);
  const descriptor = descriptorCode(operation, identifier(descriptorName), contentChecks(contract).nameOf, constants);
  const input = code`input: ${identifier(requestName)}${request.optional ? code` = {}` : nothing}`;
  const paging = pagingCode(named, request.optional, module, printing);
  const text = code`${request.declaration}
${result}
${descriptor}
${documentation(operation)}export function ${identifier(functionName)}(client: ${printing.runtime('Client')}, ${input}, options?: ${printing.runtime('CallOptions')}): Promise<${identifier(resultName)}> {
  return callOperation(client, ${identifier(descriptorName)}, input, options);
}
${paging.text}`;
  return { text, functions: [functionName, ...paging.functions] };
}

// What a user of a client needs at hand, whatever the operations are.
const exportedTypes = [
  'CallOptions',
  'Client',
  'ClientConfig',
  'ClientErrorCode',
  'Exchange',
  'Failure',
  'RetryPolicy',
  'SchemeUse',
  'Success',
  'Token',
  'TokenProvider',
  'Validate',
  'Violation',
];

/** Types and values that every client file hands on from the runtime. */
export function runtimeExports(runtimePath: string): Code {
  return code`export type { ${join(exportedTypes.map(identifier), ', ')} } from ${stringLiteral(runtimePath)};
export { ClientError } from ${stringLiteral(runtimePath)};
`;
}

function importsCode(
  module: ClientModule,
  printer: SchemaPrinter,
  printing: Printing,
  paths: ImportPaths,
  paged: boolean,
): Code {
  const values = [
    'createHttpClient',
    ...(module.operations.length > 0 ? ['callOperation'] : []),
    ...(paged ? ['iterateItems', 'iteratePages'] : []),
  ]
    .sort()
    .map(identifier);
  const schemas = sortedBy(printer.imported, (name) => name).map(identifier);
  const runtime = stringLiteral(paths.runtime);
  return code`import type { ${printing.specifiers()} } from ${runtime};
import { ${join(values, ', ')} } from ${runtime};
${
  schemas.length === 0
    ? nothing
    : code`import type {\n${indent(
        join(
          schemas.map((name) => code`${name},`),
          '\n',
        ),
      )}\n} from ${stringLiteral(paths.types)};\n`
}`;
}

function createClientCode(paths: ImportPaths, printing: Printing): Code {
  const loader = paths.validators === undefined ? nothing : code`, () => import(${stringLiteral(paths.validators)})`;
  return code`/** Makes the client that the functions of this module take. Throws a TypeError when \`baseUrl\` is no absolute http or https URL. */
export function createClient(config: ${printing.runtime('ClientConfig')}): ${printing.runtime('Client')} {
  return createHttpClient(config${loader});
}
`;
}

/** Text of one client module. */
export function printModule(
  module: ClientModule,
  contract: Contract,
  printer: SchemaPrinter,
  paths: ImportPaths,
): PrintedModule {
  const printing = createPrinting(printer, typeNames(contract));
  const constants: SecurityConstants = {
    scope: module.scope,
    type: module.operations.length === 0 ? nothing : printing.runtime('OperationDescriptor'),
    names: new Map(),
  };
  const operations = module.operations.map((named) => operationCode(named, module, contract, constants, printing));
  const functions = operations.flatMap((operation) => operation.functions);
  const securities = [...constants.names].map(
    ([value, name]) => code`const ${name}: NonNullable<${constants.type}['security']> = ${value};\n`,
  );
  const servers = module.entry.servers.map(({ url }) => stringLiteral(url));
  const creation = createClientCode(paths, printing);
  const imports = importsCode(module, printer, printing, paths, functions.length > operations.length);
  const text = code`${fileHeader(module.entry.title, module.entry.version)}
${imports}
${runtimeExports(paths.runtime)}
/** Servers that the contract names; give one, with its variables filled in, to \`createClient\` as \`baseUrl\`. */
export const servers: readonly string[] = [${join(servers, ', ')}];

${creation}
${securities.length === 0 ? nothing : code`${join(securities, '')}\n`}${join(
  operations.map((operation) => operation.text),
  '\n',
)}`;
  return {
    text,
    functions,
    types: module.operations.flatMap(({ requestName, resultName }) => [requestName, resultName]),
  };
}
