import type {
  ContractEntry,
  HttpMethod,
  Operation,
  Parameter,
  SecurityRequirement,
  SecurityScheme,
  Server,
} from '../contract.ts';
import type { SourceDocument } from '../document.ts';
import type { Governance } from '../governance.ts';
import { member } from '../json.ts';
import { locate } from '../read/locate.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Schema } from '../schema.ts';
import { dialectOfDocument } from './dialects.ts';
import { entryOf } from './entry.ts';
import { readGovernance } from './governance-reader.ts';
import { HttpContentReader, parameterKey } from './http-content.ts';
import { httpMethods, isToken } from './http-names.ts';
import type { SchemaGraph } from './schema-graph.ts';
import { addSchemesByUri, readSecurity, readSecuritySchemes } from './security.ts';
import {
  extensionsOf,
  flagAt,
  type ObjectCursor,
  objectAt,
  objectsAt,
  reportName,
  textAt,
  textsAt,
  wordsAt,
} from './shape.ts';
import { readTags } from './tags.ts';

/** What an OpenAPI description adds to the contract. */
export interface OpenApiParts {
  readonly entry: ContractEntry;
  readonly operations: readonly Operation[];
  readonly webhooks: readonly Operation[];
  /** Component schemas by name. */
  readonly schemas: readonly (readonly [name: string, schema: Schema])[];
}

/** Builds the model of an OpenAPI 3.0, 3.1 or 3.2 description. */
export function buildOpenApi(
  workspace: Workspace,
  graph: SchemaGraph,
  document: SourceDocument,
): OpenApiParts | undefined {
  const root = objectAt(workspace, { document, pointer: '', value: document.value });
  if (root === undefined) return undefined;
  const version = member(root.value, 'openapi');
  if (typeof version !== 'string' || !/^3\.[012]\.\d+(-.+)?$/.test(version)) {
    const at = child(root, 'openapi') ?? child(root, 'swagger') ?? root;
    reportName(
      workspace,
      at,
      'contract/version-unsupported',
      `OpenAPI version ${JSON.stringify(at === root ? null : at.value)} is not supported`,
      'Use 3.0.x, 3.1.x or 3.2.x; Swagger 2.0 files can be converted with swagger2openapi.',
    );
    return undefined;
  }
  const dialect = textAt(workspace, root, 'jsonSchemaDialect');
  if (dialect !== undefined)
    graph.dialects.declared(dialect, document, () => locate(document, '/jsonSchemaDialect', 'key'));
  return new OpenApiBuilder(workspace, graph, root, version).build();
}

/** An operation, parameter or response in the model takes about as much as this many values of a file. */
const valuesPerRepeatedPart = 32;

class OpenApiBuilder {
  readonly #workspace: Workspace;
  readonly #root: ObjectCursor;
  readonly #version: string;
  readonly #content: HttpContentReader;
  readonly #schemes: Map<string, SecurityScheme>;
  readonly #operationIds = new Map<string, Cursor>();
  /** Path items being read: a callback may refer to the path item that holds it. */
  readonly #open = new Set<string>();
  /** Path items that some path, webhook or callback uses. */
  readonly #read = new Set<string>();
  #repeatedCount = 0;
  #isSizeTold = false;

  constructor(workspace: Workspace, graph: SchemaGraph, root: ObjectCursor, version: string) {
    this.#workspace = workspace;
    this.#root = root;
    this.#version = version;
    this.#schemes = new Map(readSecuritySchemes(workspace, child(root, 'components')));
    this.#content = new HttpContentReader(workspace, graph, version, dialectOfDocument(root.document) ?? '2020-12');
  }

  build(): OpenApiParts {
    const root = this.#root;
    const components = objectAt(this.#workspace, child(root, 'components'));
    const servers = this.#servers(child(root, 'servers'));
    const entry: ContractEntry = {
      ...entryOf(this.#workspace, root, 'openapi', this.#version),
      servers,
      securitySchemes: this.#schemes,
      tags: readTags(this.#workspace, root),
    };
    const schemas = children(components && objectAt(this.#workspace, child(components, 'schemas'))).flatMap(
      ([name, cursor]) => {
        const schema = this.#content.schema(cursor);
        return schema === undefined ? [] : [[name, schema] as const];
      },
    );
    const operations = children(objectAt(this.#workspace, child(root, 'paths'))).flatMap(([path, item]) =>
      path.startsWith('x-') ? [] : this.#path(entry, path, item),
    );
    const webhooks = children(objectAt(this.#workspace, child(root, 'webhooks'))).flatMap(([name, item]) =>
      this.#pathItem(entry, 'webhook', name, item),
    );
    this.#unusedComponents(entry, components);
    return { entry, operations, webhooks, schemas };
  }

  /** Components that no operation uses are read as well, so that what is wrong in them is told. */
  #unusedComponents(entry: ContractEntry, components: Cursor | undefined): void {
    if (components === undefined) return;
    for (const [, cursor] of children(child(components, 'parameters'))) this.#content.parameter(cursor);
    for (const [, cursor] of children(child(components, 'requestBodies'))) this.#content.requestBody(cursor);
    for (const [, cursor] of children(child(components, 'responses'))) this.#content.response('default', cursor);
    for (const [name, cursor] of children(child(components, 'headers'))) this.#content.header(name, cursor);
    for (const [name, cursor] of children(child(components, 'mediaTypes'))) this.#content.mediaType(name, cursor);
    for (const [, cursor] of children(child(components, 'callbacks'))) this.#callback(entry, cursor);
    for (const [name, cursor] of children(child(components, 'pathItems')))
      if (!this.#read.has(`${cursor.document.uri}#${cursor.pointer}`)) this.#pathItem(entry, 'callback', name, cursor);
  }

  #path(entry: ContractEntry, path: string, item: Cursor): readonly Operation[] {
    if (!path.startsWith('/')) {
      reportName(
        this.#workspace,
        item,
        'contract/path-malformed',
        `Path ${JSON.stringify(path.slice(0, 120))} does not begin with "/"`,
        'Begin every path with "/".',
      );
      return [];
    }
    return this.#pathItem(entry, 'path', path, item);
  }

  #pathItem(
    entry: ContractEntry,
    surface: Operation['surface'],
    path: string,
    reference: Cursor,
  ): readonly Operation[] {
    const item = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (item === undefined) return [];
    const place = `${item.document.uri}#${item.pointer}`;
    const isRepeated = this.#read.has(place);
    if (this.#open.has(place) || (isRepeated && this.#isTooLarge(item))) return [];
    this.#open.add(place);
    this.#read.add(place);
    // Unlike a Reference Object, a path item may have members beside its `$ref`; which count twice is undefined.
    const field = (name: string): Cursor | undefined => child(reference, name) ?? child(item, name);
    const inherited = readGovernance(this.#workspace, item, entry.governance);
    const given = {
      entry,
      surface,
      path,
      shared: this.#content.parameters(field('parameters')),
      servers: field('servers'),
      governance: item.value === reference.value ? inherited : readGovernance(this.#workspace, reference, inherited),
    };
    const operations = this.#methods(field).flatMap(([method, cursor]) =>
      this.#operation({ ...given, method, cursor }),
    );
    this.#open.delete(place);
    if (isRepeated)
      for (const { parameters, responses } of operations)
        this.#repeatedCount += 1 + parameters.length + responses.length;
    return operations;
  }

  /** A path item is read anew for each path and callback that refers to it; nested callbacks could double without end. */
  #isTooLarge(item: Cursor): boolean {
    const max = this.#workspace.limits.nodesMax / valuesPerRepeatedPart;
    if (this.#repeatedCount <= max) return false;
    if (this.#isSizeTold) return true;
    this.#isSizeTold = true;
    this.#workspace.report({
      code: 'contract/too-many-nodes',
      severity: 'error',
      message: `References repeat path items until they hold more than ${Math.floor(max)} operations, parameters and responses`,
      location: locate(item.document, item.pointer),
      fix: 'Refer to the path item less often, or raise limits.nodesMax in the config.',
    });
    return true;
  }

  #methods(field: (name: string) => Cursor | undefined): readonly (readonly [HttpMethod, Cursor])[] {
    const fixed = httpMethods.flatMap((method) => {
      const cursor = field(method);
      return cursor === undefined ? [] : [[method, cursor] as const];
    });
    const additional = children(objectAt(this.#workspace, field('additionalOperations'))).filter(([method, cursor]) => {
      const fault = !isToken(method)
        ? 'is not an HTTP method'
        : httpMethods.some((known) => known === method.toLowerCase())
          ? 'has a member of its own in the path item'
          : undefined;
      if (fault !== undefined)
        reportName(
          this.#workspace,
          cursor,
          'contract/method-malformed',
          `The name of an additional operation ${fault}`,
          'Write a token such as COPY; get, post and their like stand directly in the path item.',
        );
      return fault === undefined;
    });
    return [...fixed, ...additional.map(([method, cursor]) => [method.toLowerCase(), cursor] as const)];
  }

  #operation(given: {
    entry: ContractEntry;
    surface: Operation['surface'];
    path: string;
    method: HttpMethod;
    cursor: Cursor;
    shared: readonly Parameter[];
    servers: Cursor | undefined;
    governance: Governance;
  }): readonly Operation[] {
    const { entry, surface, path, method } = given;
    const workspace = this.#workspace;
    const cursor = objectAt(workspace, given.cursor);
    if (cursor === undefined) return [];
    const operationId = textAt(workspace, cursor, 'operationId');
    if (operationId !== undefined && surface !== 'callback') this.#claimId(operationId, cursor);
    const own = this.#content.parameters(child(cursor, 'parameters'));
    const ownKeys = new Set(own.map(parameterKey));
    const inherited = given.shared.filter((parameter) => !ownKeys.has(parameterKey(parameter)));
    const body = child(cursor, 'requestBody');
    const requestBody = body === undefined ? undefined : this.#content.requestBody(body);
    const security = this.#security(child(cursor, 'security') ?? child(this.#root, 'security'));
    const callbacks = children(objectAt(workspace, child(cursor, 'callbacks'))).flatMap(([, callback]) =>
      this.#callback(entry, callback),
    );
    return [
      {
        kind: 'operation',
        document: cursor.document,
        pointer: cursor.pointer,
        entry,
        id: operationId ?? `${method} ${path}`,
        ...(operationId === undefined ? {} : { operationId }),
        surface,
        method,
        path,
        tags: textsAt(workspace, cursor, 'tags') ?? [],
        ...wordsAt(workspace, cursor, ['summary', 'description']),
        deprecated: flagAt(workspace, cursor, 'deprecated', false),
        parameters: [...inherited, ...own],
        ...(requestBody === undefined ? {} : { requestBody }),
        responses: this.#content.responses(child(cursor, 'responses')),
        ...(security === undefined ? {} : { security }),
        servers: this.#servers(child(cursor, 'servers') ?? given.servers ?? child(this.#root, 'servers')),
        callbacks,
        governance: readGovernance(workspace, cursor, given.governance),
        extensions: extensionsOf(cursor.value),
      },
    ];
  }

  #security(cursor: Cursor | undefined): readonly SecurityRequirement[] | undefined {
    const security = readSecurity(this.#workspace, cursor);
    // Since 3.2 a name that no component has is the URI of a scheme.
    if (cursor !== undefined && security !== undefined && !/^3\.[01]/.test(this.#version))
      addSchemesByUri(this.#workspace, cursor, security, this.#schemes);
    return security;
  }

  #claimId(operationId: string, cursor: Cursor): void {
    const first = this.#operationIds.get(operationId);
    if (first === undefined) this.#operationIds.set(operationId, cursor);
    else if (first.pointer !== cursor.pointer || first.document !== cursor.document)
      reportName(
        this.#workspace,
        { ...cursor, pointer: `${cursor.pointer}/operationId` },
        'contract/operation-id-duplicate',
        `operationId ${JSON.stringify(operationId.slice(0, 120))} is given to two operations`,
        'Give each operation an id of its own; generated clients have one function per id.',
      );
  }

  #callback(entry: ContractEntry, reference: Cursor): readonly Operation[] {
    const callback = follow(this.#workspace, reference);
    return children(objectAt(this.#workspace, callback)).flatMap(([expression, item]) =>
      expression.startsWith('x-') ? [] : this.#pathItem(entry, 'callback', expression, item),
    );
  }

  #servers(cursor: Cursor | undefined): readonly Server[] {
    return children(cursor).flatMap(([, server]) => {
      const item = objectAt(this.#workspace, server);
      if (item === undefined) return [];
      const description = textAt(this.#workspace, item, 'description');
      const name = textAt(this.#workspace, item, 'name');
      return [
        {
          document: item.document,
          pointer: item.pointer,
          ...(name === undefined ? {} : { name }),
          url: textAt(this.#workspace, item, 'url') ?? '/',
          ...(description === undefined ? {} : { description }),
          variables: objectsAt(this.#workspace, item, 'variables'),
          bindings: new Map(),
        },
      ];
    });
  }
}
