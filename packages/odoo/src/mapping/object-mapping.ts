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
  /** Refuses to change a record; Odoo would change what was booked. */
  readonly unchangeable?: readonly string[];
  readonly values?: (value: Type, at: Place) => OdooValues | Promise<OdooValues>;
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
  readonly draft: Draft;
  readonly losses: readonly Loss[];
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
    const changes = prepared.map((each, index) => changesOf(mapping, each, found[index]));
    const created = await odoo.create(
      mapping.model,
      missing.map(({ draft }) => draft),
      everyRecord,
    );
    const ids = new Map(missing.map((each, index) => [each, created[index] as number]));
    const written: Written[] = [];
    for (const [index, each] of prepared.entries()) {
      const { key, losses } = each;
      const there = found[index];
      const change = changes[index];
      if (there !== undefined && change !== undefined) await odoo.write(mapping.model, [there.id], change, everyRecord);
      const outcome = there === undefined ? 'created' : change === undefined ? 'same' : 'changed';
      written.push({ key, id: there?.id ?? (ids.get(each) as number), outcome, losses });
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
  const draftOfAll = { ...draft, ...company, x_millwright_key: key, ...(await mapping.values?.(object, place)) };
  return { key, draft: draftOfAll, losses };
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

/** Values that differ; a list of lines is written anew, because lines have no key that Odoo would hold. */
function changesOf<Type>(
  mapping: ObjectMapping<Type>,
  { key, draft }: Prepared,
  there: OdooRecord | undefined,
): OdooValues | undefined {
  if (there === undefined) return undefined;
  const changed = Object.entries(draft).filter(
    ([name, value]) => name in there && !isLines(value) && plain(there[name]) !== value,
  );
  const linesDiffer = draft['x_millwright'] !== there['x_millwright'];
  const lines = linesDiffer ? Object.entries(draft).filter(([, value]) => isLines(value)) : [];
  for (const [name] of changed)
    if (mapping.unchangeable?.includes(name) === true)
      throw new MappingError(
        'odoo/differs',
        `${name} of the record in Odoo differs`,
        { key, pointer: '' },
        'Change it in Odoo, where what was booked is seen, or send what Odoo has.',
      );
  const renewed = lines.map(([name, value]) => [name, [[5, 0, 0], ...(value as readonly never[])]] as const);
  return changed.length + lines.length === 0 ? undefined : Object.fromEntries([...changed, ...renewed]);
}

function isLines(value: unknown): boolean {
  return Array.isArray(value);
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
