import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Schema,
  toJsonSchema,
  toJsonSchemaPart,
} from '@millwright/contract';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Judges values by a schema; undefined when the judge cannot read the schema. */
export type Judge = (value: JsonValue) => boolean | undefined;

export type JudgedDialect = '2020-12' | '2019-09' | 'draft-07';

const options = {
  strict: false,
  logger: false,
  validateFormats: false,
  ownProperties: true,
  multipleOfPrecision: 9,
  // The schema has been read already; checking it against its meta-schema again costs more than all the judging.
  validateSchema: false,
  // A judge looks at a few values; making its code shorter takes longer than that.
  code: { optimize: false },
  inlineRefs: false,
} as const;

const validatorOf = (dialect: JudgedDialect): Ajv =>
  dialect === '2020-12' ? new Ajv2020(options) : dialect === '2019-09' ? new Ajv2019(options) : new Ajv(options);

/** Schemas that one validator compiles at most: it keeps something of each for ever. */
const usesMax = 200;

const shared = new Map<JudgedDialect, { readonly validator: Ajv; uses: number }>();

/** Making a validator costs more than compiling with it, so it is shared; a schema that gives itself names gets its own. */
function validatorFor(schema: JsonObject, dialect: JudgedDialect): Ajv {
  if (/"\$(id|anchor|dynamicAnchor|recursiveAnchor)"/.test(JSON.stringify(schema))) return validatorOf(dialect);
  let known = shared.get(dialect);
  if (known === undefined || known.uses >= usesMax) {
    known = { validator: validatorOf(dialect), uses: 0 };
    shared.set(dialect, known);
  }
  known.uses += 1;
  return known.validator;
}

/** An independent validator for a schema as it was written. It is built when the first value is judged. */
export function judgeOf(schema: JsonObject | boolean, dialect: JudgedDialect): Judge {
  if (typeof schema === 'boolean') return () => schema;
  let validate: ((value: JsonValue) => boolean) | undefined;
  return (value) => {
    try {
      validate ??= compile(plain(dialect === 'draft-07' ? withoutIgnored(schema) : schema) as JsonObject, dialect);
      return validate(plain(value));
    } catch {
      return undefined;
    }
  };
}

const maps: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);
const data: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

/** Up to draft-07 all that stands beside `$ref` is ignored (JSON Schema core, section 8.3); the validator obeys it. */
function withoutIgnored(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map((part) => withoutIgnored(part as JsonValue));
  if (!isJsonObject(schema)) return schema;
  const isReference = typeof schema['$ref'] === 'string';
  const kept = Object.entries(schema).filter(([name]) => !isReference || name === '$ref' || name === 'definitions');
  return Object.fromEntries(
    kept.map(([name, part]) => {
      if (maps.has(name) && isJsonObject(part as JsonValue))
        return [
          name,
          Object.fromEntries(
            Object.entries(part as JsonObject).map(([key, of]) => [key, withoutIgnored(of as JsonValue)]),
          ),
        ];
      return [name, data.has(name) ? part : withoutIgnored(part as JsonValue)];
    }),
  ) as JsonObject;
}

/**
 * Judges of the schemas of contracts. What they refer to is compiled once for all of them, and once for schemas of one class. They
 * take values that {@link plain} made, or parts of those.
 */
export class Judges {
  readonly #classOf: (schema: Schema) => number;
  readonly #validator = validatorOf('2020-12');
  readonly #added = new Set<string>();
  /** False once something depends on the way to it: then it can be under any schema. */
  #isTold = true;

  constructor(classOf: (schema: Schema) => number) {
    this.#classOf = classOf;
  }

  of(schema: Schema): Judge {
    const uri = this.#add(schema);
    if (uri === undefined) return judgeOf(toJsonSchema(schema), '2020-12');
    return (value) => {
      try {
        return this.#validator.getSchema(uri)?.(value) as boolean | undefined;
      } catch {
        return undefined;
      }
    };
  }

  #add(root: Schema): string | undefined {
    const waiting: Schema[] = [];
    const refer = (schema: Schema): string => {
      const uri = `class:${this.#classOf(schema)}`;
      if (!this.#added.has(uri)) {
        this.#added.add(uri);
        waiting.push(schema);
      }
      return uri;
    };
    const uri = refer(root);
    for (const schema of waiting) {
      const part = toJsonSchemaPart(schema, refer);
      if (part === undefined) this.#isTold = false;
      else this.#validator.addSchema(plain(part) as JsonObject, `class:${this.#classOf(schema)}`);
    }
    return this.#isTold ? uri : undefined;
  }
}

function compile(schema: JsonObject, dialect: JudgedDialect): (value: JsonValue) => boolean {
  const validator = validatorFor(schema, dialect);
  const validate = validator.compile(schema) as (value: JsonValue) => boolean;
  validator.removeSchema(schema);
  return validate;
}

/** A copy of ordinary objects: the validator takes objects of different origin (prototype) for different values. */
export function plain(value: JsonValue): JsonValue {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as JsonValue) : value;
}
