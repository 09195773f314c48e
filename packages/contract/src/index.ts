export { documentKind } from './build/document-kind.ts';
export { governanceOf } from './build/governance-reader.ts';
export { isOfType } from './build/json-types.ts';
export type * from './contract.ts';
export type { Diagnostic, Finding, Result, Severity } from './diagnostic.ts';
export { hasErrors } from './diagnostic.ts';
export type { DiagnosticCode } from './diagnostic-codes.ts';
export { diagnosticCodes } from './diagnostic-codes.ts';
export type { SourceDocument } from './document.ts';
export type { ConditionalPart, EvaluatedItems, EvaluatedNames } from './evaluated.ts';
export { alwaysEvaluatedNames, conditionalParts, evaluatedItems, evaluatedNames } from './evaluated.ts';
export type {
  Classification,
  Criticality,
  Governance,
  InteractionPattern,
  Latency,
  LatencyClass,
  Lifecycle,
  Role,
} from './governance.ts';
export { durationSeconds, roles } from './governance.ts';
export type { JsonArray, JsonObject, JsonValue } from './json.ts';
export { isJsonObject, member } from './json.ts';
export type { LoadOptions } from './load-contract.ts';
export { loadContract } from './load-contract.ts';
export type { SourceLocation } from './location.ts';
export { escapeToken, joinPointer, parsePointer } from './pointer.ts';
export { toJsonSchema, toJsonSchemaPart } from './print/json-schema.ts';
export { tolerantSchema } from './print/tolerant-schema.ts';
export type { Limits } from './read/limits.ts';
export { defaultLimits } from './read/limits.ts';
export type { LocationTarget } from './read/locate.ts';
export { locate } from './read/locate.ts';
export type { DocumentSource } from './read/read-document.ts';
export { documentOf, readDocument } from './read/read-document.ts';
export { readSchema } from './read-schema.ts';
export type { WorkspaceOptions } from './resolve/workspace.ts';
export type { Dialect, Discriminator, DynamicRef, JsonType, NamedSchema, Schema, SchemaResource } from './schema.ts';
export type { SourceDescriptions } from './source-descriptions.ts';
export { sourceDescriptions } from './source-descriptions.ts';
