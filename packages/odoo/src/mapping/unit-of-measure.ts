import type { UnitOfMeasure } from '@millwright/sdk/types';
import { unitCodeMappings } from '@millwright/sdk/vocabularies';
import { idOf } from './directory.ts';
import { decimalOf, type Field, unitAt } from './field.ts';
import type { ObjectMapping } from './object-mapping.ts';
import type { Place } from './place.ts';

const { toSystem, fromSystem } = unitCodeMappings['odoo-19'];

const code: Field = {
  properties: ['code'],
  fields: ['name'],
  write: (from, into) => {
    into['name'] = toSystem[from['code'] as keyof typeof toSystem];
  },
  read: (from, into, at) => {
    const name = String(from['name']);
    if (!Object.hasOwn(fromSystem, name))
      throw at
        .at('code')
        .fail(
          'odoo/unknown-unit',
          `${name} is no unit of the vocabulary`,
          'Add its name to schemas/vocabularies/units.yaml.',
        );
    into['code'] = fromSystem[name as keyof typeof fromSystem];
  },
};

/** Odoo holds the ratio as one float, so that a third is rounded there; the exact ratio is kept and believed while it still fits. */
const ratio: Field = {
  properties: ['factor', 'divisor', 'baseUnit', 'offset'],
  fields: ['factor', 'relative_factor', 'relative_uom_id'],
  note: 'a unit that is there is compared, never changed: stock is booked in it',
  write: async (from, into, at, kept) => {
    for (const property of ['factor', 'divisor', 'baseUnit', 'offset'])
      if (from[property] !== undefined) kept[property] = from[property];
    if (from['offset'] !== undefined && Number(from['offset']) !== 0)
      at.at('offset').lose('kept, but Odoo converts without it');
    const units = await at.directory.units();
    const own = units.idOf.get(String(from['code']));
    const size = Number(from['factor']) / Number(from['divisor'] ?? '1');
    const isBase = from['baseUnit'] === from['code'];
    const base = isBase ? own : (await at.at('baseUnit').unit(String(from['baseUnit']))).id;
    if (own === undefined) {
      into['relative_factor'] = size;
      into['relative_uom_id'] = isBase ? false : (base as number);
      return;
    }
    const there = (units.factorOf.get(own) as number) / (units.factorOf.get(base as number) as number);
    compare(there, size, at.at('factor'));
  },
  read: async (from, into, at, kept) => {
    const units = await at.directory.units();
    if (kept['factor'] === undefined) {
      const relative = idOf(from['relative_uom_id']);
      into['baseUnit'] =
        relative === undefined ? (into['code'] as string) : await unitAt(from['relative_uom_id'], at.at('baseUnit'));
      into['factor'] = relative === undefined ? '1' : decimalOf(Number(from['relative_factor']), 9, at.at('factor'));
      return;
    }
    const base = units.idOf.get(String(kept['baseUnit']));
    const size = Number(from['factor']) / (units.factorOf.get(base ?? 0) ?? Number.NaN);
    compare(size, Number(kept['factor']) / Number(kept['divisor'] ?? '1'), at.at('factor'));
    for (const property of ['factor', 'divisor', 'baseUnit', 'offset'])
      if (kept[property] !== undefined) into[property] = kept[property];
  },
};

/** Odoo's own minute is 0.0166667 hours: what its data rounds is told, what differs by more is another unit. */
function compare(there: number, agreed: number, at: Place): void {
  const difference = Math.abs(there - agreed) / agreed;
  if (!(difference < 1e-5))
    throw at.fail(
      'odoo/differs',
      `Odoo converts by ${there}`,
      'Change the unit in Odoo, where what was booked is seen, or send what Odoo has.',
    );
  // As far as a double that went through a multiplication may be off.
  if (difference > 1e-12) at.lose(`Odoo converts by ${there}`);
}

/** UnitOfMeasure as uom.uom. */
export const unitOfMeasureMapping: ObjectMapping<UnitOfMeasure> = {
  object: 'UnitOfMeasure',
  model: 'uom.uom',
  keyOf: ({ code }) => code,
  identity: ['name'],
  fields: [code, ratio],
};
