import { itemMapping, MappingError, writeObjects } from '@millwright/odoo/mapping';
import type { Item } from '@millwright/sdk/types';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answering, clientOf, odooException, type StandIn, standIn } from './stand-in.ts';

const item = {
  itemNumber: 'FG-1000',
  revision: 'A',
  status: 'active',
  description: 'Drive shaft',
  itemType: 'finished',
  baseUnit: 'C62',
  tracking: 'lot',
  effectiveFrom: '2026-04-01T00:00:00Z',
} as Item;

describe('what a server that does not help means to the sender', () => {
  let server: StandIn | undefined;
  afterEach(() => server?.close());

  const exception = (name: string, text: string): Answering => odooException('json-2', name, text);
  const cases: readonly (readonly [string, string, string, Answering])[] = [
    ['a missing right', 'odoo/missing-right', 'the right', exception('odoo.exceptions.AccessError', 'You may not')],
    ['a wrong key', 'odoo/missing-right', 'Check login', exception('odoo.exceptions.AccessDenied', 'Access Denied')],
    [
      'a field that an upgrade removed',
      'odoo/missing-field',
      'compare the snapshots',
      exception('builtins.ValueError', "Invalid field 'x_millwright' on model 'product.product'"),
    ],
    ['a constraint', 'odoo/refused', 'Correct what Odoo names', exception('odoo.exceptions.ValidationError', 'No')],
    [
      'HTML',
      'odoo/not-reached',
      'Send it again',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    ],
    ['nothing', 'odoo/not-reached', 'Send it again', (response) => void response.destroy()],
  ];
  it.each(cases)('%s is %s', async (_, code, fix, answer) => {
    server = await standIn(answer);
    const odoo = clientOf('json-2', server.url, { retry: false, timeoutMs: 2000 });
    const error = await writeObjects(odoo, itemMapping, [item]).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MappingError);
    expect(error).toMatchObject({ code, businessKey: 'FG-1000', fix: expect.stringContaining(fix) });
    expect(String(error)).not.toMatch(/Traceback|a-secret-key/);
  });

  it('what the contract does not accept is not sent at all', async () => {
    server = await standIn(exception('builtins.Exception', ''));
    const odoo = clientOf('json-2', server.url, { retry: false });
    const wrong = { ...item, baseUnit: 'pcs' } as unknown as Item;
    await expect(writeObjects(odoo, itemMapping, [wrong])).rejects.toMatchObject({
      code: 'odoo/not-canonical',
      pointer: '/baseUnit',
    });
    await expect(writeObjects(odoo, itemMapping, [item, item])).rejects.toBeInstanceOf(MappingError);
    expect(server.calls.filter((call) => JSON.stringify(call).includes('create'))).toEqual([]);
  });
});
