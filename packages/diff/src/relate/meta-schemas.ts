import type { JsonObject, JsonValue } from '@millwright/contract';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';

const roots: Readonly<Record<string, string>> = {
  $dynamicRef: 'https://json-schema.org/draft/2020-12/schema',
  $recursiveRef: 'https://json-schema.org/draft/2019-09/schema',
};

let texts: ReadonlyMap<string, string> | undefined;

/**
 * The meta-schemas that a schema may refer to, by URI. Within them a dynamic reference leads back to the meta-schema of the
 * dialect, unless the schema that refers to them takes the anchor for itself: then none are given.
 */
export function metaSchemasFor(schema: JsonObject | boolean): ReadonlyMap<string, string> {
  const text = JSON.stringify(schema);
  const isAsked = /"\$ref":"https?:\/\/json-schema\.org\/draft/.test(text);
  if (!isAsked || /"\$(dynamicAnchor|recursiveAnchor)"/.test(text)) return new Map();
  texts ??= new Map(
    [new Ajv2020(), new Ajv2019(), new Ajv()].flatMap(({ schemas }) =>
      Object.entries(schemas).flatMap(([uri, entry]) =>
        entry === undefined ? [] : [[uri, JSON.stringify(plainly(entry.schema as JsonValue))] as const],
      ),
    ),
  );
  return texts;
}

/** Without names that belong to the dialects, with plain references in place of dynamic ones. */
function plainly(part: JsonValue): JsonValue {
  if (Array.isArray(part)) return part.map((item) => plainly(item as JsonValue));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, member]): [string, JsonValue][] => {
      if (typeof member === 'string' && roots[name] !== undefined) return [['$ref', roots[name]]];
      const isName = name === '$id' || name === '$dynamicAnchor' || name === '$recursiveAnchor';
      return isName && typeof member !== 'object' ? [] : [[name, plainly(member as JsonValue)]];
    }),
  );
}
