import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOdooClient, type OdooClient, type OdooConfig } from '@millwright/odoo';

/** Something that answers in Odoo's place, for answers that a real one gives seldom or never. */
export interface StandIn {
  readonly url: string;
  /** Bodies of the calls that came, without those of the log-in. */
  readonly calls: readonly unknown[];
  /** Connections that were opened. */
  connectionCount(): number;
  close(): void;
}

export type Answering = (response: ServerResponse, call: number) => void;

/** Answers the log-in of JSON-RPC by itself. */
export async function standIn(answer: Answering): Promise<StandIn> {
  const calls: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body.includes('"authenticate"')) return json(response, 200, { jsonrpc: '2.0', id: 1, result: 2 });
    calls.push(JSON.parse(body));
    return answer(response, calls.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    connectionCount: () => connections,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A result, or an exception, as each protocol writes it. */
export function odooAnswer(protocol: OdooConfig['protocol'], result: unknown): Answering {
  return (response) =>
    protocol === 'json-2'
      ? json(response, 200, result)
      : json(response, 200, { jsonrpc: '2.0', id: 1, result: result ?? undefined });
}

export function odooException(protocol: OdooConfig['protocol'], name: string, message: string): Answering {
  const data = { name, message, arguments: [message], context: {}, debug: traceback };
  return (response) =>
    protocol === 'json-2'
      ? json(response, 500, data)
      : json(response, 200, { jsonrpc: '2.0', id: 1, error: { code: 200, message: 'Odoo Server Error', data } });
}

export const traceback = 'Traceback (most recent call last):\n  File "/usr/lib/odoo/secret.py", line 1, in run\n';

export function clientOf(
  protocol: OdooConfig['protocol'],
  url: string,
  settings: Omit<Partial<OdooConfig>, 'protocol' | 'url'> = {},
): OdooClient {
  const shared = { retry: { baseMs: 1 }, ...settings, url, database: 'plant', apiKey: 'a-secret-key' };
  return createOdooClient(protocol === 'json-2' ? { ...shared, protocol } : { ...shared, protocol, login: 'admin' });
}
