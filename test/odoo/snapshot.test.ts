import { readFileSync } from 'node:fs';
import { introspect, type OdooSnapshot, printSnapshot } from '@millwright/odoo';
import { describe, expect, it } from 'vitest';
import { printOdooModels } from '../../generators/src/odoo-models.ts';
import { connect, odooMissing } from '../services/odoo.ts';

const text = readFileSync(new URL('../../packages/odoo/snapshots/odoo-19.json', import.meta.url), 'utf8');
const kept: OdooSnapshot = JSON.parse(text);
const models = [...Object.keys(kept.models), ...kept.absent];

it('a snapshot is printed in one way', () => expect(printSnapshot(kept)).toBe(text));

it('its types tell references, lines and computed fields apart', () => {
  const types = printOdooModels(kept);
  const production = types.slice(types.indexOf("'mrp.production': {"), types.indexOf("'mrp.routing.workcenter': {"));
  const [read, write] = production.split('readonly write: {') as [string, string];
  expect(read).toContain('readonly product_id: readonly [id: number, name: string];');
  expect(read).toContain(
    "readonly state: 'draft' | 'confirmed' | 'progress' | 'to_close' | 'done' | 'cancel' | false;",
  );
  expect(write).toContain('readonly product_id?: number;');
  expect(write).toContain("readonly workorder_ids?: readonly OdooCommand<OdooModels['mrp.workorder']['write']>[];");
  expect(write).not.toContain('readonly state?:');
});

describe.skipIf(odooMissing !== undefined)(`a real Odoo ${odooMissing ?? ''}`, () => {
  it('is the same by both protocols, and has at least what the kept one has', { timeout: 120_000 }, async () => {
    const byJson2 = await introspect(connect('json-2'), models);
    const byJsonRpc = await introspect(connect('json-rpc'), models.toReversed());
    expect(printSnapshot(byJsonRpc)).toBe(printSnapshot(byJson2));
    expect(byJson2.models).toMatchObject(kept.models);
  });
});
