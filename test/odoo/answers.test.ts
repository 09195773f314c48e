import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { OdooError } from '@millwright/odoo';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../services/own-server.ts';
import {
  type Answering,
  clientOf,
  json,
  odooAnswer,
  odooException,
  type StandIn,
  standIn,
  traceback,
} from './stand-in.ts';

const failing = async (promise: Promise<unknown>): Promise<OdooError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OdooError);
  return error as OdooError;
};

describe.each(['json-2', 'json-rpc'] as const)('%s', (protocol) => {
  let server: StandIn | undefined;
  afterEach(() => server?.close());
  const answering = async (answer: Answering, settings: Parameters<typeof clientOf>[2] = {}) => {
    server = await standIn(answer);
    return clientOf(protocol, server.url, settings);
  };
  const result = (value: unknown): Answering => odooAnswer(protocol, value);
  const exception = (name: string, message = ''): Answering => odooException(protocol, name, message);

  const strangers: readonly (readonly [string, string, Answering])[] = [
    ['HTML', 'not-odoo', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['nothing', 'not-odoo', (response) => response.writeHead(200).end()],
    [
      'half a JSON',
      'not-odoo',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a"'),
    ],
    ['a redirect', 'not-odoo', (response) => response.writeHead(303, { location: 'http://127.0.0.1:1/' }).end()],
    ['a closed connection', 'network', (response) => void response.destroy()],
    [
      'half a body',
      'network',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ['a gateway', 'unavailable', (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')],
    ['silence', 'timeout', () => undefined],
    [
      'a drip',
      'timeout',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(drip));
      },
    ],
    ['a flood', 'too-large', (response) => json(response, 200, { result: 'x'.repeat(20_000) })],
  ];
  it.each(strangers)(
    'a write that %s answers is %s, may have happened and is not repeated',
    async (_, code, answer) => {
      const client = await answering(answer, { timeoutMs: 300, responseBytesMax: 10_000 });
      const error = await failing(client.write('stock.lot', [1], { name: 'L-1' }));
      expect(error).toMatchObject({ code, happened: 'unknown', attempts: 1, model: 'stock.lot', method: 'write' });
      expect(server?.calls).toHaveLength(1);
    },
  );

  it('a server that is not there: proof that nothing happened, so a write is repeated', async () => {
    const client = clientOf(protocol, `http://127.0.0.1:${await freePort()}`);
    const error = await failing(client.write('stock.lot', [1], { name: 'L-1' }));
    expect(error).toMatchObject({ code: 'network', happened: 'no', attempts: 3 });
  });

  it.each([
    ['connect', 'no'],
    ['read', 'unknown'],
  ])('a host that goes away at %s: happened is %s', async (syscall, happened) => {
    const gone = Object.assign(new Error('gone'), { code: 'EHOSTUNREACH', syscall });
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause: gone });
    };
    const client = clientOf(protocol, 'http://odoo.example', { fetch, retry: false });
    const call = client.write('stock.lot', [1], {});
    // The log-in changes nothing, so of JSON-RPC the call has never happened.
    expect(await failing(call)).toMatchObject({ code: 'network', happened: protocol === 'json-2' ? happened : 'no' });
  });

  it('a read is repeated after a broken connection', async () => {
    const client = await answering((response, call) =>
      call === 1 ? void response.destroy() : result([{ id: 1 }])(response, call),
    );
    expect(await client.read('stock.lot', [1], ['name'])).toEqual([{ id: 1 }]);
    expect(server?.calls).toHaveLength(2);
  });

  it('a method of a module is repeated when the caller knows that it may be', async () => {
    const client = await answering((response, call) =>
      call === 1 ? void response.destroy() : result(7)(response, call),
    );
    const call = { model: 'stock.lot', method: 'count_open', ids: [1] };
    expect(await client.call(call, { repeatable: true })).toBe(7);
  });

  it('a conflict is rolled back, so a write is repeated; and given up after the last attempt', async () => {
    const conflict = exception('psycopg2.errors.SerializationFailure', 'could not serialize access');
    const client = await answering((response, call) => (call === 2 ? result(true) : conflict)(response, call));
    await client.write('stock.lot', [1], { name: 'L-1' });
    expect(server?.calls).toHaveLength(2);
    const error = await failing(client.write('stock.lot', [1], { name: 'L-1' }));
    expect(error).toMatchObject({ code: 'conflict', happened: 'no', attempts: 3 });
  });

  it('waits as long as it is asked to, and not longer than is allowed', async () => {
    const busy =
      (after: string): Answering =>
      (response) =>
        response.writeHead(429, { 'retry-after': after, 'content-type': 'text/html' }).end();
    const client = await answering((response, call) => (call === 1 ? busy('1') : result(true))(response, call));
    const start = performance.now();
    await client.write('stock.lot', [1], {});
    expect(performance.now() - start).toBeGreaterThan(950);
    server?.close();
    const hurried = await answering(busy('3600'));
    expect(await failing(hurried.write('stock.lot', [1], {}))).toMatchObject({ code: 'unavailable', attempts: 1 });
  });

  const exceptions: readonly (readonly [string, string, string])[] = [
    ['odoo.exceptions.AccessDenied', 'Access Denied', 'unauthorised'],
    ['odoo.exceptions.AccessError', 'You may not', 'forbidden'],
    ['odoo.exceptions.MissingError', 'Record does not exist', 'missing'],
    ['odoo.exceptions.UserError', 'You cannot', 'validation'],
    ['odoo.exceptions.ConcurrencyError', '', 'conflict'],
    ['builtins.ValueError', "Invalid field 'colour' on model 'stock.lot'", 'wrong-field'],
    ['builtins.ZeroDivisionError', 'division by zero', 'server'],
    ['psycopg2.errors.UndefinedColumn', 'column "x" of SELECT secret FROM t', 'server'],
  ];
  it.each(exceptions)('%s: %s is %s', async (name, message, code) => {
    const client = await answering(exception(name, message), { retry: false });
    expect(await failing(client.write('stock.lot', [1], {}))).toMatchObject({
      code,
      happened: code === 'server' ? 'unknown' : 'no',
      serverName: name,
    });
  });

  it('no traceback, no statement and no key in what is logged', async () => {
    const client = await answering(exception('builtins.RuntimeError', `SELECT secret\n${traceback}`));
    const failed = await failing(client.write('stock.lot', [1], {}));
    server?.close();
    const wrapped = await answering(exception('odoo.exceptions.UserError', `It failed: ${traceback}`));
    const told = await failing(wrapped.write('stock.lot', [1], {}));
    expect(told.message).toBe('stock.lot.write: It failed:');
    for (const error of [failed, told])
      expect(`${error.message}${JSON.stringify(error)}${inspect(error, { depth: 9, showHidden: true })}`).not.toMatch(
        /secret|a-secret-key|most recent call/,
      );
  });

  it('never runs more calls at a time than it may', async () => {
    let running = 0;
    let most = 0;
    const client = await answering(
      async (response, call) => {
        most = Math.max(most, ++running);
        await sleep(10);
        running -= 1;
        result([{ id: call }])(response, call);
      },
      { callCountMax: 3, batchSize: 1 },
    );
    expect(
      await client.read(
        'stock.lot',
        Array.from({ length: 20 }, (_, id) => id + 1),
        [],
      ),
    ).toHaveLength(20);
    expect(most).toBe(3);
  });

  it('keeps a connection between calls where the server does', async () => {
    const client = await answering(result([{ id: 1 }]));
    for (let count = 0; count < 10; count += 1) await client.read('stock.lot', [1], []);
    // A call may come before the connection of the last one is free again.
    expect(server?.connectionCount()).toBeLessThanOrEqual(2);
  });

  it('a create in batches that fails half way names what is there', async () => {
    const client = await answering(
      (response, call) =>
        (call === 1 ? result([11, 12]) : exception('odoo.exceptions.UserError', 'no'))(response, call),
      { batchSize: 2 },
    );
    const values = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
    expect(await failing(client.create('stock.lot', values))).toMatchObject({
      code: 'validation',
      createdIds: [11, 12],
    });
    expect(server?.calls).toHaveLength(2);
  });

  it('a call that is aborted while it waits for its turn is not sent', async () => {
    const client = await answering((response, call) => void setTimeout(() => result(true)(response, call), 100), {
      callCountMax: 1,
    });
    const first = client.write('stock.lot', [1], {});
    const stop = new AbortController();
    const second = client.write('stock.lot', [2], {}, { signal: stop.signal });
    stop.abort();
    expect(await failing(second)).toMatchObject({ code: 'aborted', happened: 'no' });
    await first;
    expect(server?.calls).toHaveLength(1);
  });

  it.each([{ url: 'ftp://a' }, { url: 'http://me:secret@a' }])('refuses the address $url', ({ url }) => {
    expect(() => clientOf(protocol, url)).toThrow(TypeError);
  });
});
