import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@millwright/testing';
import { freePort } from './own-server.ts';
import type { Service } from './service.ts';

/** Where Debian's packages (`postgresql-15` or later) put the programs of a server; the newest last. */
const folder = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);

/** Why there is no server to test with; undefined when there is one. */
export const postgresMissing =
  env['MILLWRIGHT_POSTGRES_URL'] === undefined && folder === undefined
    ? 'neither MILLWRIGHT_POSTGRES_URL nor a PostgreSQL of the system (apt-get install postgresql)'
    : undefined;

/** The server refuses to run as root. */
const asServer: readonly string[] =
  getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];

function command(program: string, ...args: readonly string[]): [string, string[]] {
  const [first = '', ...rest] = [...asServer, join(folder ?? '', program), ...args];
  return [first, rest];
}

/** The server of `MILLWRIGHT_POSTGRES_URL`, unless there are further settings, or one of its own in a temporary folder. */
export async function startPostgres(settings: readonly string[] = []): Promise<Service> {
  const given = env['MILLWRIGHT_POSTGRES_URL'];
  if (given !== undefined && settings.length === 0) return { url: given, stop: async () => undefined };
  const data = mkdtempSync(join(tmpdir(), 'millwright-postgres-'));
  if (asServer.length > 0) execFileSync('chown', ['postgres:postgres', data]);
  execFileSync(...command('initdb', '-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8'), {
    cwd: '/',
  });
  const port = await freePort();
  let server = await run(data, port, settings);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    kill: async () => {
      const processes = [server.pid ?? 0, ...childrenOf(server.pid ?? 0)];
      for (const pid of processes) signal(pid, 'SIGKILL');
      // Memory that they share keeps the next server from starting until the last one is gone.
      await eventually('the processes of the server are gone', () => processes.every((pid) => !isAlive(pid)));
    },
    restart: async () => {
      server = await run(data, port, settings);
    },
    stop: async () => {
      signal(server.pid ?? 0, 'SIGINT');
      await eventually('the server has stopped', () => !isAlive(server.pid ?? 0));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** `fsync` and `synchronous_commit` are on, as they are by default, unless a setting says otherwise. */
async function run(data: string, port: number, settings: readonly string[]): Promise<ChildProcess> {
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=60', ...settings];
  const args = ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])];
  const server = spawn(...command('postgres', ...args), { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4_000);
  });
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL has ended: ${said}`);
    if (await answers(port)) return server;
    await sleep(25);
  }
  throw new Error(`PostgreSQL does not answer: ${said}`);
}

/** Asks for a connection as a client does: whoever gets past "not yet accepting connections" is let in. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(startup));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (answer) => {
      resolve(answer.subarray(0, 1).toString() === 'R');
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}

/** Length, protocol 3.0, user. */
const startup = Buffer.concat([Buffer.from([0, 0, 0, 23, 0, 3, 0, 0]), Buffer.from('user\0postgres\0\0', 'latin1')]);

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    // It has ended by itself.
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** Zombies count as gone: they hold nothing. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
