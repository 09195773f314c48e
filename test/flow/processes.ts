import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import { onTestFinished } from 'vitest';
import { correlationId, standing } from './inputs.ts';
import { Plant } from './plant.ts';
import type { WorkerPlan } from './worker.ts';

/** The systems around, which live on: calls over HTTP, events over a queue in a file. */
export async function surroundings() {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-flow-'));
  const queue = new DatabaseSync(join(folder, 'queue.db'));
  const transport = createSqliteTransport(queue, { pollMs: 5 });
  const plant = new Plant({ transport: () => transport }, correlationId);
  for (const [path, body] of Object.entries(standing)) plant.put(path, body);
  const headersOf = ({ headers }: IncomingMessage) =>
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    );
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const init = { method: request.method ?? 'GET', headers: headersOf(request), ...(body === '' ? {} : { body }) };
    const answer = await plant.fetch(`http://plant.test${request.url}`, init);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await transport.close();
    queue.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, plant, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** One process until it ends: what it said, or the signal that ended it. */
export async function live(
  plan: WorkerPlan,
): Promise<{ readonly said: string; readonly signal: NodeJS.Signals | null }> {
  const script = fileURLToPath(new URL('worker.ts', import.meta.url));
  const flags = ['--disable-warning=ExperimentalWarning', '--conditions=@millwright/source'];
  const child = spawn(process.execPath, [...flags, script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaint, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (code !== 0 && signal === null) throw new Error(complaint);
  return { said, signal };
}
