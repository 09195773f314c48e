import type { OdooClient } from '@millwright/odoo';

/** The warehouse of a plant, made where it is missing; with a company of its own where one is named. */
export async function plantOf(odoo: OdooClient, code: string, company?: string): Promise<number> {
  const [found] = await odoo.searchRead('stock.warehouse', [['code', '=', code]], ['id']);
  if (found !== undefined) return found.id;
  if (company === undefined) return (await odoo.create('stock.warehouse', [{ name: code, code }]))[0] as number;
  const [id] = (await odoo.create('res.company', [{ name: company }])) as [number];
  const [user] = await odoo.searchRead('res.users', [['login', '=', 'admin']], ['company_ids']);
  await odoo.write('res.users', [user?.id ?? 0], { company_ids: [[4, id]] });
  const [made] = await odoo.create('stock.warehouse', [{ name: code, code, company_id: id }]);
  return made as number;
}
