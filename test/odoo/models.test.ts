import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type FieldOfModel, type ModelsSnapshot, printOdooModels } from '../../generators/src/odoo-models.ts';
import { write } from '../client/generate.ts';

const field = (type: string, more: Partial<FieldOfModel> = {}): FieldOfModel => ({
  type,
  required: false,
  readonly: false,
  ...more,
});

const snapshot: ModelsSnapshot = {
  base: '19.0.1.3',
  models: {
    'stock.lot': {
      id: field('integer', { readonly: true }),
      name: field('char', { required: true }),
      ref: field('char'),
      product_qty: field('float', { readonly: true }),
      expiration_date: field('datetime'),
      product_id: field('many2one', { required: true, relation: 'product.product' }),
      company_id: field('many2one', { relation: 'res.company' }),
      quant_ids: field('one2many', { relation: 'stock.quant' }),
      lot_properties: field('properties'),
    },
    'stock.quant': {
      quantity: field('float', { required: true }),
      state: field('selection', { selection: ['free', "a'b */ \u2028"] }),
      tag_ids: field('many2many', { relation: 'somewhere.else' }),
    },
    "x_studio'; export const injected = 1; //": { '__proto__ */': field('no-such-type') },
  },
};

const odoo19: ModelsSnapshot = JSON.parse(
  readFileSync(new URL('../../packages/odoo/snapshots/odoo-19.json', import.meta.url), 'utf8'),
);

/** A mapping as an adapter has it; what must not compile is marked, and a mark where nothing is wrong is an error, too. */
const use = `
import { type OdooClient, typedClient } from '@millwright/odoo';
import type { OdooModels, OdooRead, OdooWrite } from './models.ts';
import type { OdooWrite as Write19 } from './odoo-19.ts';
declare const client: OdooClient;
const odoo = typedClient<OdooModels>(client);
declare const given: { readonly ref: string; readonly colour: string };

export const lot: OdooWrite<'stock.lot'> = { name: 'L-1', ref: false, product_id: 7, company_id: false, expiration_date: '2026-01-01 00:00:00' };
export const quants: OdooWrite<'stock.lot'> = { quant_ids: [[0, 0, { quantity: 1, state: 'free' }], [4, 8], [6, 0, [1, 2]]] };
export const tags: OdooWrite<'stock.quant'> = { tag_ids: [[0, 0, { anything: 1 }]] };
// @ts-expect-error missing
export const missing: OdooWrite<'stock.lot'> = { colour: 'red' };
// @ts-expect-error readonly
export const readonly: OdooWrite<'stock.lot'> = { product_qty: 1 };
// @ts-expect-error another type
export const other: OdooWrite<'stock.lot'> = { expiration_date: 5 };
// @ts-expect-error a reference is written as an id
export const reference: OdooWrite<'stock.lot'> = { product_id: [7, 'name'] };
// @ts-expect-error a required field has a value
export const required: OdooWrite<'stock.lot'> = { name: false };
// @ts-expect-error a selection has its values
export const selection: OdooWrite<'stock.quant'> = { state: 'gone' };
// @ts-expect-error a field of the lines
export const line: OdooWrite<'stock.lot'> = { quant_ids: [[0, 0, { colour: 1 }]] };

export const finish: Write19<'mrp.production'> = { lot_producing_ids: [[6, 0, [7]]], qty_producing: 5 };
// @ts-expect-error Odoo 18 and older have one lot
export const older: Write19<'mrp.production'> = { lot_producing_id: 7 };
// @ts-expect-error computed
export const done: Write19<'mrp.production'> = { state: 'done' };

export const use = async (): Promise<void> => {
  await odoo.create('stock.lot', [{ name: 'L-1', product_id: 7 }]);
  await odoo.write('stock.lot', [1], { quant_ids: [[0, 0, { quantity: 1 }]] });
  // @ts-expect-error missing, though not in a literal
  await odoo.write('stock.lot', [1], given);
  // @ts-expect-error missing, though not in a literal
  await odoo.create('stock.lot', [given]);
  // @ts-expect-error no such model
  await odoo.create('stock.production.lot', [{ name: 'L-1' }]);
  const [read] = await odoo.read('stock.lot', [1], ['name', 'product_id', 'company_id']);
  const name: string | undefined = read?.name;
  const product: number | undefined = read?.product_id[0];
  const company: readonly [number, string] | false | undefined = read?.company_id;
  // @ts-expect-error not asked for
  read?.ref;
  // @ts-expect-error missing
  await odoo.read('stock.lot', [1], ['colour']);
  for await (const each of odoo.readAll('stock.quant', [], ['state'])) void (each.state satisfies string | false);
  void [name, product, company];
};
export const odd: OdooRead<"x_studio'; export const injected = 1; //">['__proto__ */'] = { any: ['thing'] };
`;

it('a mapping to a field that is missing, readonly or of another type does not compile', { timeout: 60_000 }, () => {
  const own = fileURLToPath(new URL('../../', import.meta.url));
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2024'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [`${own}node_modules/@types`],
    paths: { '@millwright/odoo': [`${own}packages/odoo/src/index.ts`] },
  };
  const folder = write([
    { path: 'models.ts', content: printOdooModels(snapshot) },
    { path: 'odoo-19.ts', content: printOdooModels(odoo19) },
    { path: 'use.ts', content: use },
    { path: 'package.json', content: '{ "type": "module" }' },
    { path: 'tsconfig.json', content: JSON.stringify({ compilerOptions, include: ['*.ts'] }) },
  ]);
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  expect(spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
});

it('is the same for the same models in another order', () => {
  const models = Object.fromEntries(
    Object.entries(snapshot.models)
      .reverse()
      .map(([name, fields]) => [name, Object.fromEntries(Object.entries(fields).reverse())]),
  );
  expect(printOdooModels({ ...snapshot, models })).toBe(printOdooModels(snapshot));
});
