import { type B2mmlElement, textOf } from '../b2mml/element.ts';
import { type CodeMapping, codeFromSystem, codeToSystem } from '../code-mapping.ts';
import { readDecimal } from '../decimals.ts';
import { MesError } from '../mes-error.ts';
import type { Cursor } from './cursor.ts';
import {
  append,
  type Draft,
  type Field,
  type Json,
  type JsonObject,
  readUnit,
  set,
  toInteger,
  writeQuantity,
} from './field.ts';

/** A list of B2MML of values with a name, for what the standard has no element of its own for. */
export interface NamedValues {
  readonly list: string;
  /** Its elements inside an element of it; absent where none are written. */
  readonly child?: string;
  /** Canonical object: `WorkOrder.dueAt` cannot be mistaken for a parameter of the plant. */
  readonly object: string;
}

type DataType = 'string' | 'dateTime' | 'date' | 'duration' | 'integer' | 'boolean';

/** One scalar. The data type tells a reader without our contracts what the text is. */
export function named(values: NamedValues, property: string, dataType: DataType = 'string'): Field {
  return field(values, property, {
    write: (value, id) => ({ ID: id, Value: [typedText(String(value), dataType)] }),
    read: (from) => parse(valueIn(from), dataType),
  });
}

/** A code that has another name in B2MML; the table is that of the vocabulary. */
export function namedCode(values: NamedValues, property: string, mapping: CodeMapping): Field {
  const plain = named(values, property);
  return {
    ...plain,
    write: (from, into, place) => {
      const own = from[property];
      if (own === undefined) return;
      const code = codeToSystem(mapping, String(own), `${place.pointer}/${property}`, place.trail);
      plain.write({ [property]: code }, into, place);
    },
    read: (from, into) => {
      plain.read(from, into);
      const code = into[property];
      if (code !== undefined)
        into[property] = codeFromSystem(mapping, String(code), `${from.pointer}/${values.list}`, from.trail);
    },
  };
}

/** An exact quantity in a Value, which has a unit, too. */
export function namedQuantity(values: NamedValues, property: string): Field {
  return {
    ...about(values, property),
    write: (from, into, { pointer, trail }) => {
      if (from[property] === undefined) return;
      const { QuantityString, ...rest } = writeQuantity(from[property], { pointer: `${pointer}/${property}`, trail });
      append(into, values.list, {
        ID: idOf(values, property),
        Value: [{ ValueString: QuantityString as string, ...rest }],
      });
    },
    read: (from, into) => {
      const [value] = takeNamed(from, values, property)?.children('Value') ?? [];
      if (value === undefined) return;
      const amount = readDecimal(value.text('ValueString'), `${value.pointer}/ValueString`, value.trail);
      into[property] = { value: amount, unit: readUnit(value) };
    },
  };
}

/** An object of texts, such as the demand of an order: one child for each. */
export function namedRecord(values: NamedValues & { readonly child: string }, property: string): Field {
  return field(values, property, {
    write: (value, id) => ({
      ID: id,
      [values.child]: Object.entries(value as JsonObject).map(([key, text]) => ({
        ...{ ID: key, Value: [typedText(String(text), 'string')] },
      })),
    }),
    read: (from) =>
      Object.fromEntries(from.children(values.child).map((child) => [child.text('ID') ?? '', valueIn(child) ?? null])),
  });
}

/** Identifiers of other systems: the system, its identifier and, second, the link. */
export function namedReferences(values: NamedValues & { readonly child: string }): Field {
  return field(values, 'externalReferences', {
    write: (value, id) => ({
      ID: id,
      [values.child]: (value as readonly Record<string, string>[]).map(({ system = '', id: own = '', url }) => ({
        ...{
          ID: system,
          Value: [typedText(own, 'string'), ...(url === undefined ? [] : [typedText(url, 'uriReference')])],
        },
      })),
    }),
    read: (from) =>
      from.children(values.child).map((child) => {
        const system = child.text('ID') ?? null;
        const [id, url] = child.children('Value').map((value) => value.text('ValueString'));
        return { system, id: id ?? null, ...(url === undefined ? {} : { url }) };
      }),
  });
}

/** Local data of any shape, as JSON: carried end to end, not understood. */
export function namedJson(values: NamedValues, property: string): Field {
  return field(values, property, {
    write: (value, id) => ({ ID: id, Value: [typedText(JSON.stringify(value), 'string')] }),
    read: (from) => {
      const text = valueIn(from);
      try {
        return text === undefined ? undefined : (JSON.parse(text) as Json);
      } catch {
        throw new MesError(
          'mes/not-canonical',
          'the text is no JSON',
          { key: from.trail.key, pointer: `${from.pointer}/Value/0/ValueString` },
          `Return ${property} as it was sent, or leave it out.`,
        );
      }
    },
  });
}

/** Takes the value of a name out of its list. */
function takeNamed(from: Cursor, values: NamedValues, property: string): Cursor | undefined {
  const id = idOf(values, property);
  const [first, second] = from.children(values.list, (element) => textOf(element['ID']) === id);
  if (second !== undefined) throw second.wrong('ID', `${id} stands there twice`);
  first?.take('ID');
  return first;
}

export function typedText(text: string, dataType: string): B2mmlElement {
  return { ValueString: text, DataType: dataType };
}

function valueIn(from: Cursor): string | undefined {
  const [first, second] = from.children('Value');
  if (second !== undefined) throw second.wrong('', 'a second value is not mapped');
  first?.take('DataType');
  const text = first?.text('ValueString');
  first?.end();
  return text;
}

function parse(text: string | undefined, dataType: DataType): Json | undefined {
  if (dataType === 'integer') return toInteger(text);
  if (dataType !== 'boolean') return text;
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : text;
}

function idOf({ object }: NamedValues, property: string): string {
  return `${object}.${property}`;
}

function about(values: NamedValues, property: string): Pick<Field, 'properties' | 'element'> {
  return { properties: [property], element: `${values.list} ${idOf(values, property)}` };
}

interface Codec {
  write(value: Json, id: string): B2mmlElement;
  read(from: Cursor): Json | undefined;
}

function field(values: NamedValues, property: string, { write, read }: Codec): Field {
  return {
    ...about(values, property),
    write: (from: JsonObject, into: Draft) => {
      const value = from[property];
      if (value !== undefined) append(into, values.list, write(value, idOf(values, property)));
    },
    read: (from, into) => {
      const taken = takeNamed(from, values, property);
      if (taken === undefined) return;
      set(into, property, read(taken));
      taken.end();
    },
  };
}
