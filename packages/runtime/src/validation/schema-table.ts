/**
 * Schemas as plain data for {@link violationsOf}: keywords have their JSON Schema 2020-12 names, and wherever a schema
 * stands in a schema there is its index in the table, so cycles are numbers too. Annotations are left out.
 */
export interface SchemaTable {
  readonly nodes: readonly SchemaNode[];
  /** Anchors of each schema resource for `$dynamicRef`: anchor to node. Resources without dynamic anchors are left out. */
  readonly resources: readonly Readonly<Record<string, number>>[];
}

export type SchemaNode = boolean | SchemaKeywords;

export interface SchemaKeywords {
  /** Name for messages, where the schema has one. */
  readonly title?: string;
  /** Values are confidential: messages hint at nothing that was sent. */
  readonly classified?: true;
  /** Index in {@link SchemaTable.resources}. */
  readonly resource?: number;
  readonly ref?: number;
  readonly dynamicRef?: { readonly anchor: string; readonly initial: number };
  readonly type?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly multipleOf?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly prefixItems?: readonly number[];
  readonly items?: number;
  readonly contains?: number;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly unevaluatedItems?: number;
  /** Pairs, because a property may be called `__proto__`. */
  readonly properties?: readonly (readonly [name: string, node: number])[];
  readonly patternProperties?: readonly (readonly [source: string, node: number])[];
  readonly additionalProperties?: number;
  readonly propertyNames?: number;
  readonly required?: readonly string[];
  readonly dependentRequired?: readonly (readonly [name: string, needed: readonly string[]])[];
  readonly dependentSchemas?: readonly (readonly [name: string, node: number])[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly unevaluatedProperties?: number;
  readonly allOf?: readonly number[];
  readonly anyOf?: readonly number[];
  readonly oneOf?: readonly number[];
  readonly not?: number;
  readonly if?: number;
  readonly then?: number;
  readonly else?: number;
}
