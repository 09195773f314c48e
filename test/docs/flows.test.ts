import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FlowHost, FlowView } from '@millwright/runtime/flow';
import type { Messaging } from '@millwright/runtime/messaging';
import { eventually } from '@millwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';

const page = readFileSync(join(root, 'docs/flows.md'), 'utf8');
const [host = '', people = ''] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
/** Below this package, whose dependencies the samples find. */
const folder = join(root, 'test/.tmp/docs-flows');

interface Host {
  readonly flows: FlowHost;
  readonly messaging: Messaging<unknown>;
  open(): Promise<void>;
}

interface People {
  request(inputs: object): Promise<FlowView | undefined>;
  inbox(role: string): Promise<readonly FlowView[]>;
  approve(key: string, step: string, person: object): Promise<void>;
}

const example = (path: string) => JSON.parse(readFileSync(join(root, 'schemas/examples', path), 'utf8')) as object;

describe('the samples of the page of flows', () => {
  const posted: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    posted.push(`${request.method} ${request.url}`);
    const deviation = example('deviation/valid/submitted-minimal.json');
    response.writeHead(201, { 'content-type': 'application/json', etag: '"1"' }).end(JSON.stringify(deviation));
  });

  beforeAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'host.ts'), host);
    writeFileSync(join(folder, 'people.ts'), people);
    const config = {
      extends: '../../../tsconfig.base.json',
      compilerOptions: { composite: false, declaration: false, noEmit: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'] }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env['QUALITY_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['FLOWS_FILE'] = join(folder, 'flows.db');
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    delete process.env['QUALITY_URL'];
    delete process.env['FLOWS_FILE'];
  });

  it('compile', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('wait for a person, and go on when he has decided', async () => {
    const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href);
    const { flows, messaging, open } = (await load('host.ts')) as Host;
    const { request, inbox, approve } = (await load('people.ts')) as People;
    await open();
    try {
      const deviation = example('deviation/valid/submitted-minimal.json');
      const decision = {
        ...{ outcome: 'approved', role: 'quality-manager' },
        ...{ decidedBy: 'W-11C0', decidedAt: '2026-04-15T11:00:00Z' },
      };
      await request({ runId: 'run-deviation-2', correlationId: 'DEV-1', deviation, decision });
      await eventually('somebody is asked', async () => (await inbox('quality')).length === 1);
      expect(posted).toEqual([]);
      await approve('run-deviation-2', 'submitDeviation', { id: 'W-11C0', roles: ['quality'] });
      await eventually('the next decision is asked for', async () => {
        const [view] = await inbox('quality');
        return view?.decision?.step === 'decideDeviation';
      });
      expect(posted).toEqual(['POST /deviations']);
    } finally {
      await flows.close();
      await messaging.close();
    }
  });
});
