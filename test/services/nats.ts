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

async function untilReady(port: number): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    if (await greets(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nats-server does not answer');
}

/**
 * Runs the server until a line or the end of its input comes, so that it ends with the process that started it, however that one
 * ends; then nobody else deletes its folder.
 */
const guardian = '"$1" -c "$2/nats.conf" & read -r word; kill -9 $!; wait $!; [ -n "$word" ] || rm -rf "$2"';

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
  const access = authorization === undefined ? '' : `authorization ${authorization}\n`;
  const config = `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}" }\n${access}`;
  writeFileSync(join(folder, 'nats.conf'), config);

  let running: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    running = spawn('sh', ['-c', guardian, 'sh', file, folder], { stdio: ['pipe', 'ignore', 'ignore'] });
    await untilReady(port);
  };
  const end = async (word: string): Promise<void> => {
    if (running === undefined) return;
    const ended = once(running, 'exit');
    running.stdin?.end(word);
    running = undefined;
    await ended;
  };
  const kill = (): Promise<void> => end('kill\n');
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    stop: async () => {
      await end('');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
