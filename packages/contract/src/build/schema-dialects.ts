import type { SourceDocument } from '../document.ts';
import { isJsonObject, member } from '../json.ts';
import type { SourceLocation } from '../location.ts';
import { joinPointer } from '../pointer.ts';
import { locate } from '../read/locate.ts';
import type { Workspace } from '../resolve/workspace.ts';
import type { Schema } from '../schema.ts';
import { type DeclaredDialect, DeclaredDialects } from './declared-dialects.ts';
import { dialectOf } from './dialects.ts';
import type { MutableSchema } from './schema-graph.ts';

/** Which schemas are written in a dialect that a meta-schema of the contract declares. Most contracts have none. */
export class SchemaDialects {
  readonly #workspace: Workspace;
  readonly #meta: DeclaredDialects;
  readonly #bySchema = new Map<Schema, DeclaredDialect>();
  readonly #byDescription = new Map<SourceDocument, DeclaredDialect | undefined>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#meta = new DeclaredDialects(workspace);
  }

  declaredFor(schema: Schema): DeclaredDialect | undefined {
    return this.#bySchema.size === 0 ? undefined : this.#bySchema.get(schema);
  }

  /** A schema without `$schema` is written in the dialect of the schema around it, an outermost one in that of its description. */
  inherit(node: MutableSchema, parent: Schema | undefined): void {
    const declared = parent === undefined ? this.#ofDescription(node.document) : this.declaredFor(parent);
    if (declared !== undefined) this.#take(node, declared);
  }

  /** Gives a schema the dialect that its `$schema` names. */
  use(node: MutableSchema, uri: string): void {
    const standard = dialectOf(uri);
    if (standard !== undefined) {
      this.#bySchema.delete(node);
      node.dialect = standard;
      return;
    }
    const { document } = node;
    const place = (): SourceLocation => locate(document, joinPointer(node.pointer, '$schema'), 'value');
    this.#take(node, this.declared(uri, document, place));
  }

  /** What the URI of a dialect means; undefined for the standard ones, and, with a diagnostic, for those that are not known. */
  declared(uri: string, document: SourceDocument, place: () => SourceLocation): DeclaredDialect | undefined {
    if (dialectOf(uri) !== undefined) return undefined;
    const dialect = this.#meta.of(uri, document);
    if (dialect === undefined)
      this.#workspace.report({
        code: 'contract/dialect-unknown',
        severity: 'error',
        message: `JSON Schema dialect ${uri.slice(0, 200)} is not known: no file of the contract is its meta-schema`,
        location: place(),
        fix: 'Pass the file of the meta-schema along, or use https://json-schema.org/draft/2020-12/schema (2019-09 and draft-07 are read as well).',
      });
    for (const vocabulary of dialect?.missing ?? [])
      this.#workspace.report({
        code: 'contract/vocabulary-unknown',
        severity: 'error',
        message: `Dialect ${uri.slice(0, 200)} requires the vocabulary ${vocabulary.slice(0, 200)}, which is not known`,
        location: place(),
        why: 'Its keywords may refuse values or change what others mean; to read on would misread the schema in silence.',
        fix: 'Write false for the vocabulary in the meta-schema if its keywords only annotate.',
      });
    return dialect;
  }

  #take(node: MutableSchema, declared: DeclaredDialect | undefined): void {
    if (declared === undefined) return;
    this.#bySchema.set(node, declared);
    node.dialect = declared.dialect;
  }

  /** `jsonSchemaDialect` of OpenAPI 3.1 and later. */
  #ofDescription(document: SourceDocument): DeclaredDialect | undefined {
    if (!isJsonObject(document.value) || !Object.hasOwn(document.value, 'jsonSchemaDialect')) return undefined;
    if (!this.#byDescription.has(document)) {
      const uri = member(document.value, 'jsonSchemaDialect');
      const isRead = typeof uri === 'string' && /^3\.[1-9]/.test(String(member(document.value, 'openapi')));
      this.#byDescription.set(
        document,
        isRead && dialectOf(uri) === undefined ? this.#meta.of(uri, document) : undefined,
      );
    }
    return this.#byDescription.get(document);
  }
}
