import {
  callOperation,
  createHttpClient,
  iterateItems,
  iteratePages,
  type OperationDescriptor,
  type Success,
} from '@millwright/runtime';
import { describe, expect, test } from 'vitest';
import { type Answer, failing, get, keyed, post, run, serve } from './call-runner.ts';
import { sendJson } from './http-server.ts';

describe('bodies', () => {
  test.each([
    ['application/json', { a: [1] }, 'application/json', '{"a":[1]}'],
    ['application/merge-patch+json', { a: null }, 'application/merge-patch+json', '{"a":null}'],
    [
      'application/x-www-form-urlencoded',
      { a: 'x y', b: [1, 2], c: undefined },
      'application/x-www-form-urlencoded',
      'a=x%20y&b=1&b=2',
    ],
    ['text/plain', 'grüße', 'text/plain', 'gr\u00c3\u00bc\u00c3\u009fe'],
    ['application/octet-stream', new Uint8Array([1, 255]), 'application/octet-stream', '\u0001\u00ff'],
  ])('%s', async (type, body, contentType, want) => {
    const server = await serve((_, response) => sendJson(response, 200, {}));
    await run(server.url, { operation: { ...post, body: [{ type }] }, input: { body } });
    expect([server.requests[0]?.headers['content-type'], server.requests[0]?.body]).toEqual([contentType, want]);
  });

  test('multipart parts have names and types', async () => {
    const server = await serve((_, response) => sendJson(response, 200, {}));
    const body = { note: 'a', photo: new Blob(['x'], { type: 'image/png' }), meta: { lot: 1 }, tags: ['p', 'q'] };
    await run(server.url, { operation: { ...post, body: [{ type: 'multipart/form-data' }] }, input: { body } });
    const [request] = server.requests;
    expect(request?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    for (const part of ['name="note"', 'Content-Type: image/png', 'Content-Type: application/json', '{"lot":1}'])
      expect(request?.body).toContain(part);
    expect(request?.body.match(/name="tags"/g)).toHaveLength(2);
  });

  test('a stream is sent once', async () => {
    const server = await serve(failing(503));
    const stream = new Blob(['abc']).stream();
    const operation: OperationDescriptor = { ...keyed, method: 'PUT', body: [{ type: 'application/octet-stream' }] };
    expect((await run(server.url, { operation, input: { body: stream } })).status).toBe(503);
    expect(server.requests.map(({ body }) => body)).toEqual(['abc']);
  });
});

describe('paging', () => {
  type Page = Success<200, { readonly items: readonly number[] }>;
  const cursor = { kind: 'cursor', parameter: 'cursor', next: 'nextCursor', items: 'items' } as const;
  const list: OperationDescriptor = {
    ...get,
    id: 'listItems',
    parameters: [
      { name: 'cursor', in: 'query' },
      { name: 'page', in: 'query' },
    ],
  };

  async function collect(
    answer: Answer,
    paging: Parameters<typeof iteratePages>[1] = cursor,
  ): Promise<readonly unknown[]> {
    const server = await serve(answer);
    const client = createHttpClient({ baseUrl: server.url, retry: false });
    const pages = iteratePages<Page, object>('listItems', paging, {}, (query) =>
      callOperation(client, list, { query }),
    );
    const items: unknown[] = [];
    for await (const item of iterateItems(paging, pages)) items.push(item);
    return items;
  }

  test('by cursor to the end', async () => {
    const pages: Readonly<Record<string, object>> = {
      '': { items: [1, 2], nextCursor: 'b c' },
      'b c': { items: [], nextCursor: 'd' },
      d: { items: [3], nextCursor: null },
    };
    const items = await collect((request, response) =>
      sendJson(response, 200, pages[new URL(request.url, 'http://x').searchParams.get('cursor') ?? '']),
    );
    expect(items).toEqual([1, 2, 3]);
  });

  test('by number with Link headers, and without', async () => {
    const linked: Answer = (_, response, index) =>
      sendJson(
        response,
        200,
        [index],
        index < 2 ? { link: '<http://x?page=2>; rel="next"' } : { link: '<http://x>; rel="prev"' },
      );
    expect(await collect(linked, { kind: 'number', parameter: 'page', items: '' })).toEqual([0, 1, 2]);
    const bare: Answer = (_, response, index) => sendJson(response, 200, index < 2 ? [index] : []);
    expect(await collect(bare, { kind: 'number', parameter: 'page', items: '' })).toEqual([0, 1]);
  });

  test('a page that fails and a cursor that repeats end it with an error', async () => {
    await expect(
      collect((_, response, index) => sendJson(response, index === 0 ? 200 : 404, { items: [1], nextCursor: 'b' })),
    ).rejects.toMatchObject({ code: 'paging-failed', status: 404 });
    await expect(
      collect((_, response) => sendJson(response, 200, { items: [1], nextCursor: 'b' })),
    ).rejects.toMatchObject({ code: 'paging-failed' });
  });
});
