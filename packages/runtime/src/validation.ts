export { isValid, violationsOf } from './validation/evaluate.ts';
export * from './validation/formats.ts';
export type { SchemaKeywords, SchemaNode, SchemaTable } from './validation/schema-table.ts';
export type { ObjectValue } from './validation/values.ts';
export {
  characterSet,
  codeAt,
  codePoints,
  consistsOf,
  duplicateIndex,
  isEqual,
  isMultipleOf,
  isObject,
  own,
} from './validation/values.ts';
export type { Mode, ValueKind, Violation } from './validation/violation.ts';
