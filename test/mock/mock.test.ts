import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, createWorkOrder, getWorkOrder } from '@millwright/sdk/client/production';
import type { WorkOrder } from '@millwright/sdk/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';
import { type RunningMock, startMock } from './mock-process.ts';

const example = JSON.parse(
  readFileSync(join(root, 'schemas/examples/work-order/valid/minimal.json'), 'utf8'),
) as WorkOrder;
let next = 5_000;
/** A planned order that no test has used. */
const planned = (more: Partial<WorkOrder> = {}): WorkOrder => {
  next += 1;
  return { ...example, workOrderNumber: `WO-${next}` as WorkOrder['workOrderNumber'], status: 'planned', ...more };
};
const pathOf = ({ plantId, workOrderNumber }: WorkOrder): string => `/work-orders/${plantId}/${workOrderNumber}`;

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock(join(root, 'schemas'));
});
afterAll(async () => {
  expect(await mock.stop()).toBe(0);
});

describe('millwright mock', () => {
  it('makes up what nobody has given, as the contract says, and the same each time', async () => {
    const [one, two] = [await mock.ask('GET', '/items/FG-1'), await mock.ask('GET', '/items/FG-1')];
    expect(one.status).toBe(200);
    expect(one.body).toMatchObject({ itemNumber: 'FG-1' });
    expect(two.body).toEqual(one.body);
    expect(two.headers.get('etag')).toBe(one.headers.get('etag'));
  });

  it('keeps what it is given, for the client that was generated from the same contract', async () => {
    const client = createClient({ baseUrl: mock.url, token: () => 't' });
    const { version: _, ...order } = planned();
    const created = await createWorkOrder(client, { body: order, headers: { 'Idempotency-Key': crypto.randomUUID() } });
    expect(created).toMatchObject({ ok: true, data: { workOrderNumber: order.workOrderNumber } });
    const { plantId, workOrderNumber } = order;
    expect(await getWorkOrder(client, { path: { plantId, workOrderNumber } })).toMatchObject({ ok: true, data: order });
  });

  it('lists what was given, a page at a time', async () => {
    const orders = [planned(), planned(), planned()];
    for (const order of orders) expect((await mock.ask('POST', '/work-orders', { body: order })).status).toBe(201);
    const numbers: string[] = [];
    let cursor = '';
    do {
      const { body } = await mock.ask('GET', `/work-orders?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = body as { readonly items: readonly WorkOrder[]; readonly nextCursor?: string };
      expect(page.items.length).toBeLessThanOrEqual(2);
      numbers.push(...page.items.map(({ workOrderNumber }) => workOrderNumber));
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    expect(numbers).toEqual([...new Set(numbers)]);
    expect(numbers).toEqual(expect.arrayContaining(orders.map(({ workOrderNumber }) => workOrderNumber)));
  });

  it('knows nothing that was not given once somebody fills a collection', async () => {
    await mock.ask('POST', '/work-orders', { body: planned() });
    expect((await mock.ask('GET', '/work-orders/PL01/WO-1')).status).toBe(404);
  });

  interface Refused {
    readonly name: string;
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly bytes?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly status: number;
    readonly says: RegExp;
  }
  const refused: readonly Refused[] = [
    { name: 'no such path', method: 'GET', path: '/nothing', status: 404, says: /no path/ },
    { name: 'no such method', method: 'DELETE', path: '/work-orders', status: 405, says: /GET, POST/ },
    {
      name: 'no credential',
      method: 'GET',
      path: '/work-orders',
      headers: { Authorization: '' },
      status: 401,
      says: /bearer/,
    },
    {
      name: 'a role that may not',
      method: 'POST',
      path: '/work-orders',
      body: planned(),
      headers: { 'Mock-Role': 'mes' },
      status: 403,
      says: /mes may not create/,
    },
    {
      name: 'a parameter that does not fit',
      method: 'GET',
      path: '/work-orders?limit=x',
      status: 400,
      says: /\/query\/limit/,
    },
    { name: 'no JSON', method: 'POST', path: '/work-orders', bytes: '{', status: 400, says: /not JSON/ },
    { name: 'no body', method: 'POST', path: '/work-orders', status: 400, says: /needs a body/ },
    {
      name: 'a body that does not fit',
      method: 'POST',
      path: '/work-orders',
      body: { plantId: 1 },
      status: 422,
      says: /\/plantId/,
    },
    {
      name: 'a member that changes objects',
      method: 'POST',
      path: '/work-orders',
      bytes: '{"__proto__":{"x":1}}',
      status: 400,
      says: /__proto__/,
    },
    {
      name: 'another media type',
      method: 'POST',
      path: '/work-orders',
      bytes: '<a/>',
      headers: { 'Content-Type': 'text/xml' },
      status: 415,
      says: /text\/xml/,
    },
    {
      name: 'a body that is too large',
      method: 'POST',
      path: '/work-orders',
      bytes: `"${'x'.repeat(1_100_000)}"`,
      status: 413,
      says: /1048576/,
    },
    {
      name: 'a behaviour that it does not have',
      method: 'GET',
      path: '/items',
      headers: { 'Mock-Behaviour': 'explode' },
      status: 400,
      says: /delay=200/,
    },
    {
      name: 'what it is told to fail',
      method: 'GET',
      path: '/items',
      headers: { 'Mock-Behaviour': 'fail=503' },
      status: 503,
      says: /told to/,
    },
  ];
  it.each(refused)('refuses $name with $status', async ({ method, path, status, says, ...options }) => {
    const { status: answered, headers, body } = await mock.ask(method, path, options);
    expect([answered, headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    expect(JSON.stringify(body)).toMatch(says);
    expect(JSON.stringify(body)).not.toMatch(/\.ts:\d|node_modules/);
  });

  it('refuses a second of the same number', async () => {
    const body = planned();
    await mock.ask('POST', '/work-orders', { body });
    expect((await mock.ask('POST', '/work-orders', { body })).status).toBe(409);
  });

  it('gives the answer again for the same Idempotency-Key, and refuses another request with it', async () => {
    const [body, headers] = [planned(), { 'Idempotency-Key': crypto.randomUUID() }];
    const first = await mock.ask('POST', '/work-orders', { body, headers });
    expect([first.status, (await mock.ask('POST', '/work-orders', { body, headers })).body]).toEqual([201, first.body]);
    expect((await mock.ask('POST', '/work-orders', { body: planned(), headers })).status).toBe(422);
  });

  it('waits before it answers, where it is told to', async () => {
    const started = performance.now();
    await mock.ask('GET', '/items/FG-1', { headers: { 'Mock-Behaviour': 'delay=300' } });
    expect(performance.now() - started).toBeGreaterThanOrEqual(290);
  });

  it('does what it then does not answer, where it is told to', async () => {
    const body = planned();
    await expect(
      mock.ask('POST', '/work-orders', { body, headers: { 'Mock-Behaviour': 'drop=after' } }),
    ).rejects.toThrow();
    expect((await mock.ask('GET', pathOf(body))).status).toBe(200);
    const other = planned();
    await expect(
      mock.ask('POST', '/work-orders', { body: other, headers: { 'Mock-Behaviour': 'drop=before' } }),
    ).rejects.toThrow();
    expect((await mock.ask('GET', pathOf(other))).status).toBe(404);
  });
});

const answering = (status: string, schema: object) => ({
  responses: { [status]: { description: 'the answer', content: { 'application/json': { schema } } } },
});

describe('millwright mock with states and versions', () => {
  const contract = {
    openapi: '3.1.0',
    info: { title: 'Orders', version: '1.0.0' },
    paths: {
      '/notes': {
        get: answering('200', { type: 'array', items: { $ref: '#/components/schemas/Note' } }),
        post: {
          ...answering('201', { $ref: '#/components/schemas/Note' }),
          requestBody: { content: { 'application/json': { schema: { type: 'object', required: ['text'] } } } },
        },
      },
      '/notes/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        get: answering('200', { $ref: '#/components/schemas/Note' }),
      },
      '/orders': {
        post: {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
          responses: {
            '201': {
              description: 'made',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
            },
          },
        },
      },
      '/orders/{id}': {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        ...Object.fromEntries(
          ['get', 'put', 'patch', 'delete'].map((method) => [
            method,
            {
              ...(method === 'put' || method === 'patch'
                ? {
                    requestBody: {
                      content: {
                        'application/json': {
                          schema: { $ref: `#/components/schemas/${method === 'put' ? 'Order' : 'Change'}` },
                        },
                      },
                    },
                  }
                : {}),
              responses:
                method === 'delete'
                  ? { '204': { description: 'gone' } }
                  : {
                      '200': {
                        description: 'is',
                        content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
                      },
                    },
            },
          ]),
        ),
      },
    },
    components: {
      schemas: {
        Note: {
          ...{ type: 'object', required: ['id', 'text', 'author'] },
          properties: { id: { type: 'integer' }, text: { type: 'string' }, author: { type: 'string' } },
        },
        Change: { type: 'object', properties: { state: { type: 'string' } } },
        Order: {
          ...{ type: 'object', required: ['id', 'state'] },
          properties: {
            id: { type: 'string' },
            state: { enum: ['open', 'done'] },
            code: { type: 'string', pattern: '^[A-Z]{3}-[0-9]{4}$' },
          },
          'x-states': {
            property: 'state',
            initial: ['open'],
            final: ['done'],
            transitions: [{ from: 'open', to: 'done', on: 'done' }],
          },
        },
      },
    },
  };
  let orders: RunningMock;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-mock-'));
    writeFileSync(join(folder, 'orders.json'), JSON.stringify(contract));
    orders = await startMock(join(folder, 'orders.json'), '--seed', '7');
  });
  afterAll(async () => {
    await orders.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets a state change as x-states says, and not back', async () => {
    const open = { id: 'A', state: 'open' };
    expect((await orders.ask('POST', '/orders', { body: open })).status).toBe(201);
    expect((await orders.ask('PUT', '/orders/A', { body: { ...open, state: 'done' } })).status).toBe(200);
    const back = await orders.ask('PUT', '/orders/A', { body: open });
    expect([back.status, back.body]).toEqual([
      409,
      expect.objectContaining({ detail: expect.stringContaining('done is final') }),
    ]);
  });

  it('changes what has not changed since, and no more', async () => {
    await orders.ask('POST', '/orders', { body: { id: 'B', state: 'open' } });
    const etag = (await orders.ask('GET', '/orders/B')).headers.get('etag') ?? '';
    const headers = { 'If-Match': etag };
    expect((await orders.ask('PATCH', '/orders/B', { body: { state: 'done' }, headers })).body).toEqual({
      id: 'B',
      state: 'done',
    });
    expect((await orders.ask('PATCH', '/orders/B', { body: { state: 'done' }, headers })).status).toBe(412);
  });

  it('adds to what it was given what an answer has to have, and stays with that', async () => {
    const { status, body, headers } = await orders.ask('POST', '/notes', { body: { text: 'mine' } });
    expect([status, body]).toEqual([201, { text: 'mine', id: expect.any(Number), author: expect.any(String) }]);
    expect((await orders.ask('GET', headers.get('location') ?? '')).body).toEqual(body);
    expect((await orders.ask('GET', '/notes')).body).toEqual([body]);
  });

  it('has nothing where something was deleted', async () => {
    await orders.ask('POST', '/orders', { body: { id: 'C', state: 'open' } });
    expect((await orders.ask('DELETE', '/orders/C')).status).toBe(204);
    expect((await orders.ask('GET', '/orders/C')).status).toBe(404);
    expect((await orders.ask('DELETE', '/orders/C')).status).toBe(404);
  });
});
