import { readFileSync } from 'node:fs';
import {
  billOfMaterialsMapping,
  downtimeMapping,
  itemMapping,
  lotMapping,
  unitOfMeasureMapping,
  workCenterMapping,
  workOrderMapping,
} from '@millwright/odoo/mapping';
import { describe, expect, it } from 'vitest';
import { byProductFields, lineFields } from '../../packages/odoo/src/mapping/bill-of-materials.ts';
import type { Field } from '../../packages/odoo/src/mapping/field.ts';
import { odooDifferences } from '../../packages/odoo/src/mapping/odoo-versions.ts';
import { routingFields, routingOperationFields } from '../../packages/odoo/src/mapping/routing.ts';

const snapshot = JSON.parse(
  readFileSync(new URL('../../packages/odoo/snapshots/odoo-19.json', import.meta.url), 'utf8'),
) as { readonly absent: readonly string[]; readonly models: Readonly<Record<string, object>> };

const mappings: readonly { readonly model: string; readonly fields: readonly Field[] }[] = [
  unitOfMeasureMapping,
  itemMapping,
  workCenterMapping,
  billOfMaterialsMapping,
  lotMapping,
  workOrderMapping,
  downtimeMapping,
  { model: 'mrp.bom.line', fields: lineFields },
  { model: 'mrp.bom.byproduct', fields: byProductFields },
  { model: 'mrp.bom', fields: routingFields },
  { model: 'mrp.routing.workcenter', fields: routingOperationFields },
];

describe('the fields of the mapping', () => {
  it.each(mappings)('$model of Odoo 19 has them, and each property has one place', ({ model, fields }) => {
    const names = fields.flatMap((field) => field.fields).filter((name) => !name.startsWith('x_millwright'));
    const known = snapshot.models[model] ?? {};
    expect(names.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
    const properties = fields.flatMap((field) => field.properties);
    expect(new Set(properties).size).toBe(properties.length);
  });

  it('models that were renamed before Odoo 19 are not in its snapshot', () => {
    const renamed = odooDifferences.filter(({ before }) => /^[a-z]+(\.[a-z]+){2}$/.test(before));
    expect(renamed.map(({ before }) => before)).toEqual(['stock.production.lot']);
    for (const { before, now } of renamed) {
      expect(snapshot.absent).toContain(before);
      expect(Object.keys(snapshot.models)).toContain(now);
    }
  });
});
