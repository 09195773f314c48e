export type { Code, CommentTag } from './code.ts';
export {
  access,
  code,
  comment,
  fileHeader,
  identifier,
  indent,
  join,
  key,
  literal,
  nothing,
  pattern,
  stringLiteral,
} from './code.ts';
export type { BrokerNames, GeneratedFile, Generator, GeneratorOptions } from './generator.ts';
export { isIdentifier, isReserved, toCamelCase, toKebabCase, toPascalCase, words } from './identifiers.ts';
export type { SchemaNames } from './names.ts';
export { byCodeUnits, NameScope, nameSchemas, sortedBy, sortedEntries } from './names.ts';
export { checkGeneratedPath, pathSegment } from './paths.ts';
export type { SchemaEdge } from './schema-children.ts';
export { reachableSchemas, schemaEdges } from './schema-children.ts';
export { callersOf, schemasOfOperation, selectForRole } from './select-role.ts';
export type { Broker, ConnectedSystem, RegisterFault } from './system-register.ts';
export { brokers, readSystems } from './system-register.ts';
