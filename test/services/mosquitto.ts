import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Service } from './service.ts';

/** Debian puts it into /usr/sbin, which is not on the path of every user. */
function findServer(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'mosquitto')).find((file) => existsSync(file));
}

function serverFile(): string {
  const file = findServer();
  if (file !== undefined) return file;
  execFileSync('/usr/bin/apt-get', ['install', '-y', '--no-install-recommends', 'mosquitto'], { stdio: 'ignore' });
  return findServer() ?? 'mosquitto';
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** It opens its port after its sessions are read. */
async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function untilReady(port: number): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    if (await listens(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('mosquitto does not answer');
}

/**
 * Runs the server until a line or the end of its input comes, so that it ends with the process that started it, however that one
 * ends; then nobody else deletes its folder.
 */
const guardian = '"$1" -c "$2/mosquitto.conf" & read -r word; kill -9 $!; wait $!; [ -n "$word" ] || rm -rf "$2"';

/** Writes after every change, and holds back no message: the defaults keep 1,000 a session and have 20 of them under way. */
function configOf(port: number, folder: string, settings: readonly string[]): string {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    // It would give up its rights otherwise, and those to its folder with them.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...['persistence true', `persistence_location ${folder}/`, 'autosave_on_changes true', 'autosave_interval 1'],
    ...['max_inflight_messages 0', 'max_queued_messages 0', ...settings, ''],
  ].join('\n');
}

/**
 * Starts `mosquitto` with persistence on a free port of this machine, from Debian's package, which is installed when it is missing;
 * or takes the server that `MILLWRIGHT_MQTT_URL` names, unless there are further settings. Rejects when there is none.
 */
export async function startMosquitto(settings: readonly string[] = []): Promise<Service> {
  const given = process.env['MILLWRIGHT_MQTT_URL'];
  if (given !== undefined && settings.length === 0) return { url: given, stop: async () => {} };
  const file = serverFile();
  const folder = mkdtempSync(join(tmpdir(), 'millwright-mosquitto-'));
  const port = await freePort();
  writeFileSync(join(folder, 'mosquitto.conf'), configOf(port, folder, settings));

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
    url: `mqtt://127.0.0.1:${port}`,
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
