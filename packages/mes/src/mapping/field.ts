import { unitCodeMappings } from '@millwright/sdk/vocabularies';
import { type B2mmlElement, type B2mmlValue, textOf } from '../b2mml/element.ts';
import { type CodeMapping, codeFromSystem, codeToSystem } from '../code-mapping.ts';
import { readDecimal } from '../decimals.ts';
import type { Trail } from '../loss.ts';
import { MesError } from '../mes-error.ts';
import type { Cursor } from './cursor.ts';

/** Canonical data before its check by the contract. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
export type Draft = Record<string, B2mmlValue>;

/** One place of a mapping, both directions side by side, so that neither can forget what the other does. */
export interface Field {
  /** Properties of the canonical object that it is about. */
  readonly properties: readonly string[];
  /** Where they stand in B2MML, for readers of the reference. */
  readonly element: string;
  write(from: JsonObject, into: Draft, at: { readonly pointer: string; readonly trail: Trail }): void;
  read(from: Cursor, into: Record<string, Json>): void;
}
type Place = Parameters<Field['write']>[2];

/** Writes an object by its fields. */
export function writeFields(fields: readonly Field[], from: JsonObject, place: Place): Draft {
  const into: Draft = {};
  for (const field of fields) field.write(from, into, place);
  return into;
}

/** Reads an element by the same fields; what none of them took is told as lost. */
export function readFields(fields: readonly Field[], from: Cursor): JsonObject {
  const into: Record<string, Json> = {};
  for (const field of fields) field.read(from, into);
  from.end();
  return into;
}

export function append(into: Draft, name: string, ...values: readonly B2mmlValue[]): void {
  into[name] = [...((into[name] as readonly B2mmlValue[] | undefined) ?? []), ...values];
}

/** A simple element. `many` where B2MML-JSON has a list. */
export function text(property: string, element: string, many?: 'many'): Field {
  return {
    properties: [property],
    element,
    write: (from, into) => {
      const value = from[property];
      if (value !== undefined) into[element] = many === 'many' ? [String(value)] : String(value);
    },
    read: (from, into) => set(into, property, from.text(element)),
  };
}

/** An instant in an element of xsd:dateTime, whose lexical space is narrower than that of RFC 3339 (no `t`, `z`, second 60). */
export function time(property: string, element: string): Field {
  const plain = text(property, element);
  return {
    ...plain,
    write: (from, into, { pointer, trail }) => {
      const value = from[property];
      if (value === undefined) return;
      const upper = String(value).toUpperCase();
      if (
        !/^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)$/.test(upper) ||
        upper.startsWith('0000')
      )
        throw new MesError(
          'mes/lossy-conversion',
          `the time ${JSON.stringify(value)} is none of xsd:dateTime`,
          { key: trail.key, pointer: `${pointer}/${property}` },
          'Send UTC, without a leap second.',
        );
      if (upper !== value) trail.losses.push({ pointer: `${pointer}/${property}`, reason: `written as ${upper}` });
      into[element] = upper;
    },
  };
}

/** A code that has another name in B2MML; the table is that of the vocabulary. */
export function coded(property: string, element: string, mapping: CodeMapping): Field {
  return {
    properties: [property],
    element,
    write: (from, into, { pointer, trail }) => {
      const value = from[property];
      if (value !== undefined) into[element] = codeToSystem(mapping, String(value), `${pointer}/${property}`, trail);
    },
    read: (from, into) => {
      const value = from.text(element);
      if (value !== undefined)
        into[property] = codeFromSystem(mapping, value, `${from.pointer}/${element}`, from.trail);
    },
  };
}

/** A whole number as text of an identifier element. */
export function counted(property: string, element: string): Field {
  const plain = text(property, element);
  return { ...plain, read: (from, into) => set(into, property, toInteger(from.text(element))) };
}

/** What is no whole number stays text, and the check by the contract refuses it. */
export function toInteger(value: string | undefined): Json | undefined {
  return value !== undefined && /^\s*\+?[0-9]{1,15}\s*$/.test(value) ? Number(value) : value;
}

export function set(into: Record<string, Json>, property: string, value: Json | undefined): void {
  if (value !== undefined) into[property] = value;
}

/** QuantityValue of an exact amount. */
export function writeQuantity(quantity: Json | undefined, { pointer, trail }: Place): B2mmlElement {
  const { value, unit } = quantity as { readonly value: string; readonly unit: string };
  const code = codeToSystem(unitCodeMappings.b2mml, unit, `${pointer}/unit`, trail);
  return { QuantityString: value, DataType: 'decimal', UnitOfMeasure: code };
}

/** Exact quantity; a unit that is neither a UN/CEFACT code of the vocabulary nor named by the caller is `mes/unknown-unit`. */
function readQuantity(from: Cursor): JsonObject {
  const amount = from.take('QuantityString');
  const raw = typeof amount === 'number' ? amount : textOf(amount);
  const value = readDecimal(raw, `${from.pointer}/QuantityString`, from.trail);
  const unit = readUnit(from);
  from.take('DataType');
  from.end();
  return { value, unit };
}

export function readUnit(from: Cursor): string {
  const named = (from.text('UnitOfMeasure') ?? '').trim();
  const { units, key } = from.trail;
  const code = Object.hasOwn(units, named) ? (units[named] as string) : named;
  if (!Object.hasOwn(unitCodeMappings.b2mml.fromSystem, code))
    throw new MesError(
      'mes/unknown-unit',
      named === '' ? 'the quantity has no unit' : `${JSON.stringify(named)} is no unit that is known`,
      { key, pointer: `${from.pointer}/UnitOfMeasure` },
      'Send a UN/CEFACT code such as KGM, or give its code in the option units.',
    );
  return codeFromSystem(unitCodeMappings.b2mml, code, `${from.pointer}/UnitOfMeasure`, from.trail);
}

/** The one quantity of an element that may list several. */
export function takeQuantity(from: Cursor): JsonObject | undefined {
  const [first, second] = from.children('Quantity');
  if (second !== undefined) throw from.wrong('Quantity/1', 'a second quantity is not mapped');
  return first === undefined ? undefined : readQuantity(first);
}
