import { isJsonObject, type JsonValue } from '../json.ts';
import type { JsonType } from '../schema.ts';

/** Values of the keyword `type`. */
export const jsonTypes: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'array',
  'object',
]);

/** Whether a value has a JSON Schema type; 1.0 is an integer. */
export function isOfType(value: JsonValue, type: JsonType): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
