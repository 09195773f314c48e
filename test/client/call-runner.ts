import {
  type CallOptions,
  type ClientConfig,
  ClientError,
  callOperation,
  createHttpClient,
  type OperationDescriptor,
  type OperationInput,
} from '@millwright/runtime';
import { afterEach } from 'vitest';
import { sendJson, startServer, type TestServer } from './http-server.ts';

export type Answer = Parameters<typeof startServer>[0];

export interface AnyResult {
  readonly ok: boolean;
  readonly status: number;
  readonly data?: unknown;
  readonly error?: unknown;
  readonly etag?: string;
  readonly attempts: number;
  readonly idempotencyKey?: string;
}

export const json = [['application/json']] as const;
export const get: OperationDescriptor = {
  id: 'getItem',
  method: 'GET',
  path: '/items',
  responses: { 200: json, 404: [['application/problem+json']], 503: json },
};
export const post: OperationDescriptor = {
  ...get,
  id: 'createItem',
  method: 'POST',
  body: [{ type: 'application/json' }],
};
export const keyed: OperationDescriptor = { ...post, parameters: [{ name: 'Idempotency-Key', in: 'header' }] };
export const fast = { attemptCountMax: 3, baseMs: 1 };

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export async function serve(answer: Answer): Promise<TestServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

export interface Call {
  readonly operation?: OperationDescriptor;
  readonly input?: OperationInput;
  readonly config?: Partial<ClientConfig>;
  readonly options?: CallOptions;
}

export async function run(url: string, { operation = get, input = {}, config, options }: Call): Promise<AnyResult> {
  return callOperation<AnyResult>(
    createHttpClient({ baseUrl: url, retry: fast, ...config }),
    operation,
    input,
    options,
  );
}

export async function errorOf(url: string, call: Call): Promise<ClientError> {
  const error: unknown = await run(url, call).catch((cause: unknown) => cause);
  if (!(error instanceof ClientError)) throw new Error(`no ClientError but ${JSON.stringify(error)}`);
  return error;
}

export const failing =
  (...statuses: readonly number[]): Answer =>
  (_, response, index) =>
    sendJson(response, statuses[index] ?? 200, { index });
