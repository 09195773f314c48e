import type {
  ContractEntry,
  Header,
  HttpMethod,
  MediaType,
  Operation,
  Parameter,
  ParameterIn,
  RequestBody,
  Response,
  SecurityScheme,
  Server,
  Tag,
} from '../contract.ts';
import type { SourceDocument } from '../document.ts';
import type { Governance } from '../governance.ts';
import { isJsonObject, type JsonObject, type JsonValue, member } from '../json.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Dialect, Schema } from '../schema.ts';
import { entryOf } from './entry.ts';
import { readExamples } from './examples.ts';
import { readGovernance } from './governance-reader.ts';
import { httpMethods, isMediaType, isStatus, isToken } from './http-names.ts';
import type { SchemaGraph } from './schema-graph.ts';
import { extensionsOf, flagAt, objectAt, objectsAt, reportName, reportShape, textAt, textsAt } from './shape.ts';

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
  return new OpenApiBuilder(workspace, graph, root, version).build();
}

class OpenApiBuilder {
  readonly #workspace: Workspace;
  readonly #graph: SchemaGraph;
  readonly #root: Cursor & { readonly value: JsonObject };
  readonly #version: string;
  readonly #dialect: Dialect;
  readonly #operationIds = new Map<string, Cursor>();
  /** Path items being read: a callback may refer to the path item that holds it. */
  readonly #open = new Set<string>();

  constructor(
    workspace: Workspace,
    graph: SchemaGraph,
    root: Cursor & { readonly value: JsonObject },
    version: string,
  ) {
    this.#workspace = workspace;
    this.#graph = graph;
    this.#root = root;
    this.#version = version;
    this.#dialect = version.startsWith('3.0') ? 'openapi-3.0' : '2020-12';
  }

  build(): OpenApiParts {
    const root = this.#root;
    const components = objectAt(this.#workspace, child(root, 'components'));
    const servers = this.#servers(child(root, 'servers'));
    const entry: ContractEntry = {
      ...entryOf(this.#workspace, root, 'openapi', this.#version),
      servers,
      securitySchemes: this.#securitySchemes(components),
      tags: readTags(this.#workspace, root),
    };
    const schemas = children(components && objectAt(this.#workspace, child(components, 'schemas'))).flatMap(
      ([name, cursor]) => {
        const schema = this.#graph.schemaAt(cursor, this.#dialect);
        return schema === undefined ? [] : [[name, schema] as const];
      },
    );
    const operations = children(objectAt(this.#workspace, child(root, 'paths'))).flatMap(([path, item]) =>
      path.startsWith('x-') ? [] : this.#path(entry, path, item),
    );
    const webhooks = children(objectAt(this.#workspace, child(root, 'webhooks'))).flatMap(([name, item]) =>
      this.#pathItem(entry, 'webhook', name, item),
    );
    this.#unusedComponents(components);
    return { entry, operations, webhooks, schemas };
  }

  /** Components that no operation uses are read as well, so that what is wrong in them is told. */
  #unusedComponents(components: Cursor | undefined): void {
    if (components === undefined) return;
    for (const [, cursor] of children(child(components, 'parameters'))) this.#parameter(cursor);
    for (const [, cursor] of children(child(components, 'requestBodies'))) this.#requestBody(cursor);
    for (const [, cursor] of children(child(components, 'responses'))) this.#response('default', cursor);
    for (const [name, cursor] of children(child(components, 'headers'))) this.#header(name, cursor);
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
    const followed = follow(this.#workspace, reference);
    const item = objectAt(this.#workspace, followed);
    if (item === undefined) return [];
    const place = `${item.document.uri}#${item.pointer}`;
    if (this.#open.has(place)) return [];
    this.#open.add(place);
    const governance = readGovernance(this.#workspace, item, entry.governance);
    const shared = this.#parameters(child(item, 'parameters'));
    const servers = child(item, 'servers');
    const operations: Operation[] = [];
    for (const method of httpMethods) {
      const cursor = child(item, method);
      if (cursor !== undefined)
        operations.push(...this.#operation({ entry, surface, path, method, cursor, shared, servers, governance }));
    }
    for (const [method, cursor] of children(objectAt(this.#workspace, child(item, 'additionalOperations')))) {
      if (isToken(method))
        operations.push(
          ...this.#operation({
            entry,
            surface,
            path,
            method: method.toLowerCase(),
            cursor,
            shared,
            servers,
            governance,
          }),
        );
      else
        reportName(
          this.#workspace,
          cursor,
          'contract/method-malformed',
          'The name of an additional operation is not an HTTP method',
          'Write a token such as COPY.',
        );
    }
    this.#open.delete(place);
    return operations;
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
    const own = this.#parameters(child(cursor, 'parameters'));
    const inherited = given.shared.filter(
      (parameter) => !own.some(({ name, in: where }) => name === parameter.name && where === parameter.in),
    );
    const body = child(cursor, 'requestBody');
    const requestBody = body === undefined ? undefined : this.#requestBody(body);
    const security = this.#security(child(cursor, 'security') ?? child(this.#root, 'security'));
    const text = (name: 'summary' | 'description'): Partial<Record<'summary' | 'description', string>> => {
      const value = textAt(workspace, cursor, name);
      return value === undefined ? {} : { [name]: value };
    };
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
        ...text('summary'),
        ...text('description'),
        deprecated: flagAt(workspace, cursor, 'deprecated', false),
        parameters: [...inherited, ...own],
        ...(requestBody === undefined ? {} : { requestBody }),
        responses: this.#responses(child(cursor, 'responses')),
        ...(security === undefined ? {} : { security }),
        servers: this.#servers(child(cursor, 'servers') ?? given.servers ?? child(this.#root, 'servers')),
        callbacks,
        governance: readGovernance(workspace, cursor, given.governance),
        extensions: extensionsOf(cursor.value),
      },
    ];
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

  #parameters(list: Cursor | undefined): readonly Parameter[] {
    if (list === undefined) return [];
    if (!Array.isArray(list.value)) {
      reportShape(this.#workspace, list, 'an array');
      return [];
    }
    const parameters: Parameter[] = [];
    for (const [, cursor] of children(list)) {
      const parameter = this.#parameter(cursor);
      if (parameter === undefined) continue;
      const twice = parameters.some(({ name, in: where }) => name === parameter.name && where === parameter.in);
      if (twice)
        reportName(
          this.#workspace,
          cursor,
          'contract/parameter-duplicate',
          `Parameter ${JSON.stringify(parameter.name)} in ${parameter.in} occurs twice`,
          'Keep one of the two.',
        );
      else parameters.push(parameter);
    }
    return parameters;
  }

  #parameter(reference: Cursor): Parameter | undefined {
    const workspace = this.#workspace;
    const cursor = objectAt(workspace, follow(workspace, reference));
    if (cursor === undefined) return undefined;
    const name = textAt(workspace, cursor, 'name');
    const where = textAt(workspace, cursor, 'in');
    if (
      name === undefined ||
      where === undefined ||
      !['path', 'query', 'header', 'cookie', 'querystring'].includes(where)
    ) {
      reportShape(workspace, cursor, 'a parameter with "name" and "in" (path, query, header, cookie)');
      return undefined;
    }
    if ((where === 'header' || where === 'cookie') && /[\r\n\0]/.test(name)) {
      reportName(
        workspace,
        { ...cursor, pointer: `${cursor.pointer}/name` },
        'contract/parameter-name-unsafe',
        `The name of a ${where} parameter holds a line break`,
        'Remove it; it would let a caller write headers of their own.',
      );
      return undefined;
    }
    const style = textAt(workspace, cursor, 'style') ?? (where === 'query' || where === 'cookie' ? 'form' : 'simple');
    const schema = this.#schema(child(cursor, 'schema'));
    const description = textAt(workspace, cursor, 'description');
    return {
      kind: 'parameter',
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      in: where as ParameterIn,
      required: where === 'path' ? true : flagAt(workspace, cursor, 'required', false),
      deprecated: flagAt(workspace, cursor, 'deprecated', false),
      ...(description === undefined ? {} : { description }),
      style,
      explode: flagAt(workspace, cursor, 'explode', style === 'form' || style === 'cookie'),
      allowReserved: flagAt(workspace, cursor, 'allowReserved', false),
      ...(schema === undefined ? {} : { schema }),
      content: this.#content(child(cursor, 'content')),
      examples: readExamples(workspace, cursor),
      extensions: extensionsOf(cursor.value),
    };
  }

  #schema(cursor: Cursor | undefined): Schema | undefined {
    return cursor === undefined ? undefined : this.#graph.schemaAt(cursor, this.#dialect);
  }

  #requestBody(reference: Cursor): RequestBody | undefined {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    const description = textAt(this.#workspace, cursor, 'description');
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      required: flagAt(this.#workspace, cursor, 'required', false),
      ...(description === undefined ? {} : { description }),
      content: this.#content(child(cursor, 'content')),
    };
  }

  #content(cursor: Cursor | undefined): readonly MediaType[] {
    return children(cursor && objectAt(this.#workspace, cursor)).flatMap(([mediaType, reference]) => {
      if (!isMediaType(mediaType)) {
        reportName(
          this.#workspace,
          reference,
          'contract/media-type-malformed',
          `${JSON.stringify(mediaType.slice(0, 120))} is not a media type`,
          'Write a media type or range such as application/json or text/*.',
        );
        return [];
      }
      const item = objectAt(this.#workspace, follow(this.#workspace, reference));
      if (item === undefined) return [];
      const schema = this.#schema(child(item, 'schema'));
      const itemSchema = this.#schema(child(item, 'itemSchema'));
      return [
        {
          document: item.document,
          pointer: item.pointer,
          mediaType,
          ...(schema === undefined ? {} : { schema }),
          ...(itemSchema === undefined ? {} : { itemSchema }),
          examples: readExamples(this.#workspace, item),
          encoding: objectsAt(item, 'encoding'),
        },
      ];
    });
  }

  #responses(cursor: Cursor | undefined): readonly Response[] {
    return children(cursor && objectAt(this.#workspace, cursor)).flatMap(([status, response]) => {
      if (status.startsWith('x-')) return [];
      if (!isStatus(status)) {
        reportName(
          this.#workspace,
          response,
          'contract/status-malformed',
          `${JSON.stringify(status.slice(0, 120))} is not a response status`,
          'Write a status such as "200", a range such as "4XX", or "default".',
        );
        return [];
      }
      return this.#response(status, response) ?? [];
    });
  }

  #response(status: string, reference: Cursor): Response | undefined {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    const headers = children(objectAt(this.#workspace, child(cursor, 'headers'))).flatMap(
      ([name, header]) => this.#header(name, header) ?? [],
    );
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      status: status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase(),
      description: textAt(this.#workspace, cursor, 'description') ?? '',
      headers,
      content: this.#content(child(cursor, 'content')),
      links: objectsAt(cursor, 'links'),
    };
  }

  #header(name: string, reference: Cursor): Header | undefined {
    const workspace = this.#workspace;
    if (!isToken(name)) {
      reportName(
        workspace,
        reference,
        'contract/header-name-malformed',
        `${JSON.stringify(name.slice(0, 120))} is not a header name`,
        'Use letters, digits and hyphens.',
      );
      return undefined;
    }
    const cursor = objectAt(workspace, follow(workspace, reference));
    if (cursor === undefined) return undefined;
    const schema = this.#schema(child(cursor, 'schema'));
    const description = textAt(workspace, cursor, 'description');
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      required: flagAt(workspace, cursor, 'required', false),
      deprecated: flagAt(workspace, cursor, 'deprecated', false),
      ...(description === undefined ? {} : { description }),
      ...(schema === undefined ? {} : { schema }),
      content: this.#content(child(cursor, 'content')),
    };
  }

  #security(cursor: Cursor | undefined): readonly ReadonlyMap<string, readonly string[]>[] | undefined {
    if (cursor === undefined) return undefined;
    if (!Array.isArray(cursor.value)) {
      reportShape(this.#workspace, cursor, 'an array of security requirements');
      return undefined;
    }
    return (cursor.value as readonly JsonValue[]).flatMap((item) =>
      isJsonObject(item)
        ? [
            new Map(
              Object.entries(item).map(
                ([name, scopes]) =>
                  [name, Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : []] as const,
              ),
            ),
          ]
        : [],
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
          variables: objectsAt(item, 'variables'),
          bindings: new Map(),
        },
      ];
    });
  }

  #securitySchemes(components: Cursor | undefined): ReadonlyMap<string, SecurityScheme> {
    const schemes = new Map<string, SecurityScheme>();
    for (const [name, reference] of children(components && child(components, 'securitySchemes'))) {
      const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
      if (cursor !== undefined)
        schemes.set(name, {
          document: cursor.document,
          pointer: cursor.pointer,
          name,
          type: textAt(this.#workspace, cursor, 'type') ?? '',
          raw: cursor.value,
        });
    }
    return schemes;
  }
}

/** Declared tags of a document. */
export function readTags(workspace: Workspace, cursor: Cursor): readonly Tag[] {
  return children(child(cursor, 'tags')).flatMap(([, tag]) => {
    const followed = follow(workspace, tag);
    const name = followed === undefined ? undefined : textAt(workspace, followed, 'name');
    if (followed === undefined || name === undefined) return [];
    const description = textAt(workspace, followed, 'description');
    return [{ name, ...(description === undefined ? {} : { description }) }];
  });
}
