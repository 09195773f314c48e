// How fast items go to a real Odoo, beside one bare batched create of the same records:
//   MILLWRIGHT_ODOO_URL=... node --conditions=@millwright/source test/bench/odoo-items.mjs [count, default 10,000]
import { argv, env } from 'node:process';
import { createOdooClient } from '@millwright/odoo';
import { itemMapping, prepareOdoo, writeObjects } from '@millwright/odoo/mapping';

const address = new URL(env['MILLWRIGHT_ODOO_URL'] ?? '');
const odoo = createOdooClient({
  protocol: 'json-2',
  url: address.origin,
  database: address.pathname.slice(1),
  apiKey: decodeURIComponent(address.password),
});
const count = Number(argv[2] ?? 10_000);
const run = `R${Date.now().toString(36)}`;
const items = Array.from({ length: count }, (_, index) => ({
  itemNumber: `${run}-${index}`,
  revision: 'A',
  status: 'active',
  description: `Item ${index}`,
  itemType: 'component',
  baseUnit: 'KGM',
  tracking: 'lot',
  effectiveFrom: '2026-04-01T00:00:00Z',
}));

async function rateOf(work) {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

await prepareOdoo(odoo);
const [unit] = await odoo.searchRead('uom.uom', [['name', '=', 'kg']], ['id']);
const records = items.map(({ itemNumber, description }) => ({
  default_code: `${itemNumber}-bare`,
  name: description,
  type: 'consu',
  is_storable: true,
  tracking: 'lot',
  uom_id: unit.id,
}));
// As the mapping calls Odoo: another language would write translations.
const context = { context: { active_test: false, lang: 'en_US' } };
// In turns, in halves, so that neither has the emptier database.
const half = Math.ceil(count / 2);
const rates = { bare: [], mapped: [] };
for (const [from, to] of [
  [0, half],
  [half, count],
]) {
  const part = (to - from) / count;
  rates.bare.push(part * (await rateOf(() => odoo.create('product.product', records.slice(from, to), context))));
  rates.mapped.push(part * (await rateOf(() => writeObjects(odoo, itemMapping, items.slice(from, to)))));
}
const mean = ([first, second]) => 2 / (1 / first + 1 / second);
const again = await rateOf(() => writeObjects(odoo, itemMapping, items));
const [bare, mapped] = [mean(rates.bare), mean(rates.mapped)];
console.log(
  `${count} items: bare create ${bare.toFixed(0)}/s, mapped ${mapped.toFixed(0)}/s (${((100 * mapped) / bare).toFixed(0)}%), found unchanged ${again.toFixed(0)}/s`,
);
