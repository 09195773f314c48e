import * as sdk from '@millwright/sdk/client';
import { ClientError, type ClientErrorCode } from '@millwright/sdk/client';
import {
  dateTime,
  type Item,
  itemNumber,
  operationId,
  plantId,
  recordId,
  workCenterId,
  workOrderNumber,
} from '@millwright/sdk/types';
import { describe, expect, it } from 'vitest';
import { answering, type CannedAnswer, invalidExamples, problem, validExamples } from './canonical-server.ts';

const order = { plantId: plantId('PL01'), workOrderNumber: workOrderNumber('WO-1001') };
const item = { itemNumber: itemNumber('FG-1000') };
const ofPlant = { path: item, query: { plantId: plantId('PL01') } };

interface Answered {
  readonly status: number;
  readonly ok: boolean;
  readonly data?: unknown;
}

type Call = (client: sdk.Client, example: never) => Promise<Answered>;

/** For each canonical object an operation of master data or production whose answer is that object. */
const calls: readonly (readonly [object: string, status: number, call: Call])[] = [
  ['item', 200, (client) => sdk.getItem(client, { path: item })],
  ['item', 201, (client, body) => sdk.createItem(client, { body })],
  [
    'work-center',
    200,
    (client) => sdk.getWorkCenter(client, { path: { plantId: order.plantId, workCenterId: workCenterId('WC-1') } }),
  ],
  ['bill-of-materials', 200, (client) => sdk.getEffectiveBillOfMaterials(client, ofPlant)],
  ['routing', 200, (client) => sdk.getEffectiveRouting(client, ofPlant)],
  ['work-order', 200, (client) => sdk.getWorkOrder(client, { path: order })],
  ['work-order', 201, (client, body) => sdk.createWorkOrder(client, { body })],
  [
    'operation-status',
    200,
    (client) => sdk.getOperationStatus(client, { path: { ...order, operationId: operationId('OP-010') } }),
  ],
  [
    'production-confirmation',
    200,
    (client) => sdk.getProductionConfirmation(client, { path: { plantId: order.plantId, recordId: recordId('R1') } }),
  ],
  ['production-confirmation', 201, (client, body) => sdk.submitProductionConfirmation(client, { body })],
  ['downtime', 201, (client, body) => sdk.reportDowntime(client, { body })],
  ['labor-report', 201, (client, body) => sdk.reportLabor(client, { body })],
  ['material-consumption', 201, (client, body) => sdk.reportMaterialConsumption(client, { body })],
];

async function clientOf(
  answers: readonly CannedAnswer[],
  config: Partial<sdk.ClientConfig> = {},
): Promise<readonly [sdk.Client, Awaited<ReturnType<typeof answering>>]> {
  const server = await answering(...answers);
  return [sdk.createClient({ baseUrl: server.url, retry: { baseMs: 1 }, ...config }), server];
}

async function errorOf(promise: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await promise.then(
    (value) => new Error(`no error but ${JSON.stringify(value)}`),
    (cause: unknown) => cause,
  );
  if (error instanceof ClientError) return error;
  throw error;
}

/** Keywords that only a producer's check knows: a consumer lets members pass that it does not know. */
const strictOnly: ReadonlySet<string> = new Set(['additionalProperties', 'unevaluatedProperties']);

describe.each(calls)('an answer with a %s and status %i', (object, status, call) => {
  it.each(validExamples(object))('passes: %s', async (_, example) => {
    const [client, server] = await clientOf([{ status, body: example, headers: { etag: '"7"' } }]);
    const result = await call(client, example as never);
    expect(result).toMatchObject({ ok: true, status, data: example, etag: '"7"' });
    const [request] = server.requests;
    if (request?.method !== 'GET')
      expect(JSON.parse(Buffer.from(request?.body ?? '', 'latin1').toString())).toEqual(example);
  });

  it.each(invalidExamples(object))('is judged as a consumer does: %s', async (_, { instance, keyword, pointer }) => {
    const [client] = await clientOf([{ status, body: instance }]);
    const result = call(client, instance as never);
    if (strictOnly.has(keyword)) {
      expect(await result).toMatchObject({ ok: true, data: instance });
      return;
    }
    const error = await errorOf(result);
    expect(error).toMatchObject({ code: 'response-invalid' satisfies ClientErrorCode, status, attempts: 1 });
    // What a member's name breaks is told as one violation of its object.
    const told = error.violations
      .filter((violation) => violation.pointer === pointer)
      .map((violation) => violation.keyword);
    expect(
      [keyword, 'propertyNames'].some((name) => told.includes(name)),
      JSON.stringify(error.violations),
    ).toBe(true);
    // A log of the error helps to find the exchange at the other side.
    expect(error.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it('a broken answer passes where validation is switched off', async () => {
  const [, { instance }] = invalidExamples('work-order')[0] as ReturnType<typeof invalidExamples>[number];
  const [client] = await clientOf([{ status: 200, body: instance }], { validate: false });
  expect((await sdk.getWorkOrder(client, { path: order })).ok).toBe(true);
});

describe('lists', () => {
  const items = validExamples('item').map(([, value]) => value);
  const page = (values: readonly object[], nextCursor?: string): CannedAnswer => ({
    status: 200,
    body: { items: values, ...(nextCursor === undefined ? {} : { nextCursor }) },
  });

  it('give every item of every page, with the filter on every page', async () => {
    const [client, server] = await clientOf([page(items.slice(0, 2), 'c+1'), page([], 'c2'), page(items.slice(2))]);
    const found: Item[] = [];
    for await (const each of sdk.listAllItems(client, {
      query: { status: 'active', changedSince: dateTime('2026-04-01T00:00:00+02:00') },
    }))
      found.push(each);
    expect(found).toEqual(items);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/items?changedSince=2026-04-01T00%3A00%3A00%2B02%3A00&status=active',
      '/items?changedSince=2026-04-01T00%3A00%3A00%2B02%3A00&cursor=c%2B1&status=active',
      '/items?changedSince=2026-04-01T00%3A00%3A00%2B02%3A00&cursor=c2&status=active',
    ]);
  });

  it('are read page by page, and no page is asked for that nobody wants', async () => {
    const [client, server] = await clientOf([
      page(
        validExamples('work-order').map(([, value]) => value),
        'more',
      ),
    ]);
    for await (const { data, attempts } of sdk.listWorkOrdersPages(client, {})) {
      expect([data.items.length, attempts]).toEqual([validExamples('work-order').length, 1]);
      break;
    }
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['a refused page', problem(401), 'paging-failed', 401],
    ['a broken item', page([items[0] as object, { ...items[1], status: 'new' }]), 'response-invalid', 200],
    ['a cursor that comes again', page(items, 'c1'), 'paging-failed', undefined],
  ] as const)('end with an error at %s', async (_, second, code, status) => {
    const [client] = await clientOf([page(items, 'c1'), second]);
    const all = async (): Promise<void> => {
      for await (const each of sdk.listAllItems(client)) void each;
    };
    const error = await errorOf(all());
    expect([error.code, error.status]).toEqual([code, status]);
    if (code === 'response-invalid') expect(error.violations[0]?.pointer).toBe('/items/1/status');
    if (status === 401) expect(error.failure).toMatchObject({ status: 401, error: { title: 'Problem 401' } });
  });
});

describe('changes', () => {
  const [, example] = validExamples('item')[0] as ReturnType<typeof validExamples>[number];

  it('carry the version that they were made for, and a lost race narrows to its problem', async () => {
    const [client, server] = await clientOf([
      { status: 200, body: example, headers: { etag: '"12"' } },
      problem(412, { currentVersion: 13 }),
    ]);
    const read = await sdk.getItem(client, { path: item });
    const change = { path: item, headers: { 'If-Match': read.etag ?? '' }, body: { description: 'Shaft' } } as const;
    const result = await sdk.updateItem(client, change);
    expect(server.requests[1]?.headers).toMatchObject({
      'if-match': '"12"',
      'content-type': 'application/merge-patch+json',
    });
    if (result.status !== 412) throw new Error(`412 expected, not ${result.status}`);
    // Narrowed by the compiler: a problem document has the version that won.
    const current: number | undefined = result.error.currentVersion;
    expect([result.ok, current]).toEqual([false, 13]);
  });

  it('keep their key and their text over all attempts', async () => {
    const body = validExamples('work-order')[0]?.[1];
    const [client, server] = await clientOf([
      { ...problem(503), headers: { 'retry-after': '0' } },
      problem(429),
      { status: 201, body },
    ]);
    const result = await sdk.createWorkOrder(client, { body: body as never });
    expect([result.status, result.attempts, server.requests.length]).toEqual([201, 3, 3]);
    for (const name of ['idempotency-key', 'x-correlation-id', 'traceparent'])
      expect(new Set(server.requests.map(({ headers }) => headers[name])).size).toBe(1);
    expect(server.requests[0]?.headers['idempotency-key']).toBe(result.idempotencyKey);
    expect(new Set(server.requests.map((request) => request.body)).size).toBe(1);
  });

  it('get the answer of a server that asks for more patience than allowed', async () => {
    const busy = { ...problem(503), headers: { 'retry-after': '120' } };
    const [client, server] = await clientOf([busy, { status: 200, body: example }]);
    const result = await sdk.getItem(client, { path: item });
    expect([result.status, server.requests.length]).toEqual([503, 1]);
    expect(result.headers.get('retry-after')).toBe('120');
  });
});

describe('tokens', () => {
  it('are asked for by scheme and scope until the role has one', async () => {
    const asked: string[] = [];
    const token: sdk.TokenProvider = ({ name, scopes }) => {
      asked.push([name, ...(scopes ?? [])].join(' '));
      return scopes?.includes('role.mes') ? 'mes-token' : undefined;
    };
    const [client, server] = await clientOf([{ status: 200, body: validExamples('work-order')[0]?.[1] }], { token });
    await sdk.getWorkOrder(client, { path: order });
    expect(asked).toEqual(['bearer', 'oauth2 role.erp', 'oauth2 role.mes']);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer mes-token');
  });

  it('that the role lacks keep a request from being sent', async () => {
    const token: sdk.TokenProvider = ({ scopes }) => (scopes?.includes('role.mes') ? 'mes-token' : undefined);
    const [client, server] = await clientOf([problem(500)], { token });
    const error = await errorOf(sdk.createItem(client, { body: validExamples('item')[0]?.[1] as never }));
    expect([error.code, server.requests.length]).toEqual(['credentials-missing', 0]);
  });
});
