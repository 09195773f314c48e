import type { SourceDocument } from '../document.ts';
import { isJsonObject, member } from '../json.ts';
import { isMetaSchema, metaSchemaUri } from '../meta-schemas/meta-schemas.ts';
import { joinPointer, parsePointer } from '../pointer.ts';
import { locate } from '../read/locate.ts';
import {
  baseOf,
  type Cursor,
  child,
  children,
  placeOf,
  reportDangling,
  splitReference,
  valueAt,
} from '../resolve/references.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Dialect, Schema, SchemaResource } from '../schema.ts';
import { dialectOfDocument, refHidesSiblings } from './dialects.ts';
import { documentKind } from './document-kind.ts';
import { SchemaDialects } from './schema-dialects.ts';
import { isMultiFormat, multiFormatDialect } from './schema-format.ts';
import { readKeywords } from './schema-keywords.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type MutableSchema = Mutable<Schema>;

interface MutableResource extends SchemaResource {
  root: Schema;
  readonly dynamicAnchors: Map<string, Schema>;
  readonly anchors: Map<string, Schema>;
}

interface PendingReference {
  readonly from: MutableSchema;
  readonly reference: string;
  readonly refPointer: string;
  readonly keyword: '$ref' | '$dynamicRef' | '$recursiveRef' | 'mapping';
  readonly settle: (target: Schema) => void;
}

/**
 * Builds schema nodes on demand, each place once, and ties references when every node that is known so far has been
 * read. Nothing recurses: nodes wait in a queue, so neither nesting nor long chains of references can exhaust the stack.
 */
export class SchemaGraph {
  readonly workspace: Workspace;
  /** What the `$schema` of nodes says beyond the dialect. */
  readonly dialects: SchemaDialects;
  /** Targets of references, for naming. */
  readonly referenced = new Set<Schema>();
  /** Nodes with a dynamic reference. */
  readonly dynamicallyReferring: MutableSchema[] = [];
  /** Every node, in the order of discovery. */
  readonly nodes: Schema[] = [];
  readonly #byPlace = new Map<SourceDocument, Map<string, MutableSchema>>();
  readonly #resources = new Map<string, MutableResource>();
  readonly #documentResources = new Map<SourceDocument, MutableResource>();
  readonly #opened = new Set<SourceDocument>();
  readonly #unread: Cursor[] = [];
  readonly #pending: PendingReference[] = [];

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.dialects = new SchemaDialects(workspace);
  }

  /** The schema at a place; its keywords are complete after {@link tie}. */
  schemaAt(cursor: Cursor, dialect: Dialect, parent?: Schema): Schema | undefined {
    let places = this.#byPlace.get(cursor.document);
    if (places === undefined) {
      places = new Map();
      this.#byPlace.set(cursor.document, places);
    }
    const known = places.get(cursor.pointer);
    if (known !== undefined) return known;
    const raw = cursor.value;
    if (typeof raw !== 'boolean' && !isJsonObject(raw)) {
      this.#problem(
        cursor,
        'contract/schema-not-object',
        'A schema is an object, true or false',
        'Write a schema here.',
      );
      return undefined;
    }
    const resource = (parent?.resource as MutableResource | undefined) ?? this.#resourceOf(cursor.document);
    const node: MutableSchema = {
      kind: 'schema',
      document: cursor.document,
      pointer: cursor.pointer,
      raw,
      dialect,
      resource,
    };
    places.set(cursor.pointer, node);
    this.nodes.push(node);
    this.dialects.inherit(node, parent);
    if (typeof raw === 'boolean') {
      if (dialect === 'openapi-3.0' && !/\/(additionalProperties)$/.test(cursor.pointer))
        this.#problem(
          cursor,
          'contract/schema-not-object',
          'OpenAPI 3.0 schemas are objects',
          'Use {} for anything, or move to OpenAPI 3.1.',
        );
      node.boolean = raw;
      if (node.pointer === '') (node.resource as MutableResource).root = node;
    } else {
      this.#identify(node);
      this.#unread.push(cursor);
    }
    return node;
  }

  /** Nodes of the contract itself: the meta-schemas that come with the reader are none of them. */
  given(): readonly Schema[] {
    const { metaSchemas } = this.workspace;
    return metaSchemas.size === 0 ? this.nodes : this.nodes.filter(({ document }) => !metaSchemas.has(document));
  }

  /** Root schema of a JSON Schema file. */
  schemaOfDocument(document: SourceDocument, fallback: Dialect): Schema | undefined {
    return this.schemaAt({ document, pointer: '', value: document.value }, fallback);
  }

  /** Asks for a reference to be tied later. */
  refer(
    from: Schema,
    reference: string,
    refPointer: string,
    keyword: PendingReference['keyword'],
    settle: (target: Schema) => void,
  ): void {
    this.#pending.push({ from: from as MutableSchema, reference, refPointer, keyword, settle });
  }

  /** Reads every waiting node and ties every waiting reference, until none is left. */
  tie(): void {
    while (this.#unread.length > 0 || this.#pending.length > 0) {
      for (let cursor = this.#unread.pop(); cursor !== undefined; cursor = this.#unread.pop()) {
        const node = this.#byPlace.get(cursor.document)?.get(cursor.pointer) as MutableSchema;
        readKeywords(this, node);
      }
      const waiting = this.#pending.splice(0);
      for (const pending of waiting) this.#tieOne(pending);
    }
  }

  #problem(cursor: Cursor, code: string, message: string, fix: string): undefined {
    this.workspace.report({
      code,
      severity: 'error',
      message,
      location: locate(cursor.document, cursor.pointer, 'value'),
      fix,
    });
  }

  #resourceOf(document: SourceDocument): MutableResource {
    const known = this.#documentResources.get(document);
    if (known !== undefined) return known;
    const resource = {
      uri: baseOf(document),
      dynamicAnchors: new Map(),
      anchors: new Map(),
    } as unknown as MutableResource;
    // A file that is no schema still is the unit of anchors; it then stands for "anything".
    resource.root = { kind: 'schema', document, pointer: '', raw: true, dialect: '2020-12', resource, boolean: true };
    this.#documentResources.set(document, resource);
    this.#resources.set(document.uri, resource);
    if (!this.#resources.has(resource.uri)) this.#resources.set(resource.uri, resource);
    return resource;
  }

  /** `$schema`, `$id` and anchors decide what other references mean, so they are read before everything else. */
  #identify(node: MutableSchema): void {
    const raw = node.raw as Exclude<Schema['raw'], boolean>;
    const declared = member(raw, '$schema');
    if (typeof declared === 'string' && node.dialect !== 'openapi-3.0') this.dialects.use(node, declared);
    if (node.pointer === '' && documentKind(node.document) === 'jsonschema')
      (node.resource as MutableResource).root = node;
    if (member(raw, '$ref') !== undefined && refHidesSiblings(node.dialect)) return;
    const id = member(raw, '$id') ?? (node.pointer === '' ? member(raw, 'id') : undefined);
    if (typeof id === 'string') this.#useId(node, id);
    this.#useAnchors(node, raw);
  }

  #useId(node: MutableSchema, id: string): undefined {
    const at = { document: node.document, pointer: joinPointer(node.pointer, '$id'), value: id };
    if (id.startsWith('#')) {
      if (node.dialect === 'draft-07' && id.length > 1)
        (node.resource as MutableResource).anchors.set(id.slice(1), node);
      return;
    }
    const uri = splitReference(id, node.resource.uri)?.uri;
    if (uri === undefined)
      return this.#problem(
        at,
        'contract/id-malformed',
        `$id ${JSON.stringify(id.slice(0, 200))} is not a URI reference`,
        'Write an absolute URI.',
      );
    if (isMetaSchema(uri) && (node.pointer !== '' || node.document.uri !== uri))
      return this.#problem(
        at,
        'contract/id-reserved',
        `$id ${uri} is the identifier of a JSON Schema dialect`,
        'Give the schema a URI of your own.',
      );
    const known = this.#resources.get(uri);
    if (known !== undefined && known.root !== node && known.root.raw !== true)
      return this.#problem(
        at,
        'contract/id-duplicate',
        `$id ${uri} is given to two schemas`,
        'Give each schema a URI of its own.',
      );
    const resource: MutableResource = { uri, root: node, dynamicAnchors: new Map(), anchors: new Map() };
    node.resource = resource;
    this.#resources.set(uri, resource);
    // The file stays reachable under the place it was read from.
    if (node.pointer === '') this.#resources.set(node.document.uri, resource);
  }

  #useAnchors(node: MutableSchema, raw: Exclude<Schema['raw'], boolean>): void {
    const resource = node.resource as MutableResource;
    for (const keyword of ['$anchor', '$dynamicAnchor'] as const) {
      const anchor = member(raw, keyword);
      if (anchor === undefined || node.dialect === 'draft-07' || node.dialect === 'openapi-3.0') continue;
      const at = { document: node.document, pointer: joinPointer(node.pointer, keyword), value: anchor };
      if (typeof anchor !== 'string' || !/^[A-Za-z_][-A-Za-z0-9._]*$/.test(anchor)) {
        this.#problem(
          at,
          'contract/anchor-malformed',
          `${keyword} is not a plain name`,
          'Use letters, digits, "-", "_" and "."; start with a letter or "_".',
        );
        continue;
      }
      if (resource.anchors.has(anchor) && resource.anchors.get(anchor) !== node)
        this.#problem(
          at,
          'contract/anchor-duplicate',
          `${keyword} ${anchor} occurs twice in one schema resource`,
          'Give each anchor a name of its own.',
        );
      resource.anchors.set(anchor, node);
      if (keyword === '$anchor') node.anchor = anchor;
      else {
        node.dynamicAnchor = anchor;
        resource.dynamicAnchors.set(anchor, node);
      }
    }
    if (node.dialect === '2019-09' && member(raw, '$recursiveAnchor') === true) {
      node.dynamicAnchor = '';
      resource.dynamicAnchors.set('', node);
    }
  }

  #tieOne(pending: PendingReference): undefined {
    const { from, reference, refPointer } = pending;
    // A name such as urn:example:lot is no base for relative references; the place on disk is.
    const split = splitReference(reference, from.resource.uri) ?? splitReference(reference, from.document.uri);
    if (split === undefined) {
      this.workspace.report({
        code: 'contract/reference-malformed',
        severity: 'error',
        message: `${JSON.stringify(reference.slice(0, 200))} is not a URI reference`,
        location: locate(from.document, refPointer, 'value'),
        fix: 'Percent-encode special characters; inside a pointer "/" is ~1 and "~" is ~0.',
      });
      return;
    }
    const place = this.#resourceFor(pending, split.uri);
    if (place === undefined) return;
    if (place === 'later') {
      this.#pending.push(pending);
      return;
    }
    const isAnchor = split.fragment !== '' && !split.fragment.startsWith('/');
    if (isAnchor && !place.anchors.has(split.fragment) && this.#openComponents(place.root.document)) {
      this.#pending.push(pending);
      return;
    }
    const target = this.#schemaIn(place, split.fragment, from.dialect);
    if (target === undefined) return reportDangling(this.workspace, from.document, reference, refPointer);
    // What only the inputs of a flow refer to travels nowhere, so it needs no name.
    if (documentKind(from.document) !== 'arazzo') this.referenced.add(target);
    pending.settle(target);
  }

  /** The resource of a URI; `later` when a file was opened whose anchors are not read yet. */
  #resourceFor(pending: PendingReference, named: string): MutableResource | 'later' | undefined {
    const { from, reference, refPointer } = pending;
    const uri = metaSchemaUri(named);
    const known = this.#resources.get(uri);
    if (known !== undefined) return known;
    const place = placeOf(this.workspace, reference, uri, from.document);
    const already = this.#resources.get(place);
    if (already !== undefined) return already;
    const document = this.workspace.openReference(place, from.document, refPointer);
    if (document === undefined) return undefined;
    if (documentKind(document) === 'jsonschema') this.schemaOfDocument(document, from.dialect);
    const resource = this.#resources.get(place) ?? this.#resourceOf(document);
    return this.#unread.length > 0 ? 'later' : resource;
  }

  #schemaIn(resource: MutableResource, fragment: string, dialect: Dialect): Schema | undefined {
    const { document, pointer: base } = resource.root;
    if (fragment === '')
      return resource.root.raw === true && resource.root.pointer === '' && !this.#byPlace.get(document)?.has('')
        ? undefined
        : resource.root;
    if (!fragment.startsWith('/')) return resource.anchors.get(fragment);
    const cursor = valueAt(document, base + fragment);
    if (cursor === undefined) return undefined;
    const owner = this.#nearest(document, cursor.pointer);
    if (owner !== undefined) return this.schemaAt(cursor, owner.dialect, owner);
    return this.#outerSchema(cursor, dialect);
  }

  /** A schema that stands in no other schema. */
  #outerSchema(cursor: Cursor, dialect: Dialect): Schema | undefined {
    const at = (isMultiFormat(cursor) ? child(cursor, 'schema') : undefined) ?? cursor;
    return this.schemaAt(at, multiFormatDialect(at) ?? dialectOfDocument(at.document) ?? dialect);
  }

  /** Anchors of a description that is no entry are known once its components are read. False when that was done before. */
  #openComponents(document: SourceDocument): boolean {
    if (this.#opened.has(document) || documentKind(document) === 'jsonschema') return false;
    this.#opened.add(document);
    for (const [, cursor] of children(valueAt(document, '/components/schemas'))) this.#outerSchema(cursor, '2020-12');
    return true;
  }

  /** The innermost schema that encloses a place. */
  #nearest(document: SourceDocument, pointer: string): Schema | undefined {
    const places = this.#byPlace.get(document);
    const tokens = [...(parsePointer(pointer) ?? [])];
    for (; tokens.length > 0; tokens.pop()) {
      const found = places?.get(joinPointer('', ...tokens));
      if (found !== undefined) return found;
    }
    return places?.get('');
  }

  /** Dynamic references know their starting point, and whether the dynamic scope matters at all. */
  referDynamically(from: MutableSchema, anchor: string, initial: Schema): void {
    from.dynamicRef = { anchor, initial, dynamic: initial.dynamicAnchor === anchor };
    this.dynamicallyReferring.push(from);
  }
}
