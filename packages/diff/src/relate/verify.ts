import type { JsonObject, JsonValue } from '@millwright/contract';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Judges values by a schema; undefined when the judge cannot read the schema. */
export type Judge = (value: JsonValue) => boolean | undefined;

const options = {
  strict: false,
  logger: false,
  validateFormats: false,
  ownProperties: true,
  multipleOfPrecision: 9,
} as const;

/** An independent validator for a schema as it was written. */
export function judgeOf(schema: JsonObject | boolean, dialect: '2020-12' | '2019-09' | 'draft-07'): Judge {
  try {
    const ajv =
      dialect === '2020-12' ? new Ajv2020(options) : dialect === '2019-09' ? new Ajv2019(options) : new Ajv(options);
    const validate = ajv.compile(schema as object);
    return (value) => {
      try {
        return validate(value) as boolean;
      } catch {
        return undefined;
      }
    };
  } catch {
    return () => undefined;
  }
}
