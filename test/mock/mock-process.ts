import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { entry } from '../cli/run-cli.ts';

export interface RunningMock {
  readonly url: string;
  /** Sends a request with a credential and, for POST, a key of its own; a body is sent as JSON. */
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<Reply>;
  readonly stop: () => Promise<number | null>;
}

export interface AskOptions {
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly bytes?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Starts `millwright mock` on a free port, as a user does. */
export async function startMock(...args: readonly string[]): Promise<RunningMock> {
  const child: ChildProcess = spawn(process.execPath, [...entry, 'mock', ...args, '--port', '0', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const url = printed.toString().trim();
  return {
    url,
    ask: async (method, path, { body, bytes, headers = {} } = {}) => {
      const sent = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
      const key: Readonly<Record<string, string>> = method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {};
      const response = await fetch(`${url}${path}`, {
        ...{ method, headers: { Authorization: 'Bearer t', 'Content-Type': 'application/json', ...key, ...headers } },
        ...(sent === undefined ? {} : { body: sent }),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [status] = (await once(child, 'exit')) as [number | null];
      return status;
    },
  };
}
