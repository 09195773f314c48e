import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';

const page = readFileSync(join(root, 'docs/reconcile.md'), 'utf8');
const [sample = ''] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
/** Below this package, whose dependencies the sample finds. */
const folder = join(root, 'test/.tmp/docs-reconcile');

const lot = (lotNumber: string, value: string, version: number): object => ({
  ...{ itemNumber: 'FG-1000', lotNumber, status: 'released', quantity: { value, unit: 'C62' }, version },
});
const erpLots = [lot('L-1', '500', 1), lot('L-2', '20', 3), lot('L-3', '7', 1), lot('L-4', '1', 1)];
const mesLots = [lot('L-4', '2', 9), lot('L-9', '1', 1), lot('L-1', '500.0', 1), lot('L-2', '25', 2)];

/** The list of the inventory API, two lots a page. */
async function serve(lots: readonly object[]): Promise<Server> {
  const server = createServer((request, response) => {
    const from = Number(new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? 0);
    const next = from + 2 < lots.length ? { nextCursor: String(from + 2) } : {};
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ items: lots.slice(from, from + 2), ...next }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('the sample of the page of reconciliation', () => {
  const servers: Server[] = [];
  const variables = ['ERP_URL', 'MES_URL', 'TOKEN'];

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'sample.ts'), sample);
    const config = {
      extends: '../../../tsconfig.base.json',
      compilerOptions: { composite: false, declaration: false, noEmit: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'] }));
    servers.push(await serve(erpLots), await serve(mesLots));
    const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (const [index, name] of variables.entries()) process.env[name] = urls[index] ?? 'token';
  });
  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
    for (const name of variables) delete process.env[name];
  });

  it('compiles', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('publishes what the system of record has, over the pages of both, and leaves the rest', async () => {
    const { repairLots } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'sample.ts')).href)) as {
      readonly repairLots: (publish: (lot: unknown) => Promise<void>) => Promise<readonly string[]>;
    };
    const published: unknown[] = [];
    const left = await repairLots(async (one) => void published.push(one));
    expect(published).toEqual([erpLots[1], erpLots[2]]);
    expect(left).toEqual(['extra: the system of record does not have it', 'different: the copy has the later version']);
  });
});
