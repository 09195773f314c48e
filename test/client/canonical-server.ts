import { readdirSync, readFileSync } from 'node:fs';
import { afterEach } from 'vitest';
import { sendJson, startServer, type TestServer } from './http-server.ts';

const examples = new URL('../../schemas/examples/', import.meta.url);

/** An invalid example: the instance, and where which keyword refuses it. */
export interface InvalidExample {
  readonly keyword: string;
  readonly pointer: string;
  readonly instance: Readonly<Record<string, unknown>>;
}

function filesOf<T>(folder: string): readonly (readonly [file: string, value: T])[] {
  return readdirSync(new URL(folder, examples))
    .sort()
    .map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(new URL(`${folder}/${file}`, examples), 'utf8')) as T,
    ]);
}

/** The valid examples of a canonical object, by file name. */
export function validExamples(
  object: string,
): readonly (readonly [file: string, value: Readonly<Record<string, unknown>>])[] {
  return filesOf(`${object}/valid`);
}

export function invalidExamples(object: string): readonly (readonly [file: string, value: InvalidExample])[] {
  return filesOf(`${object}/invalid`);
}

export interface CannedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server that gives its answers in turn and stays with the last one. */
export async function answering(...answers: readonly CannedAnswer[]): Promise<TestServer> {
  const server = await startServer((_, response, index) => {
    const { status, body, headers } = answers[Math.min(index, answers.length - 1)] as CannedAnswer;
    sendJson(response, status, body, headers);
  });
  servers.push(server);
  return server;
}

export const problem = (status: number, more: object = {}): CannedAnswer => ({
  status,
  body: { type: `https://schemas.millwright.dev/problems/${status}`, title: `Problem ${status}`, status, ...more },
});
