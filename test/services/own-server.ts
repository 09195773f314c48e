import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Service } from './service.ts';

/** A server that is one process with one file of settings. */
export interface OwnServer {
  /** Its program, which Debian has in a package of the same name. */
  readonly program: string;
  /** Text of its settings, given as `-c`. */
  readonly configOf: (port: number, folder: string) => string;
  readonly isReady: (port: number) => Promise<boolean>;
  readonly urlOf: (port: number) => string;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Debian puts servers into /usr/sbin, which is not on the path of every user. */
function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

function fileOf(program: string): string {
  const file = find(program);
  if (file !== undefined) return file;
  execFileSync('/usr/bin/apt-get', ['install', '-y', '--no-install-recommends', program], { stdio: 'ignore' });
  return find(program) ?? program;
}

async function untilReady({ program, isReady }: OwnServer, port: number): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    if (await isReady(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${program} does not answer`);
}

/**
 * Runs the server until a line or the end of its input comes, so that it ends with the process that started it, however that one
 * ends; then nobody else deletes its folder.
 */
const guardian = '"$1" -c "$2/server.conf" & read -r word; kill -9 $!; wait $!; [ -n "$word" ] || rm -rf "$2"';

/** Starts a server on a free port of this machine. Its package is installed when it is missing; rejects when it cannot be had. */
export async function startOwnServer(server: OwnServer): Promise<Service> {
  const file = fileOf(server.program);
  const folder = mkdtempSync(join(tmpdir(), `millwright-${server.program}-`));
  const port = await freePort();
  writeFileSync(join(folder, 'server.conf'), server.configOf(port, folder));

  let running: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    running = spawn('sh', ['-c', guardian, 'sh', file, folder], { stdio: ['pipe', 'ignore', 'ignore'] });
    await untilReady(server, port);
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
    url: server.urlOf(port),
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
