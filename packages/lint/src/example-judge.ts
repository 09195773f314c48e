import { type JsonValue, type Schema, toJsonSchema } from '@millwright/contract';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';

/** Gives the first thing that is wrong with a value, in words; undefined when it is valid. Schemas are compiled once. */
export function exampleJudge(): (schema: Schema, value: JsonValue) => string | undefined {
  const ajv = new Ajv2020({ strict: false, logger: false });
  formatsPlugin.default(ajv);
  const compiled = new Map<Schema, ValidateFunction | undefined>();
  return (schema, value) => {
    if (!compiled.has(schema)) compiled.set(schema, compile(ajv, schema));
    const validate = compiled.get(schema);
    if (validate === undefined || validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath === '' ? '' : `at ${error?.instancePath} `}${error?.message ?? 'is invalid'}`;
  };
}

/** A schema that ajv cannot compile was reported when the contract was read, or uses a pattern of another dialect. */
function compile(ajv: Ajv2020, schema: Schema): ValidateFunction | undefined {
  try {
    return ajv.compile(toJsonSchema(schema));
  } catch {
    return undefined;
  }
}
