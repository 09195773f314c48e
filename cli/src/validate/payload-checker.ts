import { nameSchemas } from '@millwright/codegen';
import {
  type Contract,
  type JsonValue,
  joinPointer,
  type Message,
  type Schema,
  toJsonSchema,
  tolerantSchema,
} from '@millwright/contract';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { UsageFailure } from '../failure.ts';
import { eventTypeOf } from '../input/event-type.ts';

const addFormats = formatsPlugin.default;

/** One way in which a value disobeys its schema. */
export interface Violation {
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
}

const tooDeep: Violation = {
  pointer: '',
  keyword: 'depth',
  message: 'is nested too deeply to be judged, or its schema is',
};

export type Mode = 'strict' | 'tolerant';

/** Checks values against schemas of a contract, each compiled when it is first asked for. */
export class PayloadChecker {
  readonly #contract: Contract;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<Schema, ValidateFunction>();
  readonly #byName: ReadonlyMap<string, Schema>;
  readonly #messages: ReadonlyMap<string, Message>;

  constructor(contract: Contract, mode: Mode) {
    this.#contract = contract;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true, logger: false });
    addFormats(this.#ajv);
    this.#byName = nameSchemas(contract).byName;
    this.#messages = new Map(
      contract.channels.flatMap(({ messages }) =>
        messages.map((message) => [eventTypeOf(message.headers) ?? message.name, message] as const),
      ),
    );
    this.#mode = mode;
  }

  readonly #mode: Mode;

  /** A schema by type name (`WorkOrder`), author's name or kebab-case folder name (`work-order`). */
  find(name: string): Schema | undefined {
    const plain = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
    return (
      this.#byName.get(name) ??
      this.#contract.schemas.find((named) => named.name === name)?.schema ??
      [...this.#byName].find(([known]) => plain(known) === plain(name))?.[1]
    );
  }

  /** Names that come close, for an error message. */
  suggestions(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return [...this.#byName.keys()]
      .filter((known) => known.toLowerCase().includes(wanted.slice(0, 4)) || wanted.includes(known.toLowerCase()))
      .slice(0, 6);
  }

  check(schema: Schema, value: JsonValue): readonly Violation[] {
    let validate: ValidateFunction;
    try {
      validate = this.#validatorOf(schema);
    } catch (error) {
      if (error instanceof RangeError) return [tooDeep];
      // Such as a pattern of another dialect of regular expressions. No verdict is no approval.
      return [
        { pointer: '', keyword: 'schema', message: `cannot be judged by its schema: ${(error as Error).message}` },
      ];
    }
    try {
      return validate(value) ? [] : (validate.errors ?? []).map(violationOf);
    } catch (error) {
      // References that lead on and on, or a value as deep as the schema allows, exhaust the stack. No verdict is no approval.
      if (!(error instanceof RangeError)) throw error;
      return [tooDeep];
    }
  }

  #validatorOf(schema: Schema): ValidateFunction {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      const printed = toJsonSchema(schema);
      validate = this.#ajv.compile(this.#mode === 'strict' ? printed : tolerantSchema(printed));
      this.#compiled.set(schema, validate);
    }
    return validate;
  }

  /** A structured CloudEvent: the message of its type says what data and envelope must be. */
  checkEvent(event: Readonly<Record<string, JsonValue>>): readonly Violation[] {
    const type = String(event['type']);
    const message = this.#messages.get(type);
    if (message === undefined)
      return [{ pointer: '/type', keyword: 'type', message: `no message of the contract has the type ${type}` }];
    const { data, ...envelope } = event;
    const ofHeaders = message.headers === undefined ? [] : this.check(message.headers, envelope);
    const ofData =
      message.payload === undefined
        ? []
        : this.check(message.payload, data ?? null).map((violation) => ({
            ...violation,
            pointer: `/data${violation.pointer}`,
          }));
    return [...ofHeaders, ...ofData];
  }
}

/** A fallback for a schema name that is not known. */
export function unknownSchema(checker: PayloadChecker, name: string): UsageFailure {
  const near = checker.suggestions(name);
  return new UsageFailure(
    `The contract has no schema ${name}`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Name a schema of the contract, or a file with --schema.',
  );
}

function violationOf(error: ErrorObject): Violation {
  return { pointer: error.instancePath, keyword: error.keyword, message: wordingOf(error) };
}

function wordingOf({ keyword, params, message }: ErrorObject): string {
  const { additionalProperty, unevaluatedProperty, allowedValues, allowedValue } = params as Record<string, unknown>;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties')
    return `must not have property ${JSON.stringify(additionalProperty ?? unevaluatedProperty)}`;
  if (keyword === 'enum' && Array.isArray(allowedValues))
    return `must be one of ${allowedValues
      .slice(0, 12)
      .map((value) => JSON.stringify(value))
      .join(', ')}${allowedValues.length > 12 ? ', ...' : ''}`;
  if (keyword === 'const') return `must be ${JSON.stringify(allowedValue)}`;
  return message ?? `fails ${keyword}`;
}

/** Place of a violation in words. */
export function wordViolation(violation: Violation): string {
  return `${violation.pointer === '' ? 'The value' : joinPointer(violation.pointer)} ${violation.message}`;
}
