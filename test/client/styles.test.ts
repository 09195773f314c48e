import {
  ClientError,
  callOperation,
  createHttpClient,
  type OperationDescriptor,
  type OperationInput,
  type ParameterDescriptor,
} from '@millwright/runtime';
import { describe, expect, test } from 'vitest';

const array = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };

type Case = readonly [style: string, explode: boolean, value: unknown, want: string];

// OpenAPI 3.1.1, section 4.8.12.3 (style examples), with the reserved separators percent-encoded as appendix C asks.
const pathCases: readonly Case[] = [
  ['simple', false, 'blue', 'blue'],
  ['simple', false, array, 'blue,black,brown'],
  ['simple', true, array, 'blue,black,brown'],
  ['simple', false, object, 'R,100,G,200,B,150'],
  ['simple', true, object, 'R=100,G=200,B=150'],
  ['label', false, 'blue', '.blue'],
  ['label', false, array, '.blue,black,brown'],
  ['label', true, array, '.blue.black.brown'],
  ['label', false, object, '.R,100,G,200,B,150'],
  ['label', true, object, '.R=100.G=200.B=150'],
  ['matrix', false, 'blue', ';color=blue'],
  ['matrix', false, array, ';color=blue,black,brown'],
  ['matrix', true, array, ';color=blue;color=black;color=brown'],
  ['matrix', false, object, ';color=R,100,G,200,B,150'],
  ['matrix', true, object, ';R=100;G=200;B=150'],
  ['simple', false, 'a/b?c#d%2F..', 'a%2Fb%3Fc%23d%252F..'],
  ['simple', false, 'é 😀', '%C3%A9%20%F0%9F%98%80'],
  ['simple', false, '\ud800', '%EF%BF%BD'],
];

const queryCases: readonly Case[] = [
  ['form', true, '', 'color='],
  ['form', false, 'blue', 'color=blue'],
  ['form', false, array, 'color=blue,black,brown'],
  ['form', true, array, 'color=blue&color=black&color=brown'],
  ['form', false, object, 'color=R,100,G,200,B,150'],
  ['form', true, object, 'R=100&G=200&B=150'],
  ['form', true, [], ''],
  ['form', true, {}, ''],
  ['form', true, null, ''],
  ['form', true, ['a', null, undefined, 'b'], 'color=a&color=b'],
  ['form', true, false, 'color=false'],
  ['form', true, 0, 'color=0'],
  ['form', true, 'a&b=c+d e', 'color=a%26b%3Dc%2Bd%20e'],
  ['form', true, "!*'()", 'color=%21%2A%27%28%29'],
  ['spaceDelimited', false, array, 'color=blue%20black%20brown'],
  ['spaceDelimited', false, object, 'color=R%20100%20G%20200%20B%20150'],
  ['pipeDelimited', false, array, 'color=blue%7Cblack%7Cbrown'],
  ['pipeDelimited', false, object, 'color=R%7C100%7CG%7C200%7CB%7C150'],
  ['deepObject', true, object, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ['deepObject', true, { a: { b: 1, c: [2, 3] } }, 'color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bc%5D=2&color%5Ba%5D%5Bc%5D=3'],
];

const headerCases: readonly Case[] = [
  ['simple', false, 'blue', 'blue'],
  ['simple', false, array, 'blue,black,brown'],
  ['simple', false, object, 'R,100,G,200,B,150'],
  ['simple', true, object, 'R=100,G=200,B=150'],
];

const cookieCases: readonly Case[] = [
  ['form', true, 'blue', 'color=blue'],
  ['form', false, array, 'color=blue,black,brown'],
  ['form', false, 'a;b', 'color=a%3Bb'],
  ['cookie', true, array, 'color=blue; color=black; color=brown'],
];

/** What goes out for one parameter. */
async function sent(
  parameter: Partial<ParameterDescriptor> & Pick<ParameterDescriptor, 'in'>,
  input: OperationInput,
): Promise<Request> {
  const path = parameter.in === 'path' ? '/x/{color}' : '/x';
  const operation: OperationDescriptor = {
    id: 'sample',
    method: 'GET',
    path,
    parameters: [{ name: 'color', ...parameter }],
    responses: { 204: [] },
  };
  const requests: { readonly url: string; readonly headers: Headers }[] = [];
  const fetchOf = async (url: URL | Request | string, init?: RequestInit): Promise<Response> => {
    requests.push({ url: String(url), headers: new Headers(init?.headers) });
    return new Response(null, { status: 204 });
  };
  await callOperation(
    createHttpClient({ baseUrl: 'http://plant.example/v1', fetch: fetchOf, retry: false }),
    operation,
    input,
  );
  const [first] = requests;
  return first as unknown as Request;
}

describe('parameter styles', () => {
  test.each(pathCases)('path %s explode %s %j', async (style, explode, value, want) => {
    const request = await sent({ in: 'path', style, explode }, { path: { color: value } });
    expect(request.url).toBe(`http://plant.example/v1/x/${want}`);
  });

  test.each(queryCases)('query %s explode %s %j', async (style, explode, value, want) => {
    const request = await sent({ in: 'query', style, explode }, { query: { color: value } });
    expect(request.url).toBe(`http://plant.example/v1/x${want === '' ? '' : `?${want}`}`);
  });

  test.each(headerCases)('header %s explode %s %j', async (style, explode, value, want) => {
    const request = await sent({ in: 'header', style, explode }, { headers: { color: value } });
    expect(request.headers.get('color')).toBe(want);
  });

  test.each(cookieCases)('cookie %s explode %s %j', async (style, explode, value, want) => {
    const request = await sent({ in: 'cookie', style, explode }, { cookies: { color: value } });
    expect(request.headers.get('cookie')).toBe(want);
  });

  test('reserved characters stay where allowed, but none ends the pair', async () => {
    const request = await sent(
      { in: 'query', allowReserved: true },
      { query: { color: 'http://a/b?c=d,e&f#g+h[i]%20%' } },
    );
    expect(request.url).toBe('http://plant.example/v1/x?color=http://a/b?c=d,e%26f%23g%2Bh%5Bi%5D%20%25');
  });

  test('a content parameter is JSON', async () => {
    const request = await sent({ in: 'query', content: 'application/json' }, { query: { color: { a: [1] } } });
    expect(request.url).toBe('http://plant.example/v1/x?color=%7B%22a%22%3A%5B1%5D%7D');
  });

  test('querystring is the whole query', async () => {
    const request = await sent(
      { in: 'querystring', content: 'application/x-www-form-urlencoded' },
      { querystring: { b: 1, a: ['x', 'y'] } },
    );
    expect(request.url).toBe('http://plant.example/v1/x?b=1&a=x&a=y');
  });
});

const refused: readonly (readonly [title: string, parameter: Parameters<typeof sent>[0], input: OperationInput])[] = [
  ['a dot segment', { in: 'path' }, { path: { color: '.' } }],
  ['two dots', { in: 'path' }, { path: { color: '..' } }],
  ['an encoded dot segment', { in: 'path', allowReserved: true }, { path: { color: '%2e%2E' } }],
  ['an empty path value', { in: 'path' }, { path: { color: '' } }],
  ['a missing path value', { in: 'path' }, {}],
  ['an inherited path value', { in: 'path', name: 'constructor' }, { path: {} }],
  ['a line end in a header', { in: 'header' }, { headers: { color: 'a\r\nx-evil: 1' } }],
  ['a line end in a header name', { in: 'header', name: 'a\nb' }, { headers: { 'a\nb': '1' } }],
  ['a control in a header', { in: 'header' }, { headers: { color: 'a\u0000b' } }],
  ['a raw cookie that ends itself', { in: 'cookie', style: 'cookie' }, { cookies: { color: 'a; admin=1' } }],
  ['a cookie name with a separator', { in: 'cookie', name: 'a;b', style: 'cookie' }, { cookies: { 'a;b': '1' } }],
];

test.each(refused)('%s is refused and nothing is sent', async (_, parameter, input) => {
  const error: unknown = await sent(parameter, input).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ClientError);
  expect((error as ClientError).code).toBe('input-refused');
});
