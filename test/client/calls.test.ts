import type { OperationDescriptor } from '@millwright/runtime';
import { describe, expect, test } from 'vitest';
import { type Answer, type Call, errorOf, failing, fast, get, json, keyed, post, run, serve } from './call-runner.ts';
import { type SeenRequest, sendJson } from './http-server.ts';

describe('retries', () => {
  const cases: readonly (readonly [
    title: string,
    operation: OperationDescriptor,
    statuses: readonly number[],
    want: { status: number; requests: number },
  ])[] = [
    ['GET after 503', get, [503, 503], { status: 200, requests: 3 }],
    ['GET gives up after three', get, [503, 503, 503, 503], { status: 503, requests: 3 }],
    ['GET not after 404', get, [404], { status: 404, requests: 1 }],
    ['POST without a key', { ...post, responses: { ...post.responses } }, [503], { status: 503, requests: 1 }],
    ['POST with a key', keyed, [503], { status: 200, requests: 2 }],
    ...[408, 425, 429, 502, 504].map(
      (status) => [`GET after ${status}`, get, [status], { status: 200, requests: 2 }] as const,
    ),
    ...['PUT', 'DELETE', 'OPTIONS'].map(
      (method) => [method, { ...get, method }, [503], { status: 200, requests: 2 }] as const,
    ),
    ['PATCH without a key', { ...get, method: 'PATCH' }, [503], { status: 503, requests: 1 }],
  ];

  test.each(cases)('%s', async (_, operation, statuses, want) => {
    const server = await serve(failing(...statuses));
    const result = await run(server.url, { operation, input: operation.body === undefined ? {} : { body: { a: 1 } } });
    expect({ status: result.status, requests: server.requests.length }).toEqual(want);
    expect(result.attempts).toBe(want.requests);
  });

  test('one idempotency key over all attempts, made where the caller gives none', async () => {
    const server = await serve(failing(503, 503));
    const result = await run(server.url, { operation: keyed, input: { body: {} } });
    const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys)).toEqual(new Set([result.idempotencyKey]));
    expect(result.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    const second = await run(server.url, {
      operation: keyed,
      input: { body: {}, headers: { 'Idempotency-Key': 'mine' } },
    });
    expect(second.idempotencyKey).toBe('mine');
  });

  test('a broken connection is tried again', async () => {
    const server = await serve((_, response, index) =>
      index === 0 ? response.destroy() : sendJson(response, 200, { ok: 1 }),
    );
    expect((await run(server.url, {})).attempts).toBe(2);
    const broken = await serve((_, response) => response.destroy());
    expect(await errorOf(broken.url, { operation: post, input: { body: 1 } })).toMatchObject({
      code: 'network',
      attempts: 1,
    });
    expect(broken.requests).toHaveLength(1);
  });

  test.each([
    ['seconds', () => '1', 900, 2],
    ['a date', () => new Date(Date.now() + 2000).toUTCString(), 900, 2],
    ['more than the bound', () => '3600', 0, 1],
  ])('Retry-After as %s', async (_, value, waitedMs, requests) => {
    const server = await serve((_request, response, index) =>
      sendJson(response, index === 0 ? 503 : 200, {}, index === 0 ? { 'retry-after': value() } : {}),
    );
    const start = performance.now();
    await run(server.url, { options: { retry: { ...fast, retryAfterMaxMs: 5000 } } });
    expect(server.requests).toHaveLength(requests);
    expect(performance.now() - start).toBeGreaterThanOrEqual(waitedMs);
  });
});

describe('time and signals', () => {
  const silent: Answer = () => undefined;

  test('an attempt without an answer is a timeout', async () => {
    const server = await serve(silent);
    expect(await errorOf(server.url, { options: { timeoutMs: 50, retry: false } })).toMatchObject({
      code: 'timeout',
      operation: 'getItem',
    });
  });

  test('a body that stops half way is a timeout', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    });
    expect(await errorOf(server.url, { options: { timeoutMs: 50, retry: false } })).toMatchObject({ code: 'timeout' });
  });

  test('the caller can give up, also during a pause', async () => {
    const server = await serve(silent);
    expect(await errorOf(server.url, { options: { signal: AbortSignal.timeout(30), retry: fast } })).toMatchObject({
      code: 'aborted',
    });
    expect(server.requests).toHaveLength(1);
    const busy = await serve((_, response) => sendJson(response, 503, {}, { 'retry-after': '30' }));
    const error = await errorOf(busy.url, { options: { signal: AbortSignal.timeout(50) } });
    expect(error.code).toBe('aborted');
  });
});

describe('answers', () => {
  const answering =
    (status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer =>
    (_, response) => {
      response.writeHead(status, { ...(type === '' ? {} : { 'content-type': type }), ...headers });
      response.end(body);
    };

  test('content is an object, the etag is at hand, a declared error is returned', async () => {
    const server = await serve(answering(200, 'application/json; charset=utf-8', '{"a":1}', { etag: '"7"' }));
    expect(await run(server.url, {})).toMatchObject({
      ok: true,
      status: 200,
      data: { a: 1 },
      etag: '"7"',
      attempts: 1,
    });
    const missing = await serve(answering(404, 'application/problem+json', '{"type":"/missing"}'));
    expect(await run(missing.url, {})).toMatchObject({ ok: false, status: 404, error: { type: '/missing' } });
  });

  test.each([
    ['an undeclared status', answering(500, 'text/html', '<h1>proxy</h1>'), 'unexpected-status', '<h1>proxy</h1>'],
    ['an undeclared type', answering(200, 'text/html', '<h1>login</h1>'), 'unexpected-content', '<h1>login</h1>'],
    ['JSON that is none', answering(200, 'application/json', '{'), 'unexpected-content', '{'],
    ['no body', answering(200, 'application/json', ''), 'unexpected-content', ''],
  ])('%s is thrown with the body', async (_, answer, code, body) => {
    const server = await serve(answer);
    expect(await errorOf(server.url, {})).toMatchObject({ code, body });
  });

  test.each([
    ['4XX', 418],
    ['default', 500],
  ])('the range %s holds what is not declared by itself', async (status, actual) => {
    const server = await serve(answering(actual, 'application/json', '1'));
    expect(await run(server.url, { operation: { ...get, responses: { 200: json, [status]: json } } })).toMatchObject({
      ok: false,
      status: actual,
      error: 1,
    });
  });

  test('text, bytes and streams', async () => {
    const operation: OperationDescriptor = {
      ...get,
      responses: { 200: [['text/*'], ['image/png'], ['text/event-stream']] },
    };
    const text = await serve(answering(200, 'text/csv', 'a,b'));
    expect((await run(text.url, { operation })).data).toBe('a,b');
    const image = await serve(answering(200, 'image/png', 'png'));
    expect(await ((await run(image.url, { operation })).data as Blob).text()).toBe('png');
    const stream = await serve(answering(200, 'text/event-stream', 'data: 1\n\n'));
    const { data } = await run(stream.url, { operation });
    expect(await new Response(data as ReadableStream).text()).toBe('data: 1\n\n');
  });

  test('validation names the place, and can be switched off', async () => {
    const server = await serve(answering(200, 'application/json', '{"a":"x"}'));
    const operation: OperationDescriptor = { ...get, responses: { 200: [['application/json', 'Item']] } };
    const validate = (name: string, value: unknown, mode: string) =>
      name === 'Item' && mode === 'tolerant' && typeof (value as { a: unknown }).a === 'string'
        ? [{ pointer: '/a', keyword: 'type', message: 'must be integer' }]
        : [];
    const error = await errorOf(server.url, { operation, config: { validate } });
    expect(error).toMatchObject({ code: 'response-invalid', violations: [{ pointer: '/a' }] });
    expect((await run(server.url, { operation, config: { validate }, options: { validate: false } })).ok).toBe(true);
    expect((await run(server.url, { operation, config: { validate: false } })).ok).toBe(true);
  });
});

describe('headers and credentials', () => {
  const echo: Answer = (request, response) => sendJson(response, 200, { headers: request.headers, url: request.url });
  const secured = (...security: NonNullable<OperationDescriptor['security']>): OperationDescriptor => ({
    ...get,
    security,
  });

  async function seen(call: Call): Promise<SeenRequest> {
    const server = await serve(echo);
    await run(server.url, call);
    return server.requests[0] as SeenRequest;
  }

  test('trace, correlation and accept', async () => {
    const { headers } = await seen({});
    expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['accept']).toBe('application/json, application/problem+json');
    const given = await seen({ config: { correlationId: () => 'WO-1', traceparent: false } });
    expect([given.headers['x-correlation-id'], given.headers['traceparent']]).toEqual(['WO-1', undefined]);
  });

  test.each([
    ['bearer', { name: 's', type: 'http', scheme: 'bearer' }, 't', 'authorization', 'Bearer t'],
    ['oauth2', { name: 's', type: 'oauth2', scopes: ['read'] }, 't', 'authorization', 'Bearer t'],
    ['openIdConnect', { name: 's', type: 'openIdConnect' }, 't', 'authorization', 'Bearer t'],
    [
      'basic',
      { name: 's', type: 'http', scheme: 'Basic' },
      { username: 'ä', password: 'b:c' },
      'authorization',
      `Basic ${btoa('\u00c3\u00a4:b:c')}`,
    ],
    ['key in header', { name: 's', type: 'apiKey', in: 'header', key: 'X-Key' }, 'k', 'x-key', 'k'],
    ['key in cookie', { name: 's', type: 'apiKey', in: 'cookie', key: 'sid' }, 'k;x', 'cookie', 'sid=k%3Bx'],
  ] as const)('%s', async (_, scheme, token, header, want) => {
    const { headers } = await seen({ operation: secured([scheme]), config: { token: async () => token } });
    expect(headers[header]).toBe(want);
  });

  test('a key in the query; the first alternative with all tokens wins; an anonymous one is the last resort', async () => {
    const key = { name: 'key', type: 'apiKey', in: 'query', key: 'api key' } as const;
    const other = { name: 'other', type: 'http', scheme: 'bearer' } as const;
    const token = ({ name }: { readonly name: string }) => (name === 'key' ? 'a&b' : undefined);
    const { url, headers } = await seen({ operation: secured([key, other], [key]), config: { token } });
    expect([url, headers['authorization']]).toEqual(['/items?api%20key=a%26b', undefined]);
    expect(
      (await seen({ operation: secured([other], []), config: { token } })).headers['authorization'],
    ).toBeUndefined();
    const broken = { token: () => Promise.reject(new Error('vault')) };
    const failed = await errorOf('http://127.0.0.1:1', { operation: secured([other]), config: broken });
    expect(failed).toMatchObject({ code: 'credentials-missing', cause: { message: 'vault' } });
    expect(await errorOf('http://127.0.0.1:1', { operation: secured([other]), config: { token } })).toMatchObject({
      code: 'credentials-missing',
    });
  });

  test('a redirect inside the origin keeps the token, one to another origin loses it', async () => {
    const other = await serve(echo);
    const operation = secured([
      { name: 'key', type: 'apiKey', in: 'header', key: 'x-key' },
      { name: 'b', type: 'http', scheme: 'bearer' },
    ]);
    const target = { value: '/moved' };
    const first = await serve((request, response) => {
      if (request.url === '/moved') return sendJson(response, 200, {});
      response.writeHead(307, { location: target.value });
      response.end();
    });
    const config = { token: () => 'secret', headers: { 'x-tenant': 'plant' } };
    await run(first.url, { operation, config });
    expect(first.requests[1]?.headers['x-key']).toBe('secret');
    target.value = `${other.url}/elsewhere`;
    await run(first.url, { operation, config });
    expect(JSON.stringify(other.requests[0]?.headers)).not.toMatch(/secret|plant/);
    const posted = await errorOf(first.url, {
      operation: { ...post, ...{ security: operation.security } } as OperationDescriptor,
      input: { body: 1 },
      config,
    });
    expect(posted.code).toBe('redirect-refused');
    expect(other.requests).toHaveLength(1);
    target.value = '/items';
    expect((await errorOf(first.url, { operation, config })).code).toBe('redirect-refused');
  });

  test('a path of a hostile contract does not leave the base', async () => {
    for (const path of ['@evil.example/x', '//evil.example/x', '\\\\evil.example']) {
      const { url } = await seen({ operation: { ...get, path } });
      expect(url.startsWith('/')).toBe(true);
    }
    expect((await errorOf('http://127.0.0.1:1', { operation: { ...get, path: '/../admin' } })).code).toBe(
      'input-refused',
    );
  });
});
