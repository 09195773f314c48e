import type { ContractKind } from '../contract.ts';
import type { SourceDocument } from '../document.ts';
import { isJsonObject } from '../json.ts';

/** What a file is, told by its first-level member. Everything else is read as JSON Schema. */
export function documentKind(document: SourceDocument): ContractKind {
  const { value } = document;
  if (!isJsonObject(value)) return 'jsonschema';
  if (Object.hasOwn(value, 'openapi') || Object.hasOwn(value, 'swagger')) return 'openapi';
  if (Object.hasOwn(value, 'asyncapi')) return 'asyncapi';
  if (Object.hasOwn(value, 'arazzo')) return 'arazzo';
  return 'jsonschema';
}
