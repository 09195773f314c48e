import { isDeepStrictEqual } from 'node:util';
import { violationsOf } from '@millwright/sdk/validator-schemas';
import type { Domain, OdooClient, OdooRecord } from '../client.ts';
import { OdooError } from '../odoo-error.ts';
import type { OdooValues } from '../protocol.ts';
import { Directory, everyRecord } from './directory.ts';
import type { Draft, Field, Kept, Read } from './field.ts';
import { MappingError, refused } from './mapping-error.ts';
import { type Json, type JsonObject, type Loss, Place } from './place.ts';

/** A canonical object as records of one model. */
export interface ObjectMapping<Type> {
  readonly object: string;
  readonly model: string;
  readonly fields: readonly Field[];
  keyOf(value: Type): string;
  /** Fields of the draft by which a record is found again; the first one is searched for. */
  readonly identity: readonly [string, ...string[]];
  /** Whether the object belongs to a plant, whose company its record and all that it refers to must belong to. */
  readonly ofPlant?: 'must' | 'may';
  /** Values that are given at the creation only. */
  readonly values?: (at: Place) => OdooValues;
  /** Throws where a record that differs must not be changed any more. */
  readonly guard?: (there: OdooRecord, draft: OdooValues, at: Place) => void;
  /** What only a button does. Done twice it is done once. */
  readonly after?: (odoo: OdooClient, done: Done) => Promise<void>;
}

export interface Done {
  readonly id: number;
  readonly json: JsonObject;
  readonly place: Place;
}

/** What came of an object: written anew, changed, or found as it was. */
export type Outcome = 'created' | 'changed' | 'same';
export interface Written {
  readonly key: string;
  readonly id: number;
  readonly outcome: Outcome;
  readonly losses: readonly Loss[];
}

export interface ReadOptions {
  /** For properties that the contract demands and records made in Odoo itself do not have: `{ revision: 'A' }`. Each is told as a loss. */
  readonly assumed?: JsonObject;
}

interface Prepared {
  readonly key: string;
  readonly json: JsonObject;
  readonly draft: Draft;
  readonly place: Place;
}

/**
 * Writes objects by their business keys: what is there is changed only where it differs, the rest is created in batches of one
 * transaction each. Everything is checked before the first write. Throws a MappingError.
 */
export async function writeObjects<Type extends object>(
  odoo: OdooClient,
  mapping: ObjectMapping<Type>,
  objects: readonly Type[],
): Promise<readonly Written[]> {
  const keys = objects
    .map((object) => mapping.keyOf(object))
    .join(', ')
    .slice(0, 500);
  try {
    const directory = new Directory(odoo);
    const prepared = await Promise.all(objects.map((object) => prepare(mapping, object, directory)));
    refuseTwice(prepared);
    const found = await findAll(odoo, mapping, prepared);
    const missing = prepared.filter((_, index) => found[index] === undefined);
    const outcomes = await Promise.all(
      prepared.map((each, index): Promise<Outcome> => outcomeOf(mapping, found[index], each)),
    );
    const created = await odoo.create(
      mapping.model,
      missing.map(({ draft, place }) => ({ ...draft, ...mapping.values?.(place) })),
      everyRecord,
    );
    const ids = new Map(missing.map((each, index) => [each, created[index] as number]));
    const written: Written[] = [];
    for (const [index, each] of prepared.entries()) {
      const there = found[index];
      const id = there?.id ?? (ids.get(each) as number);
      const outcome = outcomes[index] as Outcome;
      if (outcome === 'changed') await odoo.write(mapping.model, [id], renewed(each.draft), everyRecord);
      await mapping.after?.(odoo, { id, json: each.json, place: each.place });
      written.push({ key: each.key, id, outcome, losses: each.place.losses });
    }
    return written;
  } catch (error) {
    throw error instanceof OdooError ? refused(error, keys) : error;
  }
}

async function prepare<Type extends object>(
  mapping: ObjectMapping<Type>,
  object: Type,
  directory: Directory,
): Promise<Prepared> {
  const key = mapping.keyOf(object);
  const losses: Loss[] = [];
  const at = new Place({ key, directory, losses });
  const [first] = violationsOf(mapping.object, object, 'strict');
  if (first !== undefined)
    throw new MappingError(
      'odoo/not-canonical',
      `no ${mapping.object}: ${first.message}`,
      { key, pointer: first.pointer },
      'Send what the contract demands.',
    );
  const json = object as unknown as JsonObject;
  const plantId = mapping.ofPlant === undefined ? undefined : json['plantId'];
  const place = typeof plantId === 'string' ? at.in(await at.at('plantId').plantOf(plantId)) : at;
  const draft = await writeFields(mapping.fields, json, place);
  const company = mapping.ofPlant === undefined ? {} : { company_id: place.plant?.company ?? false };
  return { key, json, draft: { ...draft, ...company, x_millwright_key: key }, place };
}

/** Writes an object by its fields. What none of them is about is kept beside the record. */
export async function writeFields(fields: readonly Field[], from: JsonObject, at: Place): Promise<Draft> {
  const into: Draft = {};
  const kept: Kept = {};
  const mapped = new Set(fields.flatMap(({ properties }) => properties));
  for (const [property, value] of Object.entries(from)) if (!mapped.has(property)) kept[property] = value;
  for (const field of fields) await field.write(from, into, at, kept);
  into['x_millwright'] = Object.keys(kept).length === 0 ? false : JSON.stringify(kept);
  return into;
}

/** Reads a record by the same fields; what Odoo says comes before what was kept. */
export async function readFields(fields: readonly Field[], from: OdooValues, at: Place): Promise<Read> {
  const kept = keptOf(from);
  const into: Read = {};
  for (const field of fields) await field.read(from, into, at, kept);
  const mapped = new Set(fields.flatMap(({ properties }) => properties));
  for (const [property, value] of Object.entries(kept)) if (!mapped.has(property)) into[property] = value;
  return into;
}

function keptOf(from: OdooValues): JsonObject {
  const text = from['x_millwright'];
  if (typeof text !== 'string') return {};
  try {
    const kept: unknown = JSON.parse(text);
    return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as JsonObject) : {};
  } catch {
    // Somebody typed into it: what Odoo itself says still counts, and what is then missing is told by the check of the contract.
    return {};
  }
}

function refuseTwice(prepared: readonly Prepared[]): void {
  const seen = new Set<string>();
  for (const { key } of prepared) {
    if (seen.has(key))
      throw new MappingError(
        'odoo/ambiguous-key',
        'stands twice in one batch',
        { key, pointer: '' },
        'Send each object once.',
      );
    seen.add(key);
  }
}

async function findAll<Type>(
  odoo: OdooClient,
  { model, identity: [first, ...rest], fields }: ObjectMapping<Type>,
  prepared: readonly Prepared[],
): Promise<readonly (OdooRecord | undefined)[]> {
  const read = [...new Set([first, ...rest, ...namesOf(fields), 'x_millwright'])];
  const pages = [];
  for (let start = 0; start < prepared.length; start += 500) {
    const values = prepared.slice(start, start + 500).map(({ draft }) => draft[first] as string);
    pages.push(await odoo.searchRead(model, [[first, 'in', values]], read, { ...everyRecord, order: 'id' }));
  }
  const records = Map.groupBy(pages.flat(), (record) => String(record[first]));
  return prepared.map(({ key, draft }) => {
    const same = (records.get(String(draft[first])) ?? []).filter((record) =>
      rest.every((name) => plain(record[name]) === plain(draft[name])),
    );
    if (same.length > 1)
      throw new MappingError(
        'odoo/ambiguous-key',
        `${same.length} records of ${model} have it`,
        { key, pointer: '' },
        'Give all but one another number in Odoo.',
      );
    return same[0];
  });
}

export function namesOf(fields: readonly Field[]): readonly string[] {
  return [...new Set(fields.flatMap((field) => field.fields))];
}

/** A reference is read as id and name, and written as id. */
function plain(value: unknown): unknown {
  return Array.isArray(value) && typeof value[1] === 'string' ? value[0] : value;
}

/** Lines have no key that Odoo would hold, so they are written anew, in the transaction that takes the old ones away. */
function renewed(draft: Draft): OdooValues {
  return Object.fromEntries(
    Object.entries(draft).map(([name, value]) => [name, Array.isArray(value) ? [[5, 0, 0], ...value] : value]),
  );
}

async function outcomeOf<Type>(
  mapping: ObjectMapping<Type>,
  there: OdooRecord | undefined,
  each: Prepared,
): Promise<Outcome> {
  if (there === undefined) return 'created';
  if (await isSame(mapping, there, each)) return 'same';
  mapping.guard?.(there, each.draft, each.place);
  return 'changed';
}

/** Whether a record says what the object says. One that cannot be read is written over. */
async function isSame<Type>(
  mapping: ObjectMapping<Type>,
  there: OdooRecord,
  { json, place }: Prepared,
): Promise<boolean> {
  try {
    const quiet = new Place({ ...place, losses: [] });
    return isDeepStrictEqual(await readFields(mapping.fields, there, quiet), json);
  } catch (error) {
    if (error instanceof MappingError) return false;
    throw error;
  }
}

/** Reads the objects whose records a domain finds. Throws a MappingError where one cannot be said in canonical terms. */
export async function readObjects<Type extends object>(
  odoo: OdooClient,
  mapping: ObjectMapping<Type>,
  domain: Domain,
  options: ReadOptions = {},
): Promise<readonly (readonly [value: Type, losses: readonly Loss[]])[]> {
  try {
    const fields = ['x_millwright', 'x_millwright_key', mapping.identity[0], ...namesOf(mapping.fields)];
    const records = await odoo.searchRead(mapping.model, domain, [...new Set(fields)], { ...everyRecord, order: 'id' });
    const directory = new Directory(odoo);
    return await Promise.all(records.map((record) => readObject(mapping, record, { directory, ...options })));
  } catch (error) {
    throw error instanceof OdooError ? refused(error, mapping.object) : error;
  }
}

async function readObject<Type extends object>(
  mapping: ObjectMapping<Type>,
  record: OdooRecord,
  { directory, assumed = {} }: ReadOptions & { readonly directory: Directory },
): Promise<readonly [Type, readonly Loss[]]> {
  const key = String(record['x_millwright_key'] || record[mapping.identity[0]]);
  const losses: Loss[] = [];
  const at = new Place({ key, directory, losses });
  const value: Record<string, Json> = await readFields(mapping.fields, record, at);
  for (const [property, assumption] of Object.entries(assumed))
    if (value[property] === undefined) {
      value[property] = assumption;
      at.at(property).lose('Odoo does not tell it: assumed');
    }
  const [first] = violationsOf(mapping.object, value, 'strict');
  if (first !== undefined)
    throw new MappingError(
      'odoo/not-canonical',
      `no ${mapping.object}: ${first.message}`,
      { key, pointer: first.pointer },
      'Complete the record in Odoo, or give the property in the option assumed.',
    );
  return [value as unknown as Type, losses];
}
