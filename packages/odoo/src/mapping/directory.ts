import { unitCodeMappings } from '@millwright/sdk/vocabularies';
import type { Domain, OdooClient, OdooRecord } from '../client.ts';

/** Business key and company of a record that others refer to. */
export interface Entry {
  readonly id: number;
  readonly key: string;
  /** Undefined where it belongs to all companies. */
  readonly company: number | undefined;
  /** False for an archived one. */
  readonly active: boolean;
  /** Of an item: what its bills belong to. */
  readonly template: number | undefined;
}

/** A plant is a warehouse: its short name is the plantId, which Odoo keeps unique within a company. */
export interface Plant {
  readonly id: number;
  readonly key: string;
  readonly company: number;
  readonly stockLocation: number;
  readonly manufacturing: number;
}

export type Kind = 'item' | 'workCenter' | 'location' | 'bom' | 'loss';
const kinds: { readonly [K in Kind]: readonly [model: string, field: string] } = {
  item: ['product.product', 'default_code'],
  workCenter: ['mrp.workcenter', 'x_millwright_key'],
  location: ['stock.location', 'complete_name'],
  bom: ['mrp.bom', 'x_millwright_key'],
  loss: ['mrp.workcenter.productivity.loss', 'name'],
};

/** Archived records keep their key, so that it is not given away twice. English, because names are translated. */
export const everyRecord = { context: { active_test: false, lang: 'en_US' } };

/**
 * Business keys and ids, both ways. What is asked for in one turn of the loop is one call, so that mapping a thousand objects costs a
 * handful. It is made for one run: nothing in it grows old.
 */
export class Directory {
  readonly #odoo: OdooClient;
  readonly #lookups = new Map<string, Lookup>();
  readonly #lines = new Map<string, { readonly ids: Set<number>; readonly found: Promise<readonly OdooRecord[]> }>();
  #units: Promise<Units> | undefined;
  #plants: Promise<readonly Plant[]> | undefined;

  constructor(odoo: OdooClient) {
    this.#odoo = odoo;
  }

  /** Every record with the key: more than one is the caller's to refuse. */
  byKey(kind: Kind, key: string): Promise<readonly Entry[]> {
    const [model, field] = kinds[kind];
    return this.#lookup(model, field, 'key').get(key);
  }

  async byId(kind: Kind, id: number): Promise<Entry | undefined> {
    const [model, field] = kinds[kind];
    return (await this.#lookup(model, field, 'id').get(id))[0];
  }

  /** Lines of records, in the order of ids: what is asked for in one turn is one call. */
  async lines(model: string, ids: readonly number[], fields: readonly string[]): Promise<readonly OdooRecord[]> {
    const name = `lines ${model}`;
    const waiting = this.#lines.get(name) ?? { ids: new Set<number>(), found: this.#readLater(name, model, fields) };
    this.#lines.set(name, waiting);
    for (const id of ids) waiting.ids.add(id);
    return (await waiting.found).filter(({ id }) => ids.includes(id));
  }

  async #readLater(name: string, model: string, fields: readonly string[]): Promise<readonly OdooRecord[]> {
    await Promise.resolve();
    const { ids } = this.#lines.get(name) ?? { ids: [] };
    this.#lines.delete(name);
    return this.#odoo.read(model, [...ids], fields, everyRecord);
  }

  units(): Promise<Units> {
    this.#units ??= readUnits(this.#odoo);
    return this.#units;
  }

  plants(): Promise<readonly Plant[]> {
    this.#plants ??= readPlants(this.#odoo);
    return this.#plants;
  }

  #lookup(model: string, field: string, by: 'key' | 'id'): Lookup {
    const name = `${model} ${field} ${by}`;
    const found = this.#lookups.get(name) ?? new Lookup(this.#odoo, model, field, by === 'key' ? field : 'id');
    this.#lookups.set(name, found);
    return found;
  }
}

/** Looks up together what is asked for in one turn. */
class Lookup {
  readonly #known = new Map<string | number, Promise<readonly Entry[]>>();
  #waiting: { readonly values: (string | number)[]; readonly found: Promise<readonly OdooRecord[]> } | undefined;
  readonly #read: (values: readonly (string | number)[]) => Promise<readonly OdooRecord[]>;
  readonly #field: string;
  readonly #by: string;

  constructor(odoo: OdooClient, model: string, field: string, by: string) {
    this.#field = field;
    this.#by = by;
    const fields = [
      field,
      ...(model === 'mrp.workcenter.productivity.loss' ? [] : ['company_id', 'active']),
      ...(model === 'product.product' ? ['product_tmpl_id'] : []),
    ];
    this.#read = (values) => odoo.searchRead(model, [[by, 'in', values]], fields, everyRecord);
  }

  get(value: string | number): Promise<readonly Entry[]> {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (this.#waiting === undefined) {
      const values: (string | number)[] = [];
      const found = Promise.resolve().then(() => {
        this.#waiting = undefined;
        return this.#read(values);
      });
      this.#waiting = { values, found };
    }
    this.#waiting.values.push(value);
    const entries = this.#waiting.found.then((records) =>
      records
        .filter((record) => record[this.#by] === value)
        .map((record) => ({
          id: record.id,
          key: String(record[this.#field]),
          company: idOf(record['company_id']),
          active: record['active'] === true,
          template: idOf(record['product_tmpl_id']),
        })),
    );
    this.#known.set(value, entries);
    return entries;
  }
}

/** Id of a reference as it is read. */
export function idOf(reference: unknown): number | undefined {
  return Array.isArray(reference) ? (reference[0] as number) : undefined;
}

/** Units of the database that the vocabulary knows, with the digits that Odoo keeps of amounts. */
export interface Units {
  readonly idOf: ReadonlyMap<string, number>;
  readonly codeOf: ReadonlyMap<number, string>;
  /** Size of each unit in the first unit of its tree. */
  readonly factorOf: ReadonlyMap<number, number>;
  readonly digits: number;
}

async function readUnits(odoo: OdooClient): Promise<Units> {
  const [units, precisions] = await Promise.all([
    odoo.searchRead('uom.uom', [], ['name', 'factor'], { ...everyRecord, order: 'id desc' }),
    odoo.searchRead('decimal.precision', productUnit, ['digits']),
  ]);
  const codes: Readonly<Record<string, string>> = unitCodeMappings['odoo-19'].fromSystem;
  const known = units.flatMap(({ id, name }) =>
    Object.hasOwn(codes, String(name)) ? [[codes[String(name)] as string, id] as const] : [],
  );
  return {
    idOf: new Map(known),
    codeOf: new Map(known.map(([code, id]) => [id, code])),
    factorOf: new Map(units.map(({ id, factor }) => [id, Number(factor)])),
    digits: Number(precisions[0]?.['digits'] ?? 2),
  };
}

/** Odoo 19 has one precision for amounts of all units; before, it had another name. */
const productUnit: Domain = [['name', 'in', ['Product Unit', 'Product Unit of Measure']]];

async function readPlants(odoo: OdooClient): Promise<readonly Plant[]> {
  const fields = ['code', 'company_id', 'lot_stock_id', 'manu_type_id'];
  const warehouses = await odoo.searchRead('stock.warehouse', [], fields, everyRecord);
  return warehouses.map((record) => ({
    id: record.id,
    key: String(record['code']),
    company: idOf(record['company_id']) ?? 0,
    stockLocation: idOf(record['lot_stock_id']) ?? 0,
    manufacturing: idOf(record['manu_type_id']) ?? 0,
  }));
}
