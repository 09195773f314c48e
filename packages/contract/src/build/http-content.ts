import type { Header, MediaType, Parameter, ParameterIn, RequestBody, Response } from '../contract.ts';
import type { JsonObject } from '../json.ts';
import { type Cursor, child, children, follow } from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Dialect, Schema } from '../schema.ts';
import { dialectOfDocument } from './dialects.ts';
import { readExamples } from './examples.ts';
import { isMediaType, isStatus, isToken } from './http-names.ts';
import type { SchemaGraph } from './schema-graph.ts';
import {
  extensionsOf,
  flagAt,
  type ObjectCursor,
  objectAt,
  objectsAt,
  reportName,
  reportShape,
  textAt,
  wordsAt,
} from './shape.ts';

const places: readonly string[] = ['path', 'query', 'header', 'cookie', 'querystring'] satisfies ParameterIn[];

/** Reads what travels in a request or a response: parameters, headers and bodies. */
export class HttpContentReader {
  readonly #workspace: Workspace;
  readonly #graph: SchemaGraph;
  readonly #version: string;
  readonly #dialect: Dialect;
  // What many operations refer to is read once: otherwise a small file could stand for any number of values.
  readonly #parameters = new WeakMap<JsonObject, Parameter | undefined>();
  readonly #requestBodies = new WeakMap<JsonObject, RequestBody>();
  readonly #mediaTypes = new WeakMap<JsonObject, MediaType>();
  readonly #responses = new WeakMap<JsonObject, Response>();
  readonly #headers = new WeakMap<JsonObject, Header>();

  constructor(workspace: Workspace, graph: SchemaGraph, version: string, dialect: Dialect) {
    this.#workspace = workspace;
    this.#graph = graph;
    this.#version = version;
    this.#dialect = dialect;
  }

  /** A schema is read in the dialect of the description that holds it, which need not be the entry. */
  schema(cursor: Cursor | undefined): Schema | undefined {
    return cursor === undefined
      ? undefined
      : this.#graph.schemaAt(cursor, dialectOfDocument(cursor.document) ?? this.#dialect);
  }

  parameters(list: Cursor | undefined): readonly Parameter[] {
    if (list === undefined) return [];
    if (!Array.isArray(list.value)) {
      reportShape(this.#workspace, list, 'an array');
      return [];
    }
    const parameters = new Map<string, Parameter>();
    for (const [, cursor] of children(list)) {
      const parameter = this.parameter(cursor);
      if (parameter === undefined) continue;
      if (parameters.has(parameterKey(parameter)))
        reportName(
          this.#workspace,
          cursor,
          'contract/parameter-duplicate',
          `Parameter ${JSON.stringify(parameter.name)} in ${parameter.in} occurs twice`,
          'Keep one of the two.',
        );
      else parameters.set(parameterKey(parameter), parameter);
    }
    return [...parameters.values()];
  }

  parameter(reference: Cursor): Parameter | undefined {
    const workspace = this.#workspace;
    const cursor = objectAt(workspace, follow(workspace, reference));
    if (cursor === undefined) return undefined;
    if (!this.#parameters.has(cursor.value)) this.#parameters.set(cursor.value, this.#newParameter(cursor));
    const parameter = this.#parameters.get(cursor.value);
    return parameter && this.#describedBy(reference, cursor, parameter);
  }

  #newParameter(cursor: ObjectCursor): Parameter | undefined {
    const workspace = this.#workspace;
    const identity = this.#parameterIdentity(cursor);
    if (identity === undefined) return undefined;
    const { name, where } = identity;
    const style = textAt(workspace, cursor, 'style') ?? (where === 'query' || where === 'cookie' ? 'form' : 'simple');
    const schema = this.schema(child(cursor, 'schema'));
    return {
      kind: 'parameter',
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      in: where,
      required: where === 'path' ? true : flagAt(workspace, cursor, 'required', false),
      deprecated: flagAt(workspace, cursor, 'deprecated', false),
      ...wordsAt(this.#workspace, cursor, ['description']),
      style,
      explode: flagAt(workspace, cursor, 'explode', style === 'form' || style === 'cookie'),
      allowReserved: flagAt(workspace, cursor, 'allowReserved', false),
      ...(schema === undefined ? {} : { schema }),
      content: this.#content(child(cursor, 'content')),
      examples: readExamples(workspace, cursor),
      extensions: extensionsOf(cursor.value),
    };
  }

  #parameterIdentity(cursor: ObjectCursor): { readonly name: string; readonly where: ParameterIn } | undefined {
    const workspace = this.#workspace;
    const name = textAt(workspace, cursor, 'name');
    const where = textAt(workspace, cursor, 'in');
    if (name === undefined || where === undefined || !places.includes(where)) {
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
    if (where === 'querystring' && child(cursor, 'content') === undefined) {
      // OpenAPI 3.2, section 4.12.1: the whole query string has no style, only a media type.
      reportShape(workspace, cursor, 'a parameter with "content", because it stands for the whole query string');
      return undefined;
    }
    return { name, where: where as ParameterIn };
  }

  /** Since 3.1 the description beside a `$ref` replaces that of the target (Reference Object). */
  #describedBy<T>(reference: Cursor, cursor: Cursor, target: T): T {
    if (reference.value === cursor.value || this.#version.startsWith('3.0')) return target;
    const description = textAt(this.#workspace, reference, 'description');
    return description === undefined ? target : { ...target, description };
  }

  requestBody(reference: Cursor): RequestBody | undefined {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    const known = this.#requestBodies.get(cursor.value) ?? {
      document: cursor.document,
      pointer: cursor.pointer,
      required: flagAt(this.#workspace, cursor, 'required', false),
      ...wordsAt(this.#workspace, cursor, ['description']),
      content: this.#content(child(cursor, 'content')),
    };
    this.#requestBodies.set(cursor.value, known);
    return this.#describedBy(reference, cursor, known);
  }

  #content(cursor: Cursor | undefined): readonly MediaType[] {
    return children(cursor && objectAt(this.#workspace, cursor)).flatMap(([mediaType, reference]) => {
      if (isMediaType(mediaType)) return this.mediaType(mediaType, reference) ?? [];
      reportName(
        this.#workspace,
        reference,
        'contract/media-type-malformed',
        `${JSON.stringify(mediaType.slice(0, 120))} is not a media type`,
        'Write a media type or range such as application/json or text/*.',
      );
      return [];
    });
  }

  mediaType(mediaType: string, reference: Cursor): MediaType | undefined {
    const item = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (item === undefined) return undefined;
    const known = this.#mediaTypes.get(item.value);
    if (known !== undefined) return known.mediaType === mediaType ? known : { ...known, mediaType };
    const schema = this.schema(child(item, 'schema'));
    const itemSchema = this.schema(child(item, 'itemSchema'));
    const read: MediaType = {
      document: item.document,
      pointer: item.pointer,
      mediaType,
      ...(schema === undefined ? {} : { schema }),
      ...(itemSchema === undefined ? {} : { itemSchema }),
      examples: readExamples(this.#workspace, item),
      encoding: objectsAt(this.#workspace, item, 'encoding'),
    };
    this.#mediaTypes.set(item.value, read);
    return read;
  }

  responses(cursor: Cursor | undefined): readonly Response[] {
    return children(cursor && objectAt(this.#workspace, cursor)).flatMap(([status, response]) => {
      if (status.startsWith('x-')) return [];
      if (isStatus(status)) return this.response(status, response) ?? [];
      reportName(
        this.#workspace,
        response,
        'contract/status-malformed',
        `${JSON.stringify(status.slice(0, 120))} is not a response status`,
        'Write a status such as "200", a range such as "4XX", or "default".',
      );
      return [];
    });
  }

  response(status: string, reference: Cursor): Response | undefined {
    const cursor = objectAt(this.#workspace, follow(this.#workspace, reference));
    if (cursor === undefined) return undefined;
    const known = this.#responses.get(cursor.value) ?? this.#newResponse(cursor);
    this.#responses.set(cursor.value, known);
    const named = { ...known, status: status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase() };
    return this.#describedBy(reference, cursor, named);
  }

  #newResponse(cursor: ObjectCursor): Response {
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      status: 'default',
      // Optional since 3.2.
      description: '',
      ...wordsAt(this.#workspace, cursor, ['description']),
      headers: children(objectAt(this.#workspace, child(cursor, 'headers'))).flatMap(
        ([name, header]) => this.header(name, header) ?? [],
      ),
      content: this.#content(child(cursor, 'content')),
      links: objectsAt(this.#workspace, cursor, 'links'),
    };
  }

  header(name: string, reference: Cursor): Header | undefined {
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
    const known = this.#headers.get(cursor.value) ?? this.#newHeader(name, cursor);
    this.#headers.set(cursor.value, known);
    return this.#describedBy(reference, cursor, known.name === name ? known : { ...known, name });
  }

  #newHeader(name: string, cursor: ObjectCursor): Header {
    const workspace = this.#workspace;
    const schema = this.schema(child(cursor, 'schema'));
    return {
      document: cursor.document,
      pointer: cursor.pointer,
      name,
      required: flagAt(workspace, cursor, 'required', false),
      deprecated: flagAt(workspace, cursor, 'deprecated', false),
      ...wordsAt(this.#workspace, cursor, ['description']),
      ...(schema === undefined ? {} : { schema }),
      content: this.#content(child(cursor, 'content')),
      examples: readExamples(workspace, cursor),
    };
  }
}

/** A parameter is identified by its place and name. */
export function parameterKey({ name, in: where }: Pick<Parameter, 'name' | 'in'>): string {
  return `${where} ${name}`;
}
