import type { SourceDocument } from './document.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** The dialect that a schema was written in. Keywords of {@link Schema} are normalised to 2020-12 whatever it was. */
export type Dialect = '2020-12' | '2019-09' | 'draft-07' | 'openapi-3.0';

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/**
 * A schema resource (JSON Schema core, section 4.3.5): the unit within which anchors are unique and
 * through which `$dynamicRef` walks.
 */
export interface SchemaResource {
  /** Canonical URI: the `$id`, else the URI of the document. */
  readonly uri: string;
  readonly root: Schema;
  readonly dynamicAnchors: ReadonlyMap<string, Schema>;
}

/**
 * One schema as a node of a graph. A `$ref` is an edge to the target node, so cycles stay cycles and one schema that is
 * used in a hundred places is one node. All keywords are normalised to JSON Schema 2020-12:
 * draft-07 `definitions`, `dependencies` and tuple `items`, OpenAPI 3.0 `nullable`, boolean `exclusiveMinimum` and
 * `example` appear under their 2020-12 names. In draft-07 and OpenAPI 3.0 siblings of `$ref` are dropped, as those specs say.
 * Maps keep the order of the source and hold names such as `__proto__` as data.
 */
export interface Schema {
  readonly kind: 'schema';
  readonly document: SourceDocument;
  readonly pointer: string;
  readonly raw: JsonObject | boolean;
  readonly dialect: Dialect;
  readonly resource: SchemaResource;

  /** Set for the boolean schemas `true` (everything) and `false` (nothing); no other keyword is set then. */
  readonly boolean?: boolean;

  readonly ref?: Schema;
  /** `$dynamicRef` (or 2019-09's `$recursiveRef`, whose anchor is the empty string). */
  readonly dynamicRef?: DynamicRef;
  readonly dynamicAnchor?: string;
  readonly anchor?: string;

  readonly type?: readonly JsonType[];
  readonly enum?: readonly JsonValue[];
  /** Present (`'const' in schema`) when the keyword is; may be null. */
  readonly const?: JsonValue;

  readonly multipleOf?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;

  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;

  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema;
  readonly contains?: Schema;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly unevaluatedItems?: Schema;

  readonly properties?: ReadonlyMap<string, Schema>;
  readonly patternProperties?: ReadonlyMap<string, Schema>;
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  readonly dependentRequired?: ReadonlyMap<string, readonly string[]>;
  readonly dependentSchemas?: ReadonlyMap<string, Schema>;
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly unevaluatedProperties?: Schema;

  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;

  readonly format?: string;
  /** The meta-schema of the dialect makes `format` an assertion; otherwise the reader of the contract decides. */
  readonly formatAsserted?: true;
  readonly contentEncoding?: string;
  readonly contentMediaType?: string;
  readonly contentSchema?: Schema;

  readonly title?: string;
  readonly description?: string;
  readonly default?: JsonValue;
  readonly examples?: readonly JsonValue[];
  readonly deprecated?: boolean;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;

  /** OpenAPI discriminator with its mapping resolved; targets that resolve to nothing were reported and are absent. */
  readonly discriminator?: Discriminator;
  /** `$defs` and `definitions`. */
  readonly defs?: ReadonlyMap<string, Schema>;
  /** `x-*` members as written. */
  readonly extensions?: ReadonlyMap<string, JsonValue>;
}

export interface DynamicRef {
  readonly anchor: string;
  /** Where the reference points before dynamic scope is looked at (core 8.2.3.2). */
  readonly initial: Schema;
  /** False when the initial target has no such `$dynamicAnchor`: then it behaves as a plain `$ref` to `initial`. */
  readonly dynamic: boolean;
  /** Where the reference leads, where that is the same on every way from the schemas of the contract. */
  readonly target?: Schema;
}

export interface Discriminator {
  readonly propertyName: string;
  readonly mapping: ReadonlyMap<string, Schema>;
  /** OpenAPI 3.2: the schema of values that the mapping does not know, or that lack the property. */
  readonly defaultMapping?: Schema;
}

/** A schema that has a name of its own, so that generators give it one type. */
export interface NamedSchema {
  /** Name as the author wrote it: component key, `$defs` key, title or file name. Not yet an identifier, not unique. */
  readonly name: string;
  readonly schema: Schema;
  /**
   * `component` in OpenAPI or AsyncAPI components, `document` a schema file's root, `definition` under $defs,
   * `titled` an inline schema of a JSON Schema file whose title is a PascalCase word, `reference` any other $ref target.
   */
  readonly role: 'component' | 'document' | 'definition' | 'titled' | 'reference';
}
