import type { Directory, Entry, Kind, Plant, Units } from './directory.ts';
import { MappingError, type MappingErrorCode } from './mapping-error.ts';

/** Canonical data before its check by the contract. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Something that the other side does not hold, or that had to be assumed. */
export interface Loss {
  /** JSON Pointer into the canonical object. */
  readonly pointer: string;
  readonly reason: string;
}

/** Where a mapping is: the business key for errors, the plant, and the losses so far. */
export class Place {
  readonly key: string;
  readonly pointer: string;
  readonly directory: Directory;
  readonly losses: Loss[];
  /** Company of the plant that the object belongs to; undefined for what belongs to the enterprise. */
  readonly plant: Plant | undefined;

  constructor(at: { key: string; pointer?: string; directory: Directory; losses: Loss[]; plant?: Plant | undefined }) {
    this.key = at.key;
    this.pointer = at.pointer ?? '';
    this.directory = at.directory;
    this.losses = at.losses;
    this.plant = at.plant;
  }

  at(step: string | number): Place {
    return new Place({ ...this, pointer: `${this.pointer}/${step}` });
  }

  in(plant: Plant): Place {
    return new Place({ ...this, plant });
  }

  lose(reason: string): void {
    this.losses.push({ pointer: this.pointer, reason });
  }

  fail(code: MappingErrorCode, message: string, fix: string): MappingError {
    return new MappingError(code, message, this, fix);
  }

  /** The one record with the key, which must belong to the company of the plant or to all. */
  async refer(kind: Kind, key: string): Promise<Entry> {
    const all = await this.directory.byKey(kind, key);
    const company = this.plant?.company;
    const [own, second] = all.filter(
      (each) => each.company === undefined || company === undefined || each.company === company,
    );
    if (own === undefined && all.length > 0)
      throw this.fail(
        'odoo/wrong-company',
        `${key} belongs to another company than the plant`,
        'Send the plant that it belongs to, or share it in Odoo.',
      );
    if (own === undefined) throw this.fail('odoo/unknown-reference', `Odoo has no ${kind} ${key}`, 'Send that first.');
    if (second !== undefined)
      throw this.fail(
        'odoo/ambiguous-key',
        `Odoo has several records with the key ${key}`,
        'Give all but one another number in Odoo.',
      );
    return own;
  }

  /** The same for a record that new orders may use. */
  async use(kind: 'item' | 'workCenter' | 'bom', key: string): Promise<Entry> {
    const found = await this.refer(kind, key);
    if (!found.active)
      throw this.fail('odoo/obsolete', `${key} is obsolete in Odoo`, 'Send the revision that is in use.');
    return found;
  }

  async unit(code: string): Promise<{ readonly id: number; readonly units: Units }> {
    const units = await this.directory.units();
    const id = units.idOf.get(code);
    if (id === undefined)
      throw this.at('unit').fail(
        'odoo/unknown-unit',
        `Odoo has no unit for ${code}`,
        'Send the unit of measure first.',
      );
    return { id, units };
  }

  async plantOf(code: string): Promise<Plant> {
    const [plant, second] = (await this.directory.plants()).filter(({ key }) => key === code);
    if (plant === undefined)
      throw this.fail(
        'odoo/unknown-reference',
        `no warehouse has the short name ${code}`,
        'Give the warehouse of the plant the plantId as its short name, and its company to the user of the key.',
      );
    if (second !== undefined)
      throw this.fail(
        'odoo/ambiguous-key',
        `warehouses of several companies have the short name ${code}`,
        'Give each plant a short name of its own.',
      );
    return plant;
  }
}
