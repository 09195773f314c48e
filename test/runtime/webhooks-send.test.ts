import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import {
  receiveWebhook,
  type SendWebhookOptions,
  sendWebhook,
  signWebhook,
  WebhookKeyInvalid,
} from '@millwright/runtime/webhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostileAnswers, hostileIpv4, hostileIpv6, hostileUrls, ipv4Hosts, ipv6Forms } from './webhook-targets.ts';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const event = { id: 'evt_1', body: '{"lot":"L-1"}' };
const local = { allowedNetworks: ['127.0.0.0/8'], plainHttp: true } as const;
const certificate = (name: string): string => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8');

const send = (url: string, options: SendWebhookOptions = {}) => sendWebhook({ url, secrets: [secret] }, event, options);
/** A name server that knows one answer. */
const answering = (...addresses: readonly string[]) => ({ lookup: async () => addresses });
/** A name server that has to be left alone. */
const silent = {
  lookup: async (): Promise<readonly string[]> => {
    throw new Error('a name was looked up');
  },
};

let socketCount = 0;
const countSocket = (): void => {
  socketCount += 1;
};
const servers: Server[] = [];
const connections = new Set<Socket>();

beforeEach(() => {
  socketCount = 0;
  subscribe('net.client.socket', countSocket);
});
afterEach(async () => {
  unsubscribe('net.client.socket', countSocket);
  for (const connection of connections) connection.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Listens on loopback until the test ends; returns the port. */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that answers every request alike, with the requests that it saw. */
async function answer(status: number, headers: Record<string, string> = {}, body = '') {
  const seen: { url: string | undefined; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(status, headers).end(body);
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}/hook`, port, seen };
}

/** A server that sends these bytes to whoever connects. */
const raw = async (bytes: string): Promise<string> =>
  `http://127.0.0.1:${await listen(createTcpServer((socket) => void socket.write(bytes)))}/`;

describe('a target that leads inside', () => {
  it.each(Object.entries(ipv4Hosts))('is refused as an IPv4 address, %s', async (_, hostOf) => {
    for (const address of hostileIpv4)
      expect(await send(`https://${hostOf(address)}/hook`, silent), address).toEqual({
        kind: 'refused',
        reason: 'address-forbidden',
      });
    expect(socketCount).toBe(0);
  });

  it.each(hostileIpv6)('is refused as %s, in the URL and as the answer of a name server', async (address) => {
    const refused = { kind: 'refused', reason: 'address-forbidden' };
    expect(await send(`https://[${address}]/`, silent)).toEqual(refused);
    expect(await send('https://hooks.example/', answering(address))).toEqual(refused);
    expect(socketCount).toBe(0);
  });

  it.each(hostileUrls)('is refused as %s: %s', async (url, reason) => {
    expect(await send(url, silent)).toEqual({ kind: 'refused', reason });
    expect(socketCount).toBe(0);
  });

  const embedded = Object.values(ipv6Forms()).map((form) => form('192.168.1.1'));
  const answers = [
    ...hostileIpv4.map((address) => [address]),
    ...embedded.map((address) => [address]),
    ...hostileAnswers,
  ];
  it.each(answers.map((addresses) => [addresses]))('is refused when its name leads to %j', async (addresses) => {
    expect(await send('https://hooks.example/', answering(...addresses))).toEqual({
      kind: 'refused',
      reason: 'address-forbidden',
    });
    expect(socketCount).toBe(0);
  });

  it('is refused when the system says so', async () => {
    for (const host of ['localhost', 'LOCALHOST'])
      expect(await send(`https://${host}/`)).toEqual({ kind: 'refused', reason: 'address-forbidden' });
    expect(socketCount).toBe(0);
  });

  it('stays refused where a network is allowed but hands out credentials, or is another one', async () => {
    const refused = { kind: 'refused', reason: 'address-forbidden' };
    const everything = { allowedNetworks: ['0.0.0.0/0', '::/0'], plainHttp: true };
    for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '[64:ff9b::a9fe:a9fe]', '[fd00:ec2::254]'])
      expect(await send(`http://${host}/latest/meta-data/`, { ...everything, timeoutMs: 200 })).toEqual(refused);
    expect(await send('https://10.1.0.1/', { allowedNetworks: ['10.0.0.0/16'] })).toEqual(refused);
    expect(socketCount).toBe(0);
  });

  it('may not be plain http outside the allowed networks', async () => {
    const refused = { kind: 'refused', reason: 'scheme-forbidden' };
    expect(await send('http://8.8.8.8/', { ...local, ...silent })).toEqual(refused);
    expect(await send('http://hooks.example/', { ...local, ...answering('127.0.0.1', '8.8.8.8') })).toEqual(refused);
    expect(await send('http://127.0.0.1/', { allowedNetworks: local.allowedNetworks })).toEqual(refused);
    expect(socketCount).toBe(0);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '::/129', 'example/8', '10.0.0.0/8 ', '10.0/8'])(
    'is not opened by %j, which is no network',
    async (network) => {
      await expect(send('https://10.0.0.1/', { allowedNetworks: [network] })).rejects.toThrow(TypeError);
    },
  );
});

describe('sendWebhook', () => {
  it('posts what a receiver accepts once', async () => {
    const store = createMemoryStore();
    const applied: string[] = [];
    const server = createServer(async (request, response) => {
      const receipt = await receiveWebhook(
        { headers: request.headers, body: request },
        {
          ...{ endpoint: 'lots', secrets: [secret], store },
          handle: ({ body }) => void applied.push(new TextDecoder().decode(body)),
        },
      );
      response.writeHead(receipt.status).end();
    });
    const url = `http://127.0.0.1:${await listen(server)}/`;
    expect(await send(url, local)).toEqual({ kind: 'delivered', status: 204 });
    expect(await send(url, local)).toEqual({ kind: 'delivered', status: 204 });
    expect(applied).toEqual([event.body]);
    expect(socketCount).toBe(2);
  });

  it('hears of a body that is too large for the receiver, who has not read it', async () => {
    const server = createServer(async (request, response) => {
      const given = { headers: request.headers, body: request };
      const options = { endpoint: 'lots', secrets: [secret], store: createMemoryStore(), bodyBytesMax: 1_000 };
      const receipt = await receiveWebhook(given, { ...options, handle: () => undefined });
      response.writeHead(receipt.status).end();
    });
    const target = { url: `http://127.0.0.1:${await listen(server)}/`, secrets: [secret] };
    const outcome = await sendWebhook(target, { id: 'evt_2', body: new Uint8Array(900_000) }, local);
    expect(outcome).toEqual({ kind: 'refused', reason: 'status', status: 413 });
  });

  it('signs the bytes with the time of the try and names host and path as the URL does', async () => {
    const { port, seen } = await answer(200);
    const clock = { now: () => 1_700_000_000_000 };
    const lookup = answering('127.0.0.1');
    await send(`http://hooks.example:${port}/a%20b?c=d#e`, { ...local, ...lookup, clock });
    expect(seen).toEqual([
      {
        url: '/a%20b?c=d',
        body: event.body,
        headers: expect.objectContaining({
          ...signWebhook({ ...event, timestamp: clock.now() }, [secret]),
          host: `hooks.example:${port}`,
          'content-type': 'application/json',
          'content-length': '13',
        }),
      },
    ]);
  });

  const statuses: readonly (readonly [number, Record<string, string>, object])[] = [
    [200, {}, { kind: 'delivered', status: 200 }],
    [202, { 'retry-after': '5' }, { kind: 'delivered', status: 202 }],
    [204, {}, { kind: 'delivered', status: 204 }],
    [301, { location: 'https://8.8.8.8/' }, { kind: 'refused', reason: 'redirect', status: 301 }],
    [304, {}, { kind: 'refused', reason: 'redirect', status: 304 }],
    [400, {}, { kind: 'refused', reason: 'status', status: 400 }],
    [404, { 'retry-after': 'soon' }, { kind: 'refused', reason: 'status', status: 404 }],
    [404, { 'retry-after': '7' }, { kind: 'again', reason: 'status', status: 404, retryAfterMs: 7_000 }],
    [408, {}, { kind: 'again', reason: 'status', status: 408 }],
    [410, { 'retry-after': '7' }, { kind: 'disabled', status: 410 }],
    [429, { 'retry-after': '120' }, { kind: 'again', reason: 'status', status: 429, retryAfterMs: 120_000 }],
    [500, {}, { kind: 'again', reason: 'status', status: 500 }],
    [
      503,
      { 'retry-after': '9'.repeat(400) },
      { kind: 'again', reason: 'status', status: 503, retryAfterMs: 86_400_000 },
    ],
  ];
  it.each(statuses)('takes status %i with %j for %j', async (status, headers, outcome) => {
    const { url } = await answer(status, headers);
    expect(await send(url, local)).toEqual(outcome);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect of %i', async (status) => {
    const inside = await answer(200);
    const { url, seen } = await answer(status, { location: inside.url });
    expect(await send(url, local)).toEqual({ kind: 'refused', reason: 'redirect', status });
    expect(seen).toHaveLength(1);
    expect(inside.seen).toEqual([]);
    expect(socketCount).toBe(1);
  });

  it('connects to the address that was checked, whatever the name leads to by then', async () => {
    const checked = await answer(200);
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    let asked = 0;
    const lookup = async (): Promise<readonly string[]> => answers[Math.min(asked++, 1)] as readonly string[];
    const options = { allowedNetworks: ['127.0.0.1/32'], plainHttp: true, lookup };
    const url = `http://rebinding.example:${checked.port}/`;
    expect(await send(url, options)).toEqual({ kind: 'delivered', status: 200 });
    expect([asked, checked.seen.length]).toEqual([1, 1]);
    expect(await send(url, options)).toEqual({ kind: 'refused', reason: 'address-forbidden' });
    expect([asked, checked.seen.length]).toEqual([2, 1]);
  });

  it('checks the certificate against the name, although it connects to an address', async () => {
    const names: unknown[] = [];
    const options = { cert: certificate('hooks-cert'), key: certificate('hooks-key') };
    const server = createTlsServer(options, (request, response) => {
      names.push('servername' in request.socket && request.socket.servername, request.headers.host);
      response.end();
    });
    const port = await listen(server);
    const trusted = { ...local, ...answering('127.0.0.1'), ca: certificate('hooks-cert') };
    expect(await send(`https://hooks.example:${port}/`, trusted)).toEqual({ kind: 'delivered', status: 200 });
    expect(names).toEqual(['hooks.example', `hooks.example:${port}`]);
    const failed = { kind: 'again', reason: 'connection-failed' };
    for (const [url, given, code] of [
      [`https://other.example:${port}/`, trusted, 'ERR_TLS_CERT_ALTNAME_INVALID'],
      [`https://127.0.0.1:${port}/`, trusted, 'ERR_TLS_CERT_ALTNAME_INVALID'],
      [`https://hooks.example:${port}/`, { ...local, ...answering('127.0.0.1') }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ] as const)
      expect(await send(url, given)).toEqual({ ...failed, code });
    expect(names).toHaveLength(2);
  });

  it('ends after the timeout, wherever the time goes', async () => {
    const timedOut = { kind: 'again', reason: 'timeout' };
    const options = { ...local, timeoutMs: 300 };
    const began = performance.now();
    expect(await send(await raw(''), options)).toEqual(timedOut);
    expect(await send(await raw('HTTP/1.1 200 OK\r\nx: '), options)).toEqual(timedOut);
    const never = { lookup: () => new Promise<never>(() => undefined) };
    expect(await send('http://hooks.example/', { ...options, ...never })).toEqual(timedOut);
    const spent = performance.now() - began;
    expect(spent).toBeGreaterThan(850);
    expect(spent).toBeLessThan(20_000);
  });

  it('believes the status when the body does not end, is too long or breaks', async () => {
    const delivered = { kind: 'delivered', status: 200 };
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n';
    expect(await send(await raw(`${head}x`), { ...local, timeoutMs: 300 })).toEqual(delivered);
    const began = performance.now();
    expect(await send(await raw(head + 'x'.repeat(70_000)), { ...local, timeoutMs: 50_000 })).toEqual(delivered);
    const breaking = createTcpServer((socket) => void socket.end(`${head}x`));
    const url = `http://127.0.0.1:${await listen(breaking)}/`;
    expect(await send(url, { ...local, timeoutMs: 50_000 })).toEqual(delivered);
    expect(performance.now() - began).toBeLessThan(40_000);
  });

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9\r\n'],
    ['has endless headers', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`],
    ['wants another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('gives up on an answer that %s', async (_, bytes) => {
    expect(await send(await raw(bytes), local)).toMatchObject({ kind: 'again', reason: 'connection-failed' });
  });

  it('tries again what cannot be connected or resolved', async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const refused = { kind: 'again', reason: 'connection-failed', code: 'ECONNREFUSED' };
    expect(await send(`http://127.0.0.1:${port}/`, local)).toEqual(refused);
    const unknown = async (): Promise<never> => {
      throw Object.assign(new Error('hooks.example is not known'), { code: 'ENOTFOUND' });
    };
    const lookupFailed = { kind: 'again', reason: 'lookup-failed' };
    expect(await send('https://hooks.example/', { lookup: unknown })).toEqual({ ...lookupFailed, code: 'ENOTFOUND' });
    expect(await send('https://hooks.example/', answering())).toEqual(lookupFailed);
  });

  it('sends no body over the limit and nothing that is not signed', async () => {
    const { url, seen } = await answer(200);
    const tooLarge = { kind: 'refused', reason: 'body-too-large' };
    expect(await send(url, { ...local, bodyBytesMax: event.body.length - 1 })).toEqual(tooLarge);
    await expect(sendWebhook({ url, secrets: [] }, event, local)).rejects.toThrow(WebhookKeyInvalid);
    expect(seen).toEqual([]);
    expect(await send(url, { ...local, bodyBytesMax: event.body.length })).toMatchObject({ kind: 'delivered' });
  });
});
