import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Service } from './service.ts';

export interface NatsOptions {
  /** Block `authorization` of the server's configuration. With it a server of our own is started in any case. */
  readonly authorization?: string;
}

/** Debian puts it into /usr/sbin, which is not on the path of every user. */
function findServer(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, 'nats-server')).find((file) => existsSync(file));
}

function serverFile(): string {
  const file = findServer();
  if (file !== undefined) return file;
  execFileSync('/usr/bin/apt-get', ['install', '-y', 'nats-server'], { stdio: 'ignore' });
  return findServer() ?? 'nats-server';
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A server greets with INFO once it serves clients, and it opens its port after its streams are recovered. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [greeting] = await once(socket, 'data', { signal: AbortSignal.timeout(1_000) });
    return String(greeting).startsWith('INFO');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function untilReady(server: ChildProcess, port: number): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    if (server.exitCode !== null) throw new Error(`nats-server ended with ${server.exitCode}`);
    if (await greets(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nats-server does not answer');
}

/**
 * Starts `nats-server` with JetStream on a free port of this machine, from Debian's package, which is installed when it is missing;
 * or takes the server that `MILLWRIGHT_NATS_URL` names. Rejects when there is none.
 */
export async function startNats({ authorization }: NatsOptions = {}): Promise<Service> {
  const given = process.env['MILLWRIGHT_NATS_URL'];
  if (given !== undefined && authorization === undefined) return { url: given, stop: async () => {} };
  const file = serverFile();
  const folder = mkdtempSync(join(tmpdir(), 'millwright-nats-'));
  const port = await freePort();
  const config = join(folder, 'nats.conf');
  const access = authorization === undefined ? '' : `authorization ${authorization}\n`;
  writeFileSync(config, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\n${access}`);

  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawn(file, ['-c', config], { stdio: 'ignore' });
    await untilReady(server, port);
  };
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  const abandon = (): void => void server.kill('SIGKILL');
  process.once('exit', abandon);
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    stop: async () => {
      process.off('exit', abandon);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
