import { OdooError } from '@millwright/odoo';
import { beforeAll, describe, expect, it } from 'vitest';
import { connect, odooMissing } from '../services/odoo.ts';

/** Names that no other run has used: lots and products of one database are never removed. */
const run = `T${Date.now().toString(36)}`;

const failing = async (promise: Promise<unknown>): Promise<OdooError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OdooError);
  expect(String(error)).not.toMatch(/Traceback|File "/);
  return error as OdooError;
};

describe.skipIf(odooMissing !== undefined).each(['json-2', 'json-rpc'] as const)(
  `a real Odoo by %s ${odooMissing ?? ''}`,
  (protocol) => {
    const own = `${run}-${protocol}`;
    const client = odooMissing === undefined ? connect(protocol) : (undefined as never);
    let product: number;
    beforeAll(async () => {
      [product] = (await client.create('product.product', [
        { name: own, default_code: own, is_storable: true, tracking: 'lot' },
      ])) as [number];
    });
    const lots = (names: readonly string[]) => names.map((name) => ({ name: `${own}-${name}`, product_id: product }));

    it('writes what it reads', async () => {
      const [lot] = (await client.create('stock.lot', lots(['a']))) as [number];
      await client.write('stock.lot', [lot], { ref: 'Über "x" \\ 🏭' });
      expect(await client.read('stock.lot', [lot], ['name', 'ref', 'product_id', 'expiration_date'])).toEqual([
        {
          id: lot,
          name: `${own}-a`,
          ref: 'Über "x" \\ 🏭',
          product_id: [product, `[${own}] ${own}`],
          expiration_date: false,
        },
      ]);
      expect(await client.searchRead('stock.lot', [['name', '=', `${own}-a`]], ['id'])).toEqual([{ id: lot }]);
    });

    it('creates and reads in batches, in order', async () => {
      const small = connect(protocol, { batchSize: 40 });
      const names = Array.from({ length: 100 }, (_, index) => `many-${index}`);
      const ids = await small.create('stock.lot', lots(names));
      const backward = ids.toReversed();
      const read = await small.read('stock.lot', backward, ['name']);
      expect(read.map(({ id }) => id)).toEqual(backward);
      expect(read.map(({ name }) => name)).toEqual(names.map((name) => `${own}-${name}`).toReversed());
      const all = [];
      const domain = ['|', ['name', '=like', `${own}-many-%`], ['id', '=', 0], ['product_id', '=', product]];
      for await (const { id } of small.readAll('stock.lot', domain, ['name'])) all.push(id);
      expect(all).toEqual(ids.toSorted((left, right) => left - right));
    });

    it('a batch is one transaction: one refused record leaves none of it', async () => {
      const error = await failing(client.create('stock.lot', lots(['twice', 'twice'])));
      expect(error).toMatchObject({ code: 'validation', happened: 'no', createdIds: [] });
      expect(await client.searchRead('stock.lot', [['name', '=', `${own}-twice`]], ['id'])).toEqual([]);
    });

    it('passes on the context', async () => {
      const call = { model: 'stock.lot', method: 'search_count', args: { domain: [['product_id', '=', product]] } };
      const product_ids = [product];
      await client.write('product.product', product_ids, { active: false });
      const domain = [['id', '=', product]];
      expect(await client.searchRead('product.product', domain, ['id'])).toEqual([]);
      expect(
        await client.searchRead('product.product', domain, ['id'], { context: { active_test: false } }),
      ).toHaveLength(1);
      await client.write('product.product', product_ids, { active: true });
      expect(await client.call(call)).toBeGreaterThan(0);
    });

    it('a method that returns nothing is null', async () => {
      const call = { model: 'res.users.apikeys.description', method: 'check_access_make_key', ids: [] };
      expect(await client.call(call)).toBeNull();
    });

    it('a record that does not exist is left out of a read', async () => {
      expect(await client.read('stock.lot', [999_999_999], ['name'])).toEqual([]);
    });

    const no = { happened: 'no' };
    const refusals: readonly (readonly [string, string, () => Promise<unknown>])[] = [
      [
        'a record that does not exist, written',
        'missing',
        () => client.write('stock.lot', [999_999_999], { ref: 'x' }),
      ],
      ['a required field left out', 'validation', () => client.create('stock.lot', [{ ref: 'x' }])],
      [
        'a reference to a record that does not exist',
        'missing',
        () => client.create('stock.lot', [{ name: own, product_id: 999_999_999 }]),
      ],
      [
        'a selection without that value',
        'wrong-field',
        () => client.create('product.product', [{ name: own, tracking: 'box' }]),
      ],
      ['a field that there is not, written', 'wrong-field', () => client.create('stock.lot', [{ colour: 'red' }])],
      ['a field that there is not, read', 'wrong-field', () => client.read('stock.lot', [1], ['colour'])],
      [
        'a field that there is not, searched',
        'wrong-field',
        () => client.searchRead('stock.lot', [['colour', '=', 1]], ['id']),
      ],
      ['a domain that is none', 'wrong-field', () => client.searchRead('stock.lot', ['name'], ['id'])],
      [
        'an argument that there is not',
        'wrong-field',
        () => client.call({ model: 'stock.lot', method: 'search_read', args: { colour: 1 } }),
      ],
      ['a model that there is not', 'unknown-method', () => client.read('quality.alert', [1], ['id'])],
      [
        'a method that there is not',
        'unknown-method',
        () => client.call({ model: 'stock.lot', method: 'fly', ids: [1] }),
      ],
      [
        'a private method',
        'forbidden',
        () => client.call({ model: 'stock.lot', method: '_compute_display_name', ids: [1] }),
      ],
      ['a model that nobody may write', 'forbidden', () => client.create('report.stock.quantity', [{}])],
      ['a wrong key', 'unauthorised', () => connect(protocol, { apiKey: 'wrong' }).read('stock.lot', [1], ['id'])],
      [
        'a wrong database',
        'unauthorised',
        () => connect(protocol, { database: 'nowhere' }).read('stock.lot', [1], ['id']),
      ],
    ];
    it.each(refusals)('%s: %s', async (_, code, call) => {
      expect(await failing(call())).toMatchObject({ code, ...no });
    });

    it('a button that asks first is an action, not done; answered, it is done', async () => {
      const [finished, component] = (await client.create('product.product', [
        { name: `${own} finished`, is_storable: true },
        { name: `${own} component`, is_storable: true },
      ])) as [number, number];
      const templates = await client.read('product.product', [finished], ['product_tmpl_id']);
      const [[product_tmpl_id]] = templates.map((read) => read['product_tmpl_id']) as [[number, string]];
      await client.create('mrp.bom', [
        {
          product_tmpl_id,
          bom_line_ids: [[0, 0, { product_id: component, product_qty: 1 }]],
        },
      ]);
      const [order] = (await client.create('mrp.production', [
        { product_id: finished, product_qty: 5, origin: own },
      ])) as [number];
      expect(await client.press('mrp.production', 'action_confirm', [order])).toEqual({ kind: 'done', value: true });
      await client.write('mrp.production', [order], { qty_producing: 3 });
      // Nothing was consumed: what a screen fills in when a quantity is typed, a call does not.
      expect(await client.press('mrp.production', 'button_mark_done', [order])).toMatchObject({
        kind: 'action',
        model: 'mrp.consumption.warning',
      });
      const agreed = { context: { skip_consumption: true } };
      const asked = await client.press('mrp.production', 'button_mark_done', [order], agreed);
      expect(asked).toMatchObject({ kind: 'action', type: 'ir.actions.act_window', model: 'mrp.production.backorder' });
      const [state] = await client.read('mrp.production', [order], ['state']);
      expect(state?.['state']).not.toBe('done');
      await client.write('mrp.production', [order], { qty_producing: 5 });
      const context = { skip_consumption: true, skip_backorder: true };
      expect(await client.press('mrp.production', 'button_mark_done', [order], { context })).toEqual({
        kind: 'done',
        value: true,
      });
    });
  },
);
