import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createMemoryStore } from '@millwright/runtime/stores/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../cli/run-cli.ts';

const page = readFileSync(join(root, 'docs/webhooks.md'), 'utf8');
const [receiver = '', sender = ''] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
/** Below this package, whose dependencies the samples find. */
const folder = join(root, 'test/.tmp/docs-webhooks');

interface Receiver {
  readonly server: Server;
  readonly store: ReturnType<typeof createMemoryStore>;
}

interface Sender {
  tell(
    endpoint: { readonly url: string; readonly secrets: readonly string[] },
    event: { readonly id: string; readonly data: unknown },
  ): Promise<string>;
}

async function load<Module>(name: string): Promise<Module> {
  return (await import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)) as Module;
}

describe('the samples of the page of webhooks', () => {
  const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'receiver.ts'), receiver);
    writeFileSync(join(folder, 'sender.ts'), sender);
    const config = {
      extends: '../../../tsconfig.base.json',
      compilerOptions: { composite: false, declaration: false, noEmit: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'] }));
    process.env['WEBHOOK_SECRET'] = secret;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    delete process.env['WEBHOOK_SECRET'];
  });

  it('compile', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('understand each other', async () => {
    const { server, store } = await load<Receiver>('receiver.ts');
    const { tell } = await load<Sender>('sender.ts');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const event = (status: string) => ({ id: 'evt_1', data: { lotNumber: 'L-1', status } });
      expect(await tell({ url, secrets: [secret] }, event('released'))).toBe('done');
      expect(await tell({ url, secrets: [secret] }, event('blocked'))).toBe('done');
      expect(await store.transaction(({ connection }) => connection.get('lot L-1'))).toBe('released');
      const stranger = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
      expect(await tell({ url, secrets: [stranger] }, event('blocked'))).toBe('tell its owner: status');
      expect(await tell({ url: 'http://10.0.0.1/', secrets: [secret] }, event('released'))).toBe(
        'tell its owner: address-forbidden',
      );
    } finally {
      server.close();
    }
  });
});
