import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@millwright/testing';
import { freePort } from './own-server.ts';
import type { Service } from './service.ts';

/** Debian's wrapper on the path changes the user and writes to the folders of the system; this is what it starts. */
const serverFile = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** The server of the package runs as its own user, whose cookie and folders it expects. */
const asServer: readonly string[] =
  getuid?.() === 0 ? ['setpriv', '--reuid=rabbitmq', '--regid=rabbitmq', '--init-groups'] : [];

function installServer(): void {
  if (existsSync(serverFile)) return;
  const options = { stdio: 'ignore', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  execFileSync('/usr/bin/apt-get', ['install', '-y', '--no-install-recommends', 'rabbitmq-server'], options);
}

/** Everything in one folder and on the loopback, so that servers of several test files do not meet. */
async function settingsOf(folder: string, port: number): Promise<Readonly<Record<string, string>>> {
  return {
    ...{ PATH: '/usr/sbin:/usr/bin:/bin', LANG: 'C.UTF-8', HOME: folder },
    // A name that resolves on every machine; the data belong to it.
    ...{ HOSTNAME: 'localhost', RABBITMQ_NODENAME: 'millwright@localhost' },
    ...{ RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1', RABBITMQ_NODE_PORT: String(port) },
    ...{ RABBITMQ_DIST_PORT: String(await freePort()), ERL_EPMD_PORT: String(await freePort()) },
    ...{ ERL_EPMD_ADDRESS: '127.0.0.1' },
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ...{ RABBITMQ_MNESIA_BASE: join(folder, 'data'), RABBITMQ_LOG_BASE: join(folder, 'log') },
    ...{ RABBITMQ_PID_FILE: join(folder, 'pid'), RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins') },
    ...{ RABBITMQ_CONF_ENV_FILE: join(folder, 'none'), RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq') },
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'none.config'),
    // With input the script becomes the virtual machine instead of waiting for it.
    RABBITMQ_ALLOW_INPUT: 'true',
  };
}

/** Says its protocol's header, and waits for the start of the handshake: the port is open before the server serves. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
    const [frame] = await once(socket, 'data', { signal: AbortSignal.timeout(2_000) });
    return (frame as Buffer)[0] === 1;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Processes whose environment names the folder: the virtual machine, what it has started, and epmd, which leaves its parent. */
function processesOf(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // The environment of a zombie is empty: it holds nothing.
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${folder}\0`);
      } catch {
        return false;
      }
    });
}

async function killAll(folder: string): Promise<void> {
  await eventually('the processes of the server are gone', () => {
    const processes = processesOf(folder);
    for (const pid of processes) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    return processes.length === 0;
  });
}

/** Half of a small machine's memory or disk being in use is no reason to block publishers of a test. */
export const roomy: readonly string[] = ['vm_memory_high_watermark.relative = 0.9', 'disk_free_limit.absolute = 1MB'];

/**
 * Starts `rabbitmq-server` on free ports of this machine, from Debian's package, which is installed when it is missing; or takes the
 * server that `MILLWRIGHT_RABBITMQ_URL` names, unless it shall have settings of its own. Rejects when there is none.
 */
export async function startRabbitmq(limits: readonly string[] = roomy): Promise<Service> {
  const given = env['MILLWRIGHT_RABBITMQ_URL'];
  if (given !== undefined && limits === roomy) return { url: given, stop: async () => {} };
  installServer();
  const folder = mkdtempSync(join(tmpdir(), 'millwright-rabbitmq-'));
  writeFileSync(join(folder, 'plugins'), '[].\n');
  writeFileSync(join(folder, 'rabbitmq.conf'), [...limits, ''].join('\n'));
  if (asServer.length > 0) execFileSync('chown', ['-R', 'rabbitmq:rabbitmq', folder]);
  const port = await freePort();
  const settings = await settingsOf(folder, port);
  const kill = (): Promise<void> => killAll(folder);
  const stop = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (): Promise<void> => run(folder, settings, port);
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    stop,
  };
}

/**
 * Ends the server with the process that started it, however that one ends: its input ends then, and nobody else deletes the folder.
 * The server has a session of its own, so that its group ends as a whole.
 */
const guardian = 'folder=$1; shift; setsid "$@" </dev/null & read -r word; kill -s KILL -- -$!; wait; rm -rf "$folder"';
/** With an epmd of the same group, since one that the server starts leaves it. */
const server = 'epmd & exec "$0" -noinput';

async function run(folder: string, settings: Readonly<Record<string, string>>, port: number): Promise<void> {
  const args = ['-c', guardian, 'sh', folder, ...asServer, 'sh', '-c', server, serverFile];
  const running: ChildProcess = spawn('sh', args, { cwd: folder, env: settings, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [running.stdout, running.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    });
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50)) {
    if (running.exitCode !== null) break;
    if (await answers(port)) return;
  }
  throw new Error(`rabbitmq-server does not answer: ${said}`);
}
