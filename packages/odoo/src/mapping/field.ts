import type { OdooRecord } from '../client.ts';
import type { OdooValue, OdooValues } from '../protocol.ts';
import { shortest, toDecimal, toFloat } from './decimals.ts';
import { idOf } from './directory.ts';
import type { Json, JsonObject, Place } from './place.ts';

export type Draft = Record<string, OdooValue>;
export type Read = Record<string, Json>;
/** What Odoo has no field for, kept as JSON beside the record so that it comes back. */
export type Kept = Record<string, Json>;

/** One place of a mapping, both directions side by side, so that neither can forget what the other does. */
export interface Field {
  /** Properties of the canonical object that it is about. */
  readonly properties: readonly string[];
  /** Fields of the model that it reads and writes. */
  readonly fields: readonly string[];
  /** What a reader of the reference must know besides. */
  readonly note?: string;
  write(from: JsonObject, into: Draft, at: Place, kept: Kept): void | Promise<void>;
  read(from: OdooRecord | OdooValues, into: Read, at: Place, kept: JsonObject): void | Promise<void>;
}

export function text(property: string, field: string): Field {
  return {
    properties: [property],
    fields: [field],
    write: (from, into) => {
      into[field] = (from[property] ?? false) as OdooValue;
    },
    read: (from, into) => {
      const value = from[field];
      if (typeof value === 'string' && value !== '') into[property] = value;
    },
  };
}

/** A code that has another name in Odoo. Where several codes share a name, the exact one is kept beside and believed while it still fits. */
export function coded(
  property: string,
  mapping: {
    readonly toSystem: Readonly<Record<string, string>>;
    readonly fromSystem: Readonly<Record<string, string>>;
  },
  odoo: {
    readonly fields: readonly string[];
    write(code: string): OdooValues;
    read(from: OdooValues): string;
    note?: string;
  },
): Field {
  return {
    properties: [property],
    fields: odoo.fields,
    ...(odoo.note === undefined ? {} : { note: odoo.note }),
    write: (from, into, _at, kept) => {
      const own = from[property];
      if (typeof own !== 'string') return;
      const code = mapping.toSystem[own] as string;
      Object.assign(into, odoo.write(code));
      if (mapping.fromSystem[code] !== own) kept[property] = own;
    },
    read: (from, into, at, kept) => {
      const code = odoo.read(from);
      const exact = kept[property];
      const own = typeof exact === 'string' && mapping.toSystem[exact] === code ? exact : mapping.fromSystem[code];
      if (own === undefined)
        throw at
          .at(property)
          .fail(
            'odoo/unknown-code',
            `${JSON.stringify(code)} is no code that is known`,
            'Map it in schemas/vocabularies.',
          );
      into[property] = own;
    },
  };
}

/** An exact amount of a number field with a fixed count of digits. `absent` is what Odoo has where nothing was said. */
export function decimal(
  property: string,
  field: string,
  { digits, absent }: { digits: number; absent: number },
): Field {
  return {
    properties: [property],
    fields: [field],
    note: `${digits} digits; absent: ${absent}`,
    write: (from, into, at, kept) => {
      const value = from[property];
      into[field] = typeof value === 'string' ? floatOf(value, digits, at.at(property)) : absent;
      if (into[field] === absent && value !== undefined) kept[property] = value;
    },
    read: (from, into, at, kept) => {
      const value = from[field];
      if (typeof value === 'number' && (value !== absent || kept[property] !== undefined))
        into[property] = decimalOf(value, digits, at.at(property));
    },
  };
}

/** Amount and unit; Odoo rounds amounts of all units to the digits of its precision `Product Unit`. */
export function quantity(property: string, field: string, unitField: string): Field {
  return {
    properties: [property],
    fields: [field, unitField],
    write: async (from, into, at) => {
      const given = from[property];
      if (given === undefined) return;
      const { value, unit } = given as { readonly value: string; readonly unit: string };
      const place = at.at(property);
      const { id, units } = await place.unit(unit);
      into[field] = floatOf(value, units.digits, place.at('value'));
      into[unitField] = id;
    },
    read: async (from, into, at) => {
      const value = from[field];
      if (typeof value !== 'number') return;
      const place = at.at(property);
      into[property] = {
        value: decimalOf(value, (await at.directory.units()).digits, place),
        unit: await unitAt(from[unitField], place),
      };
    },
  };
}

/** Canonical code of a unit that a record refers to. */
export async function unitAt(reference: unknown, at: Place): Promise<string> {
  const code = (await at.directory.units()).codeOf.get(idOf(reference) ?? 0);
  if (code === undefined)
    throw at.fail(
      'odoo/unknown-unit',
      `${JSON.stringify(reference)} is no unit of the vocabulary`,
      'Use a unit of the vocabulary in Odoo, or add its name to schemas/vocabularies/units.yaml.',
    );
  return code;
}

export function floatOf(value: string, digits: number, at: Place): number {
  const float = toFloat(value, digits);
  if (float === undefined)
    throw at.fail(
      'odoo/lossy-conversion',
      `Odoo keeps ${digits} digits after the point and 15 in all, so ${value} would be rounded`,
      'Send fewer digits or a smaller unit, or raise the precision in Odoo.',
    );
  if (shortest(value) !== value) at.lose(`written as ${shortest(value)}`);
  return float;
}

export function decimalOf(value: number, digits: number, at: Place): string {
  const text = toDecimal(value, digits);
  if (text === undefined)
    throw at.fail(
      'odoo/lossy-conversion',
      `Odoo holds ${value}, which has more than ${digits} digits after the point`,
      'Correct the amount in Odoo.',
    );
  return text;
}

/** A record of another model by its business key. */
export function reference(property: string, field: string, kind: 'item' | 'location'): Field {
  return {
    properties: [property],
    fields: [field],
    write: async (from, into, at) => {
      const key = from[property];
      if (typeof key === 'string') into[field] = (await at.at(property).refer(kind, key)).id;
    },
    read: async (from, into, at) => {
      const id = idOf(from[field]);
      const found = id === undefined ? undefined : await at.directory.byId(kind, id);
      if (found !== undefined) into[property] = found.key;
    },
  };
}

/** An instant. Odoo keeps UTC in whole seconds; a spelling that would not come back is kept beside. */
export function instant(property: string, field: string): Field {
  return {
    properties: [property],
    fields: [field],
    write: (from, into, _at, kept) => {
      const value = from[property];
      if (typeof value !== 'string') return;
      into[field] = odooTime(value);
      if (canonicalTime(odooTime(value)) !== value) kept[property] = value;
    },
    read: (from, into, _at, kept) => {
      const value = from[field];
      if (typeof value !== 'string') return;
      const exact = kept[property];
      into[property] = typeof exact === 'string' && odooTime(exact) === value ? exact : canonicalTime(value);
    },
  };
}

function odooTime(value: string): string {
  return new Date(value).toISOString().slice(0, 19).replace('T', ' ');
}

function canonicalTime(value: string): string {
  return `${value.replace(' ', 'T')}Z`;
}
