import { isJsonObject, type JsonObject, type JsonValue, member } from '../json.ts';

const schemaKeywords: ReadonlySet<string> = new Set([
  'items',
  'contains',
  'unevaluatedItems',
  'additionalProperties',
  'unevaluatedProperties',
  'then',
  'else',
]);
const listKeywords: ReadonlySet<string> = new Set(['prefixItems', 'allOf', 'anyOf']);
const mapKeywords: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);

/**
 * The schema of a tolerant reader, made of one that {@link toJsonSchema} printed. It accepts whatever the original accepts,
 * and besides that ignores members that a closed object (`additionalProperties: false`, `unevaluatedProperties: false`) does
 * not declare. Opening an object must not make another rule fail, so `not`, `if` and `propertyNames` keep judging strictly,
 * `maxContains` counts strict matches, and `oneOf` asks for one strict match first: only when no branch matches strictly,
 * a tolerant match is enough.
 */
export function tolerantSchema(printed: JsonObject): JsonObject {
  const definitions = member(printed, '$defs');
  const strict = isJsonObject(definitions) ? Object.entries(definitions) : [];
  return {
    ...(opened(printed) as JsonObject),
    $defs: Object.fromEntries(
      strict.flatMap(([name, schema]) => [
        [name, schema],
        [`${name}.open`, opened(schema)],
      ]),
    ),
  };
}

function opened(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const kept: Record<string, JsonValue> = {};
  const also: JsonValue[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref') kept[keyword] = `${String(value)}.open`;
    else if ((keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') && value === false) continue;
    else if (keyword === 'oneOf') also.push(openedOneOf(value as readonly JsonValue[]));
    else if (keyword === 'maxContains')
      also.push({ contains: member(schema, 'contains') as JsonValue, minContains: 0, maxContains: value });
    else if (schemaKeywords.has(keyword)) kept[keyword] = opened(value);
    else if (listKeywords.has(keyword)) kept[keyword] = (value as readonly JsonValue[]).map(opened);
    else if (mapKeywords.has(keyword))
      kept[keyword] = Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, part]) => [name, opened(part)]),
      );
    else kept[keyword] = value;
  }
  if (also.length > 0) kept['allOf'] = [...((kept['allOf'] as readonly JsonValue[] | undefined) ?? []), ...also];
  return kept;
}

function openedOneOf(branches: readonly JsonValue[]): JsonValue {
  return {
    if: { anyOf: [...branches] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { oneOf: [...branches] },
    else: { anyOf: branches.map(opened) },
  };
}
