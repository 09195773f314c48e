import type { JsonObject } from '../json.ts';
import { isBefore2019, refHidesSiblings } from './dialects.ts';
import type { MutableSchema } from './schema-graph.ts';

/** Gives forms of older dialects their 2020-12 meaning, and takes away keywords that a dialect does not have. */
export function normaliseLegacy(node: MutableSchema): void {
  const raw = node.raw as JsonObject;
  if (refHidesSiblings(node.dialect)) turnBooleanBounds(node, raw);
  // Null is added to a type that stands beside it, and to nothing else: an enum without null still refuses it (3.0.3, "nullable").
  if (
    node.dialect === 'openapi-3.0' &&
    raw['nullable'] === true &&
    node.type !== undefined &&
    !node.type.includes('null')
  )
    node.type = [...node.type, 'null'];
  if (isBefore2019(node.dialect)) {
    delete node.unevaluatedItems;
    delete node.unevaluatedProperties;
    delete node.minContains;
    delete node.maxContains;
  }
}

/** Draft 4 and OpenAPI 3.0: `exclusiveMinimum: true` makes the bound beside it exclusive. */
function turnBooleanBounds(node: MutableSchema, raw: JsonObject): void {
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (raw[exclusive] !== true || node[bound] === undefined) continue;
    node[exclusive] = node[bound];
    delete node[bound];
  }
}
