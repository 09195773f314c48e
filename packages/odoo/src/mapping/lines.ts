import type { OdooValue } from '../protocol.ts';
import type { Field } from './field.ts';
import { namesOf, readFields, writeFields } from './object-mapping.ts';
import type { JsonObject } from './place.ts';

/** A list of objects as lines of a record, in the order of their sequence and ids. */
export function lines(property: string, field: string, model: string, fields: readonly Field[]): Field {
  return {
    properties: [property],
    fields: [field],
    note: `${model}, see its own table`,
    write: async (from, into, at, kept) => {
      const all = (from[property] ?? []) as readonly JsonObject[];
      if (from[property] !== undefined && all.length === 0) kept[property] = [];
      const drafts = all.map((each, index) => writeFields(fields, each, at.at(property).at(index)));
      into[field] = (await Promise.all(drafts)).map((draft): OdooValue => [0, 0, draft]);
    },
    read: async (from, into, at, kept) => {
      const ids = (from[field] ?? []) as readonly number[];
      const names = [...new Set([...namesOf(fields), 'sequence', 'x_millwright'])];
      const records = ids.length === 0 ? [] : await at.directory.lines(model, ids, names);
      const sorted = records.toSorted(
        (left, right) => Number(left['sequence']) - Number(right['sequence']) || left.id - right.id,
      );
      const read = sorted.map((record, index) => readFields(fields, record, at.at(property).at(index)));
      if (sorted.length > 0) into[property] = await Promise.all(read);
      else if (Array.isArray(kept[property])) into[property] = [];
    },
  };
}
