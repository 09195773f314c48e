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
import { createMemoryStore } from '@millwright/runtime/stores/memory';
import { createSqliteStore } from '@millwright/runtime/stores/sqlite';
import { createSqliteTransport } from '@millwright/runtime/transports/sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { order } from './flows.ts';
import { correlationId, standing } from './inputs.ts';
import { Plant } from './plant.ts';
import type { WorkerPlan } from './worker.ts';

/** Points of the flow and of the consumer whose transaction it works in. */
const points = [
  ...['flow:started', 'flow:begun', 'flow:saved', 'flow:committed', 'flow:calling', 'flow:called', 'flow:sent'],
  ...[
    'flow:received',
    'flow:decided',
    'consumer:received',
    'consumer:admitted',
    'consumer:handled',
    'consumer:committed',
  ],
];

/** The systems around, which live on: calls over HTTP, events over a queue in a file. */
async function surroundings() {
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
async function live(plan: WorkerPlan): Promise<{ readonly said: string; readonly signal: NodeJS.Signals | null }> {
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

it.each([1, 3])(
  'a run whose process is killed at every point ends as if nothing had been: %i',
  { timeout: 240_000 },
  async (visit) => {
    const { folder, plant, baseUrl } = await surroundings();
    const undisturbed = await order.open(createMemoryStore());
    await order.take(undisturbed);
    const killed: string[] = [];
    let said = '';
    // The point that is met once, the send, comes when its turn does; whoever waits for it in vain ends the run.
    for (const point of [...points, undefined]) {
      const crash =
        point === undefined
          ? {}
          : { crash: { point, visit: point === 'flow:started' || point === 'flow:sent' ? 1 : visit } };
      const ended = await live({ folder, baseUrl, ...crash, lateMs: killed.length * 20_000 });
      if (ended.signal === 'SIGKILL') killed.push(`${point}`);
      said = ended.said;
      if (said !== '') break;
    }
    expect(JSON.parse(said)).toMatchObject({ status: 'completed', outputs: { workOrderStatus: 'completed' } });
    expect(plant.effects.toSorted()).toEqual(undisturbed.plant.effects.toSorted());
    expect(plant.conflicts).toEqual([]);
    const store = createSqliteStore(new DatabaseSync(join(folder, 'flow.db')));
    const audit = await store.audit.read({ limit: 100 });
    expect(audit.map(({ details }) => details['step'])).toEqual(['execute', 'confirmPart', 'confirmFinally']);
    expect(killed.length).toBeGreaterThan(6);
  },
);
